"""Rulebooks to start from (design §4); every number in them stays editable, and none is a constant of the code.

Rubric texts of the contest: 皖科智秘〔2022〕213号. Time penalties: Anhui 2022 (限时4分钟，不足3分钟扣2分，
超时15秒扣2分); their cap is ours. Shares of 二等奖, 三等奖 and of the works'
tiers are ours: no published table fixes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.engine.rulebook import (
    BLOCK,
    LEVEL_TOTAL,
    OVER,
    RANK_EXACT,
    TIE_CRITERION,
    TIE_DECISION,
    TIE_MEDIAN,
    TIE_RUNOFF,
    TIE_UNTRIMMED_MEAN,
    UNDER,
    Aggregation,
    Criterion,
    Group,
    PenaltyRule,
    Rounding,
    Rulebook,
    Segment,
    Tier,
    TieStep,
)

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Preset:
    code: str
    title: str
    build: Callable[[], Rulebook]


def contest_two_groups() -> Rulebook:
    """成年组 and 少年组, each 金奖 1 + 一等奖 2 advancing: 3 + 3 are the six finalists of the notice."""
    return _contest(
        "科普讲解大赛评分细则（两组）",
        (_contest_group("adult", "成年组", 1, 2), _contest_group("junior", "少年组", 1, 2)),
    )


def contest_one_group() -> Rulebook:
    """One group, 金奖 2 + 一等奖 4 advancing: the six finalists of the notice."""
    return _contest("科普讲解大赛评分细则（一组）", (_contest_group("all", "一组", 2, 4),))


def works() -> Rulebook:
    """图书 and 微视频 as groups, at least three reviewers each, their plain mean."""
    criteria = (
        _criterion("science", "科学性", 30, "内容科学准确，无知识性错误，数据和引用有据可查"),
        _criterion("appeal", "通俗性与趣味性", 25, "深入浅出、通俗易懂，生动有趣，适合目标读者或观众"),
        _criterion("originality", "原创性", 20, "选题、内容或表现形式有新意，原创成分高"),
        _criterion("craft", "艺术与制作", 15, "文字、图片、声画、装帧或剪辑精良，表现力强"),
        _criterion("benefit", "社会效益", 10, "传播范围广，对提升公众科学素质有实际作用"),
    )
    return Rulebook(
        title="优秀科普作品评选评分细则",
        segments=(Segment("review", "作品评审", Decimal(100), criteria=criteria),),
        aggregation=Aggregation(LEVEL_TOTAL, drop_high=0, drop_low=0, min_panel_for_drop=5, min_valid_marks=3),
        penalties=(),
        rounding=Rounding(places=2, rank_by=RANK_EXACT),
        tie_chain=(
            TieStep(TIE_CRITERION, "review", "science"),
            TieStep(TIE_UNTRIMMED_MEAN),
            TieStep(TIE_MEDIAN),
            TieStep(TIE_DECISION),
        ),
        boundary=BLOCK,
        groups=(_works_group("book", "图书"), _works_group("video", "微视频")),
    )


def _contest(title: str, groups: tuple[Group, ...]) -> Rulebook:
    criteria = (
        _criterion("content", "内容陈述", 50, "科学准确、重点突出；层次清楚、合乎逻辑"),
        _criterion("delivery", "表达效果", 30, "发音标准、吐字清晰；通俗易懂、深入浅出"),
        _criterion("image", "整体形象", 20, "衣着得体、精神饱满；举止大方、自然协调"),
    )
    two = Decimal(2)
    return Rulebook(
        title=title,
        segments=(Segment("self", "自主命题讲解", Decimal(100), criteria=criteria),),
        aggregation=Aggregation(LEVEL_TOTAL, drop_high=1, drop_low=1, min_panel_for_drop=5, min_valid_marks=3),
        penalties=(
            PenaltyRule("under", "self", UNDER, limit_seconds=180, points=two),
            PenaltyRule("over", "self", OVER, limit_seconds=240, points=two, per_seconds=15, cap=Decimal(6)),
        ),
        rounding=Rounding(places=2, rank_by=RANK_EXACT),
        tie_chain=(
            TieStep(TIE_CRITERION, "self", "content"),
            TieStep(TIE_UNTRIMMED_MEAN),
            TieStep(TIE_MEDIAN),
            TieStep(TIE_RUNOFF),
            TieStep(TIE_DECISION),
        ),
        boundary=BLOCK,
        groups=groups,
    )


def _contest_group(code: str, title: str, gold: int, first: int) -> Group:
    tiers = (
        Tier("gold", "金奖", advances=True, count=gold),
        Tier("first", "一等奖", advances=True, count=first),
        _share("second", "二等奖", 20),
        _share("third", "三等奖", 30),
        Tier("merit", "优秀奖", advances=False, rest=True),
    )
    return Group(code, title, tiers, reserves=2)


def _works_group(code: str, title: str) -> Group:
    return Group(
        code, title, (_share("first", "一等奖", 10), _share("second", "二等奖", 20), _share("third", "三等奖", 30))
    )


def _share(code: str, title: str, percent: int) -> Tier:
    return Tier(code, title, advances=False, percent=Decimal(percent), percent_rounding="half_up")


def _criterion(code: str, title: str, max_points: int, description: str) -> Criterion:
    return Criterion(code, title, Decimal(max_points), HALF, description)


PRESETS: Mapping[str, Preset] = {
    preset.code: preset
    for preset in (
        Preset("contest-two-groups", "讲解大赛（两组）", contest_two_groups),
        Preset("contest-one-group", "讲解大赛（一组）", contest_one_group),
        Preset("works", "作品评选", works),
    )
}
