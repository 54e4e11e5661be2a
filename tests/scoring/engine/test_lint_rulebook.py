"""What the linter says of rules that are valid and yet cannot work, or are probably not meant."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import (
    PRESETS,
    AwardTitle,
    Criterion,
    Finding,
    Group,
    PenaltyRule,
    Rounding,
    Segment,
    Tier,
    TieStep,
    lint_document,
    lint_rulebook,
    parse_rulebook,
)
from tests.scoring.engine.builders import CONTEST, with_rules

SPEECH = CONTEST.segments[0]


def said(rulebook, **known):
    """(severity, code, path) of every finding; the rules are valid, as parse_rulebook would say."""
    parse_rulebook(rulebook.as_document())
    return [(each.severity, each.code, each.path) for each in lint_rulebook(rulebook, **known)]


def in_group(*tiers, titles=(), reserves=0):
    return replace(CONTEST, groups=(Group("all", "一组", tiers, titles, reserves),))


def penalised(*rules):
    return replace(CONTEST, penalties=rules)


def over(code, limit, points, **more):
    return PenaltyRule(code, "self", "over", limit, Decimal(points), **more)


def under(code, limit, points, **more):
    return PenaltyRule(code, "self", "under", limit, Decimal(points), **more)


def counted(code, count, advances=False):
    return Tier(code, code, advances, count=count)


def share(code, percent):
    return Tier(code, code, False, percent=Decimal(percent), percent_rounding="floor")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.code)
def test_lint_preset_with_a_usual_field_has_at_most_hints(preset):
    rulebook = preset.build()
    entrants = {group.code: 40 for group in rulebook.groups}

    assert [each for each in lint_rulebook(rulebook) if each.severity != "hint"] == []
    assert [each for each in lint_rulebook(rulebook, entrants=entrants, panel=7) if each.severity != "hint"] == []


def test_lint_document_that_is_invalid_says_its_faults_and_nothing_else():
    document = {**CONTEST.as_document(), "boundary": "lot"}
    segment = {**document["segments"][0], "weight": "90"}

    assert lint_document({**document, "segments": [segment]}) == (
        Finding("stop", "weights", "segments", "各环节权重之和应为 100，现在是 90。"),
        Finding("stop", "choice", "boundary", "应为 block、share_up、share_down 之一。"),
    )
    assert lint_document(CONTEST.as_document(), panel=7) == ()


def test_lint_finds_what_bears_the_same_name():
    twice = replace(SPEECH, criteria=(SPEECH.criteria[0], replace(SPEECH.criteria[0], code="again")))
    rulebook = replace(CONTEST, segments=(twice,), groups=(CONTEST.groups[0], replace(CONTEST.groups[0], code="b")))

    assert [each for each in said(rulebook) if each[1] == "same_title"] == [
        ("doubt", "same_title", "groups"),
        ("doubt", "same_title", "segments[0].criteria"),
    ]


def test_lint_segments_of_unequal_maxima_and_no_weight():
    quiz = Segment("quiz", "问答", Decimal(20), "quiz", max_points=Decimal(10))
    bonus = Segment("bonus", "加试", Decimal(0), "quiz", max_points=Decimal(100))
    walk = Segment("walk", "入场", Decimal(0), "none")
    rulebook = replace(CONTEST, segments=(replace(SPEECH, weight=Decimal(80)), quiz, bonus, walk))

    assert [each.text for each in lint_rulebook(rulebook)] == [
        "环节“加试”要评分，权重却是 0：评了也不算。",
        "各环节满分不同（自主命题讲解满分 100、问答满分 10、加试满分 100），按权重相加以后，满分高的环节实际占得更多。",
        "按权重相加，最高能得 82.00 分，不是 100 分。",
    ]


def test_lint_criterion_that_decides_alone_is_a_hint():
    points = {"content": 70, "delivery": 20, "image": 10}
    criteria = tuple(replace(each, max_points=Decimal(points[each.code])) for each in SPEECH.criteria)
    alone = replace(SPEECH, criteria=(Criterion("whole", "总评", Decimal(100), Decimal(1)),))
    rulebook = replace(CONTEST, segments=(replace(SPEECH, criteria=criteria),))

    assert said(rulebook) == [("hint", "dominant", "segments[0].criteria[0].max_points")]
    assert said(replace(CONTEST, segments=(alone,), tie_chain=CONTEST.tie_chain[1:])) == []


@pytest.mark.parametrize(
    ("changes", "panel", "expected"),
    [
        ({"drop_low": 0}, None, [("hint", "lopsided", "aggregation.drop_low")]),
        ({"min_valid_marks": 1}, None, [("doubt", "one_mark", "aggregation.min_valid_marks")]),
        ({"min_panel_for_drop": 3}, None, [("doubt", "one_left", "aggregation.min_panel_for_drop")]),
        ({"min_panel_for_drop": 3, "min_valid_marks": 2}, 3, [("doubt", "one_left", "aggregation.drop_high")]),
        ({}, 7, []),
        ({}, 4, [("doubt", "never_dropped", "aggregation.min_panel_for_drop")]),
        ({"min_valid_marks": 7}, 7, [("doubt", "no_spare_judge", "aggregation.min_valid_marks")]),
        ({"min_valid_marks": 6}, 5, [("stop", "too_few_judges", "aggregation.min_valid_marks")]),
        (
            {"min_valid_marks": 1, "drop_high": 0, "drop_low": 0},
            1,
            [("doubt", "one_mark", "aggregation.min_valid_marks")],
        ),
    ],
)
def test_lint_aggregation_for_a_panel(changes, panel, expected):
    without_idle_step = replace(CONTEST, tie_chain=CONTEST.tie_chain[2:])
    assert said(with_rules(without_idle_step, **changes), panel=panel) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([over("a", 240, "100")], [("doubt", "heavy_penalty", "penalties[0].points")]),
        ([under("a", 60, "1", stop=True)], [("doubt", "stop_under", "penalties[0].stop")]),
        ([over("a", 240, "1", cap=Decimal(3))], [("hint", "idle_cap", "penalties[0].cap")]),
        ([under("a", 60, "1", per_seconds=30, cap=Decimal(3))], [("hint", "idle_cap", "penalties[0].cap")]),
        ([under("a", 60, "1", per_seconds=30, cap=Decimal(2))], []),
        ([over("a", 240, "1", per_seconds=30, cap=Decimal(9))], []),
        ([under("a", 250, "1"), over("b", 240, "1")], [("doubt", "overlap", "penalties[0].limit_seconds")]),
        ([under("a", 240, "1"), over("b", 240, "1")], []),
        (
            [over("a", 300, "4"), over("b", 240, "2", stop=True)],
            [("doubt", "after_stop", "penalties[0].limit_seconds")],
        ),
        ([over("a", 300, "2"), over("b", 240, "4")], [("doubt", "gentler", "penalties[0].points")]),
        ([over("a", 300, "2"), over("b", 240, "4", per_seconds=60)], []),
    ],
)
def test_lint_penalties(rules, expected):
    assert said(penalised(*rules)) == expected


def test_lint_ranks_by_coarse_scores():
    assert said(replace(CONTEST, rounding=Rounding(1, "rounded"))) == [("doubt", "coarse", "rounding.places")]
    assert said(replace(CONTEST, rounding=Rounding(2, "rounded"))) == []


@pytest.mark.parametrize(
    ("kinds", "boundary", "expected"),
    [
        ([], "block", [("stop", "open_chain", "tie_chain")]),
        (["runoff"], "block", [("doubt", "open_chain", "tie_chain")]),
        (["decision"], "block", []),
        ([], "share_up", []),
    ],
)
def test_lint_tie_chain_without_an_end(kinds, boundary, expected):
    assert said(replace(CONTEST, tie_chain=tuple(map(TieStep, kinds)), boundary=boundary)) == expected


def test_lint_untrimmed_mean_splits_nothing_where_nothing_is_trimmed():
    plain = with_rules(replace(CONTEST, penalties=()), drop_high=0, drop_low=0)

    assert said(plain) == [("hint", "idle_step", "tie_chain[1].kind")]
    assert said(replace(plain, rounding=Rounding(2, "rounded"))) == []


@pytest.mark.parametrize(
    ("tiers", "more", "expected"),
    [
        ([], {}, [("doubt", "no_tiers", "groups[0].tiers")]),
        ([share("a", 60), share("b", 50)], {}, [("stop", "percents", "groups[0].tiers")]),
        ([share("a", 60), share("b", 40)], {}, []),
        ([share("a", 100), Tier("b", "b", False, rest=True)], {}, [("doubt", "empty_rest", "groups[0].tiers[1].rest")]),
        ([Tier("a", "a", True, rest=True)], {}, [("doubt", "all_advance", "groups[0].tiers[0].advances")]),
        ([counted("a", 1)], {"reserves": 2}, [("doubt", "idle_reserves", "groups[0].reserves")]),
        (
            [counted("a", 1, True), counted("b", 1), counted("c", 1, True)],
            {"reserves": 2},
            [("doubt", "skipped", "groups[0].tiers[1].advances")],
        ),
    ],
)
def test_lint_awards_of_a_group(tiers, more, expected):
    assert said(in_group(*tiers, **more)) == expected


@pytest.mark.parametrize(
    ("tiers", "more", "entrants", "expected"),
    [
        ([counted("a", 2), counted("b", 2)], {}, 4, []),
        ([counted("a", 2), counted("b", 2), share("c", 50)], {}, 2, [("doubt", "unreachable", "groups[0].tiers[1]")]),
        ([share("a", 10)], {}, 9, [("doubt", "no_places", "groups[0].tiers[0].percent")]),
        ([counted("a", 6, True)], {}, 5, [("doubt", "more_finalists", "groups[0].tiers")]),
        ([counted("a", 6, True)], {"reserves": 2}, 7, [("hint", "more_reserves", "groups[0].reserves")]),
        ([counted("a", 6, True)], {"reserves": 2}, 8, []),
        (
            [counted("a", 2)],
            {"titles": (AwardTitle("ten", "十佳", 10), AwardTitle("two", "两佳", 2))},
            9,
            [("doubt", "more_titles", "groups[0].titles[0].count")],
        ),
    ],
)
def test_lint_awards_for_so_many_entrants(tiers, more, entrants, expected):
    assert said(in_group(*tiers, **more), entrants={"all": entrants, "other": 1}) == expected


def test_lint_says_the_gravest_first():
    rulebook = with_rules(replace(CONTEST, tie_chain=()), drop_low=0, min_valid_marks=1)

    assert [each.severity for each in lint_rulebook(rulebook)] == ["stop", "doubt", "hint"]
