"""Reading a rulebook: everything that is wrong is named at once, with its place and in Chinese (design §4)."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from scoring.engine import PRESETS, Fault, RulebookInvalid, parse_rulebook

Obj = dict[str, Any]


def sample() -> Obj:
    """The contest preset with a quiz, an unscored segment and a title beside it."""
    document: Obj = copy.deepcopy(PRESETS["contest-one-group"].build().as_document())
    document["segments"][0]["weight"] = "90"
    document["segments"] += [
        {"code": "quiz", "title": "常识测试", "weight": "10", "scored_by": "quiz", "max_points": "100"},
        {"code": "video", "title": "自我介绍视频", "weight": "0", "scored_by": "none"},
    ]
    document["groups"][0]["titles"] = [{"code": "top10", "title": "十佳科普使者", "count": 10}]
    return document


def faults_of(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(RulebookInvalid) as refused:
        parse_rulebook(document)
    return [(fault.path, fault.code) for fault in refused.value.faults]


def set_at(document: Obj, path: str, value: object) -> None:
    *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    place: Any = document
    for key in parents:
        place = place[key]
    place[last] = value


def test_sample_is_read_whole() -> None:
    document = sample()

    rulebook = parse_rulebook(document)

    assert rulebook.as_document() == document
    assert [segment.code for segment in rulebook.panel_segments] == ["self"]
    assert [segment.code for segment in rulebook.scored_segments] == ["self", "quiz"]
    assert [rulebook.max_total(code) for code in ("self", "quiz", "video")] == [100, 100, 0]


def test_equal_rules_give_equal_documents() -> None:
    document = sample()
    set_at(document, "segments/0/weight", "90.00")
    set_at(document, "segments/0/criteria/0/max_points", "050.0")
    set_at(document, "penalties/1/cap", "6.0")

    assert parse_rulebook(document).as_document() == sample()


# Each: where, what is put there, and the faults that it makes.
ONE_CHANGE: dict[str, tuple[str, object, list[tuple[str, str]]]] = {
    "format": ("format", "mingping-rulebook/2", [("format", "format")]),
    "title-blank": ("title", "  ", [("title", "blank")]),
    "title-number": ("title", 5, [("title", "type")]),
    "title-long": ("title", "长" * 501, [("title", "length")]),
    "unknown-key": ("colour", "red", [("colour", "unknown")]),
    "segments-object": ("segments", {}, [("segments", "type")]),
    "segment-string": ("segments/2", "video", [("segments[2]", "type")]),
    "weights": ("segments/1/weight", "20", [("segments", "weights")]),
    "weight-too-big": ("segments/1/weight", "110", [("segments[1].weight", "range")]),
    "weight-float": ("segments/1/weight", 10.0, [("segments[1].weight", "number")]),
    "weight-exponent": ("segments/1/weight", "1e1", [("segments[1].weight", "number")]),
    "weight-of-unscored": ("segments/2/weight", "5", [("segments[2].weight", "range")]),
    "segment-code-twice": ("segments/2/code", "self", [("segments[2].code", "duplicate")]),
    "segment-code-spaced": ("segments/2/code", "a b", [("segments[2].code", "code")]),
    "segment-code-long": ("segments/2/code", "x" * 41, [("segments[2].code", "code")]),
    "segment-code-number": ("segments/2/code", 7, [("segments[2].code", "code")]),
    "quiz-with-criteria": ("segments/1/criteria", [], [("segments[1].criteria", "unknown")]),
    "quiz-of-nothing": ("segments/1/max_points", "0", [("segments[1].max_points", "range")]),
    "quiz-maximum-text": ("segments/1/max_points", "十", [("segments[1].max_points", "number")]),
    "no-criteria": ("segments/0/criteria", [], [("segments[0].criteria", "empty")]),
    "criteria-text": ("segments/0/criteria", "content", [("segments[0].criteria", "type")]),
    "criterion-twice": ("segments/0/criteria/1/code", "content", [("segments[0].criteria[1].code", "duplicate")]),
    "criterion-step": ("segments/0/criteria/1/step", "0.2", [("segments[0].criteria[1].step", "choice")]),
    "criterion-step-text": ("segments/0/criteria/1/step", "half", [("segments[0].criteria[1].step", "number")]),
    "criterion-zero": ("segments/0/criteria/1/max_points", "0", [("segments[0].criteria[1].max_points", "range")]),
    "criterion-off-step": (
        "segments/0/criteria/1/max_points",
        "30.25",
        [("segments[0].criteria[1].max_points", "step")],
    ),
    "criterion-maximum-text": (
        "segments/0/criteria/1/max_points",
        "-30",
        [("segments[0].criteria[1].max_points", "number")],
    ),
    "level": ("aggregation/level", "judge", [("aggregation.level", "choice")]),
    "drops-eat-panel": ("aggregation/drop_high", 4, [("aggregation.min_panel_for_drop", "range")]),
    "drop-negative": ("aggregation/drop_low", -1, [("aggregation.drop_low", "whole")]),
    "drop-boolean": ("aggregation/drop_low", True, [("aggregation.drop_low", "whole")]),
    "no-valid-marks": ("aggregation/min_valid_marks", 0, [("aggregation.min_valid_marks", "whole")]),
    "penalty-twice": ("penalties/1/code", "under", [("penalties[1].code", "duplicate")]),
    "penalty-reserved-code": ("penalties/1/code", "deduction", [("penalties[1].code", "duplicate")]),
    "penalty-segment": ("penalties/1/segment", "random", [("penalties[1].segment", "unknown_segment")]),
    "penalty-segment-blank": ("penalties/1/segment", "", [("penalties[1].segment", "code")]),
    "penalty-when": ("penalties/1/when", "late", [("penalties[1].when", "choice")]),
    "penalty-seconds": ("penalties/1/limit_seconds", 240.5, [("penalties[1].limit_seconds", "whole")]),
    "penalty-period": ("penalties/1/per_seconds", 0, [("penalties[1].per_seconds", "whole")]),
    "penalty-nothing": ("penalties/1/points", "0", [("penalties[1].points", "range")]),
    "penalty-points-text": ("penalties/0/points", "two", [("penalties[0].points", "number")]),
    "penalty-cap-low": ("penalties/1/cap", "1.5", [("penalties[1].cap", "range")]),
    "penalty-cap-text": ("penalties/1/cap", "six", [("penalties[1].cap", "number")]),
    "penalty-stop": ("penalties/1/stop", "yes", [("penalties[1].stop", "flag")]),
    "places": ("rounding/places", 5, [("rounding.places", "whole")]),
    "rank-by": ("rounding/rank_by", "float", [("rounding.rank_by", "choice")]),
    "tie-kind": ("tie_chain/1/kind", "lot", [("tie_chain[1].kind", "choice")]),
    "tie-extra-key": ("tie_chain/1/segment", "self", [("tie_chain[1].segment", "unknown")]),
    "tie-criterion-unknown": ("tie_chain/0/criterion", "charm", [("tie_chain[0].criterion", "unknown_criterion")]),
    "tie-criterion-code": ("tie_chain/0/criterion", "", [("tie_chain[0].criterion", "code")]),
    "tie-of-quiz": ("tie_chain/0/segment", "quiz", [("tie_chain[0].criterion", "unknown_criterion")]),
    "tie-twice": ("tie_chain/2", {"kind": "untrimmed_mean"}, [("tie_chain[2].kind", "duplicate")]),
    "tie-after-decision": (
        "tie_chain",
        [{"kind": "decision"}, {"kind": "median"}],
        [("tie_chain[1].kind", "after_decision")],
    ),
    "boundary": ("boundary", "chance", [("boundary", "choice")]),
    "no-groups": ("groups", [], [("groups", "empty")]),
    "groups-null": ("groups", None, [("groups", "type")]),
    "reserves": ("groups/0/reserves", -1, [("groups[0].reserves", "whole")]),
    "tier-count": ("groups/0/tiers/0/count", 0, [("groups[0].tiers[0].count", "whole")]),
    "tier-two-sizes": ("groups/0/tiers/0/rest", True, [
        ("groups[0].tiers[0]", "size"),
        ("groups[0].tiers[0].rest", "rest_not_last"),
    ]),
    "tier-percent-zero": ("groups/0/tiers/2/percent", "0", [("groups[0].tiers[2].percent", "range")]),
    "tier-percent-much": ("groups/0/tiers/2/percent", "100.01", [("groups[0].tiers[2].percent", "range")]),
    "tier-percent-text": ("groups/0/tiers/2/percent", "20%", [("groups[0].tiers[2].percent", "number")]),
    "tier-rounding": ("groups/0/tiers/2/percent_rounding", "even", [("groups[0].tiers[2].percent_rounding", "choice")]),
    "tier-rest-false": ("groups/0/tiers/4/rest", False, [("groups[0].tiers[4].rest", "choice")]),
    "tier-rest-text": ("groups/0/tiers/4/rest", "yes", [("groups[0].tiers[4].rest", "flag")]),
    "tier-code-reserved": ("groups/0/tiers/1/code", "reserves", [("groups[0].tiers[1].code", "duplicate")]),
    "title-like-tier": ("groups/0/titles/0/code", "gold", [("groups[0].titles[0].code", "duplicate")]),
    "title-count": ("groups/0/titles/0/count", "10", [("groups[0].titles[0].count", "whole")]),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "faults"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_rulebook_with_one_fault_is_refused(path: str, value: object, faults: list[tuple[str, str]]) -> None:
    document = sample()
    set_at(document, path, value)

    assert faults_of(document) == faults


def test_rulebook_without_a_panel_is_refused() -> None:
    document = sample()
    del document["segments"][0]
    document["penalties"] = document["tie_chain"] = []
    document["segments"][0]["weight"] = "100"

    assert faults_of(document) == [("segments", "no_panel")]


def test_group_code_twice_is_refused() -> None:
    document = sample()
    document["groups"] *= 2

    assert faults_of(document) == [("groups[1].code", "duplicate")]


@pytest.mark.parametrize(("when", "limits"), [("over", (240, 250)), ("over", (240, 240)), ("under", (180, 170))])
def test_penalty_that_can_never_apply_is_refused(when: str, limits: tuple[int, int]) -> None:
    document = sample()
    rule = document["penalties"][0]
    document["penalties"] = [
        {**rule, "code": f"p{limit}-{place}", "when": when, "limit_seconds": limit}
        for place, limit in enumerate(limits)
    ]

    assert faults_of(document) == [("penalties[1].limit_seconds", "unreachable")]


@pytest.mark.parametrize(("when", "limits"), [("over", (260, 250, 240)), ("under", (150, 165, 180))])
def test_graded_penalties_from_the_harshest_on_are_taken(when: str, limits: tuple[int, ...]) -> None:
    """domain.md A3: graded tables (1–10 s, 11–20 s, …) are in use."""
    document = sample()
    rule = document["penalties"][0]
    document["penalties"] = [{**rule, "code": f"p{limit}", "when": when, "limit_seconds": limit} for limit in limits]

    assert [rule.limit_seconds for rule in parse_rulebook(document).penalties] == list(limits)


def test_all_faults_are_named_at_once() -> None:
    document = sample()
    del document["title"]
    document["segments"][0]["weight"] = "80"
    document["aggregation"]["min_valid_marks"] = 0
    document["groups"][0]["tiers"][0]["count"] = -2

    with pytest.raises(RulebookInvalid) as refused:
        parse_rulebook(document)

    assert refused.value.faults == [
        Fault("title", "missing", "缺少这一项。"),
        Fault("segments", "weights", "各环节权重之和应为 100，现在是 90。"),
        Fault("aggregation.min_valid_marks", "whole", "应是 1 至 999 的整数。"),
        Fault("groups[0].tiers[0].count", "whole", "应是 1 至 99999 的整数。"),
    ]
    assert str(refused.value).startswith("title：缺少这一项。；segments：")


@pytest.mark.parametrize("document", [[], None, "rules", 5])
def test_something_else_than_a_document_is_refused_in_one_sentence(document: object) -> None:
    assert faults_of(document) == [("", "type")]


@pytest.mark.parametrize("document", [{}, {"segments": [None], "groups": [{}], "penalties": [[]], "title": None}])
def test_fragments_of_a_rulebook_are_refused(document: object) -> None:
    assert faults_of(document)


def test_missing_parts_are_named_once_each() -> None:
    document = sample()
    parts = ["segments", "aggregation", "penalties", "rounding", "tie_chain", "boundary", "groups"]
    for part in parts:
        del document[part]

    assert faults_of(document) == [(part, "missing") for part in parts]


Change = Callable[[Obj], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["groups"][0].update(tiers=[], titles=[]),
        lambda document: document.update(tie_chain=[]),
        lambda document: document.update(penalties=[]),
        lambda document: document["aggregation"].update(drop_high=0, drop_low=0, min_panel_for_drop=1),
        lambda document: document["penalties"][0].update(per_seconds=10, cap="2"),
        lambda document: document["segments"][0]["criteria"][0].update(description=""),
        lambda document: document["rounding"].update(places=0, rank_by="rounded"),
    ],
    ids=["no-tiers", "no-chain", "no-penalties", "no-drops", "under-per-seconds", "no-description", "whole-points"],
)
def test_unusual_but_sensible_rules_are_taken(change: Change) -> None:
    document = sample()
    change(document)

    assert parse_rulebook(document).as_document() == document


def test_decimals_are_kept_exactly() -> None:
    document = sample()
    set_at(document, "segments/0/weight", "66.67")
    set_at(document, "segments/1/weight", "33.33")

    assert [segment.weight for segment in parse_rulebook(document).segments] == [Decimal("66.67"), Decimal("33.33"), 0]
