"""The shipped rulebooks: design §4, notice activity 2 (six finalists), domain.md A3."""

import json

import pytest

from scoring.engine import PRESETS, Preset, parse_rulebook

SIX = 6


def test_presets_offered() -> None:
    assert {code: preset.title for code, preset in PRESETS.items()} == {
        "contest-two-groups": "讲解大赛（两组）",
        "contest-one-group": "讲解大赛（一组）",
        "works": "作品评选",
    }


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_preset_is_a_valid_rulebook_and_survives_json(preset: Preset) -> None:
    document = preset.build().as_document()

    reread = parse_rulebook(json.loads(json.dumps(document)))

    assert reread == preset.build()
    assert reread.as_document() == document


@pytest.mark.parametrize("code", ["contest-two-groups", "contest-one-group"])
def test_contest_preset_sends_six(code: str) -> None:
    rulebook = PRESETS[code].build()

    advancing = [tier.count or 0 for group in rulebook.groups for tier in group.tiers if tier.advances]

    assert sum(advancing) == SIX
    assert [group.reserves for group in rulebook.groups] == [2] * len(rulebook.groups)


def test_contest_preset_has_the_rubric_of_the_design() -> None:
    segment = PRESETS["contest-two-groups"].build().segment("self")

    assert [(each.title, str(each.max_points), str(each.step)) for each in segment.criteria] == [
        ("内容陈述", "50", "0.5"),
        ("表达效果", "30", "0.5"),
        ("整体形象", "20", "0.5"),
    ]


def test_works_preset_has_books_and_videos_and_three_reviewers() -> None:
    rulebook = PRESETS["works"].build()

    assert [(group.code, group.title) for group in rulebook.groups] == [("book", "图书"), ("video", "微视频")]
    assert rulebook.aggregation.as_document() == {
        "level": "total",
        "drop_high": 0,
        "drop_low": 0,
        "min_panel_for_drop": 5,
        "min_valid_marks": 3,
    }
    assert [each.max_points for each in rulebook.segment("review").criteria] == [30, 25, 20, 15, 10]
    assert rulebook.max_total("review") == 100
    assert rulebook.group("video").title == "微视频"


def test_unknown_segment_or_group_is_a_key_error() -> None:
    rulebook = PRESETS["works"].build()

    with pytest.raises(KeyError):
        rulebook.segment("self")
    with pytest.raises(KeyError):
        rulebook.group("adult")
