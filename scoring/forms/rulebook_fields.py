"""What the rulebook editor asks, list by list; a field's name is its place in the document (`segments[0].weight`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Typed = dict[str, Any]  # what stands in the form: text by key, and lists of the same
Choices = Sequence[tuple[str, str]]

SCORERS = (("panel", "评委打分"), ("quiz", "答题得分"), ("none", "不计分"))
LEVELS = (("total", "每位评委的总分放在一起汇总"), ("criterion", "逐个评分项汇总，再相加"))
STEPS = (("0.1", "0.1 分"), ("0.5", "0.5 分"), ("1", "1 分"))
WHEN = (("under", "不足"), ("over", "超过"))
RANK_BY = (("exact", "未舍入的精确得分"), ("rounded", "公布的（取位以后的）得分"))
BOUNDARIES = (
    ("block", "先由加赛或评议决定分出先后，否则不产生获奖结果"),
    ("share_up", "并列者都进较高一档"),
    ("share_down", "并列者都进较低一档，余下的名额空缺"),
)
TIER_SIZES = (
    ("count", "名"),
    ("percent half_up", "%，四舍五入"),
    ("percent floor", "%，舍去小数"),
    ("percent ceil", "%，进位取整"),
    ("rest", "其余全部"),
)
TIE_STEPS = (
    ("untrimmed_mean", "去分前平均分高的在前"),
    ("median", "评委总分中位数高的在前"),
    ("runoff", "加赛"),
    ("decision", "评议决定，登记理由"),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One control. `kind`: text, area, points, whole, clock, select, check, hidden; choices of some come with the form.

    `only` names a sibling and the value at which this one is asked; `refreshes`: other fields depend on it.
    """

    key: str
    label: str
    kind: str = "text"
    choices: Choices = ()
    hint: str = ""
    optional: bool = False
    only: tuple[str, str] | None = None
    refreshes: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: what one row asks, what it is called, what a new row starts with; `code` begins the code of a new row."""

    key: str
    noun: str
    leaves: tuple[Leaf, ...]
    lists: tuple["Rows", ...] = ()
    fresh: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    only: tuple[str, str] | None = None


CODE = Leaf("code", "代码", "hidden")
NAME = Leaf("title", "名称")

CRITERIA = Rows(
    "criteria",
    "评分项",
    (
        CODE,
        NAME,
        Leaf("max_points", "满分", "points"),
        Leaf("step", "评分间隔", "select", STEPS),
        Leaf("description", "评分标准（各档怎样给分）", "area", optional=True),
    ),
    fresh={"step": "0.5"},
    code="c",
    only=("scored_by", "panel"),
)
SEGMENTS = Rows(
    "segments",
    "环节",
    (
        CODE,
        NAME,
        Leaf("weight", "权重（%）", "points"),
        Leaf("scored_by", "谁评分", "select", SCORERS, refreshes=True),
        Leaf("max_points", "满分", "points", only=("scored_by", "quiz")),
    ),
    (CRITERIA,),
    {"scored_by": "panel", "criteria": [{"step": "0.5"}]},
    "s",
)
AGGREGATION = (
    Leaf("level", "汇总办法", "select", LEVELS, is_wide=True),
    Leaf("drop_high", "去掉几个最高分", "whole"),
    Leaf("drop_low", "去掉几个最低分", "whole"),
    Leaf("min_panel_for_drop", "去分至少要几份评分", "whole"),
    Leaf("min_valid_marks", "排名至少要几份评分", "whole"),
)
PENALTIES = Rows(
    "penalties",
    "扣分",
    (
        CODE,
        Leaf("segment", "环节", "select"),
        Leaf("when", "用时", "select", WHEN),
        Leaf("limit_seconds", "多久", "clock", hint="3:00 或 180"),
        Leaf("per_seconds", "每多少秒扣一次", "whole", hint="不填就只扣一次；不满也算一次", optional=True),
        Leaf("points", "一次扣几分", "points"),
        Leaf("cap", "最多扣几分", "points", optional=True),
        Leaf("stop", "到时停止讲解", "check"),
    ),
    fresh={"when": "over"},
    code="p",
)
ROUNDING = (Leaf("places", "得分保留几位小数", "whole"), Leaf("rank_by", "按什么排名", "select", RANK_BY, is_wide=True))
TIE_CHAIN = Rows("tie_chain", "步骤", (Leaf("step", "比较什么", "select"),))
TIERS = Rows(
    "tiers",
    "奖项",
    (
        CODE,
        NAME,
        Leaf("number", "名额", "points"),
        Leaf("size", "单位", "select", TIER_SIZES),
        Leaf("advances", "晋级", "check"),
    ),
    fresh={"size": "count"},
    code="t",
)
TITLES = Rows("titles", "称号", (CODE, NAME, Leaf("count", "取前几名", "whole")), code="h")
GROUPS = Rows(
    "groups",
    "组别",
    (
        CODE,
        NAME,
        Leaf("reserves", "递补名额", "whole"),
        Leaf("extra_nominees", "名额外可另推荐几名", "whole"),
    ),
    (TIERS, TITLES),
    {"reserves": "0", "extra_nominees": "0"},
    "g",
)
BOUNDARY = Leaf("boundary", "并列跨名额线时", "select", BOUNDARIES, is_wide=True)
LISTS = (SEGMENTS, PENALTIES, TIE_CHAIN, GROUPS)
PARTS: Mapping[str, tuple[Leaf, ...]] = {"aggregation": AGGREGATION, "rounding": ROUNDING}
SINGLE = (NAME, BOUNDARY)


def asked(only: tuple[str, str] | None, row: Typed) -> bool:
    """Whether a field or list belongs to a row as it stands."""
    return only is None or row.get(only[0]) == only[1]
