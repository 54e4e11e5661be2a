"""What the machine finds at one work (形式审查, domain.md B2, B3): plain values in, findings with their reason out.

Each check says what it compared, also when all is well: a person decides, and wants to see what was looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from works.engine.durations import shown_duration
from works.engine.isbn import IsbnInvalid, normalise_isbn

Level = Literal["ok", "doubt", "fault"]
LEVELS: dict[str, str] = {"fault": "不符合", "doubt": "请核对", "ok": "符合"}
# A stated length is rounded; a file's is not.
STATED_NEAR = 2
_ASPECT_NEAR = Decimal("0.01")


@dataclass(frozen=True)
class Check:
    """One finding: `level` ok, doubt (a person looks) or fault; `evidence` is what was compared."""

    code: str
    level: Level
    sentence: str
    evidence: str = ""

    def as_json(self) -> dict[str, str]:
        """As a decision keeps it."""
        return {"code": self.code, "level": self.level, "sentence": self.sentence, "evidence": self.evidence}


def check_window(day: date | None, first: date | None, last: date | None, *, by_month: bool) -> list[Check]:
    """Published or first broadcast within the window, both days included; a book's day is any of its month."""
    if day is None or (first is None and last is None):
        return []
    word = "出版时间" if by_month else "首播日期"
    shown = f"{day.year} 年 {day.month} 月" if by_month else f"{day:%Y-%m-%d}"
    evidence = f"{word} {shown}；要求 {first or '不限'} 至 {last or '不限'}"
    earliest = latest = day
    if by_month:
        earliest = day.replace(day=1)
        latest = (earliest + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if (first and latest < first) or (last and earliest > last):
        return [Check("window", "fault", f"{word}不在规定范围内。", evidence)]
    if (first and earliest < first) or (last and latest > last):
        return [Check("window", "doubt", f"{word}的月份跨着规定范围的边，请核对具体日期。", evidence)]
    return [Check("window", "ok", f"{word}在规定范围内。", evidence)]


def check_isbns(isbns: Sequence[str]) -> list[Check]:
    """Every ISBN has thirteen digits and the right check digit."""
    wrong = []
    for isbn in isbns:
        try:
            normalise_isbn(isbn)
        except IsbnInvalid as invalid:
            wrong.append(Check("isbn", "fault", invalid.message, f"ISBN {isbn}"))
    if wrong or not isbns:
        return wrong
    return [Check("isbn", "ok", "ISBN 校验位正确。", "、".join(isbns[:12]))]


def check_series(category: str, stated: int | None, count: int) -> list[Check]:
    """A series is handed in whole, each volume with its ISBN; another book in several volumes may share one."""
    if category != "series" or not count:
        return []
    evidence = f"填报 {stated if stated is not None else '未填'} 册，登记 {count} 个 ISBN"
    if stated is not None and stated != count:
        return [Check("series", "fault", "册数与登记的 ISBN 个数不一致，丛书须整套申报。", evidence)]
    if count < 2:
        return [Check("series", "doubt", "类别是丛书，只登记了一册。", evidence)]
    return [Check("series", "ok", "丛书各册齐全。", evidence)]


def check_length(
    stated: int | None, media: dict[str, Any], least: int | None, most: int | None, *, has_file: bool
) -> list[Check]:
    """The length within bounds, by the file where there is one; what was stated is compared with it."""
    if least is None and most is None:
        return []
    measured = _seconds(media.get("duration"))
    seconds = stated if measured is None else measured
    if seconds is None:
        return []
    source = "填报" if measured is None else "文件"
    evidence = f"{source} {shown_duration(seconds)}；要求 {_bounds(least, most)}"
    found = []
    if least is not None and seconds < least:
        found.append(Check("length", "fault", f"时长不足，差 {shown_duration(least - seconds)}。", evidence))
    elif most is not None and seconds > most:
        found.append(Check("length", "fault", f"时长超出 {shown_duration(seconds - most)}。", evidence))
    else:
        found.append(Check("length", "ok", "时长符合要求。", evidence))
    if measured is not None and stated is not None and abs(measured - stated) > STATED_NEAR:
        compared = f"填报 {shown_duration(stated)}，文件 {shown_duration(measured)}"
        found.append(Check("length_stated", "doubt", "填报的时长与文件不一致。", compared))
    if measured is None and not has_file:
        found.append(Check("length_by_link", "doubt", "没有视频文件，时长请在播放页面上核对。", evidence))
    return found


def check_picture(media: dict[str, Any], min_height: int | None, aspect: str) -> list[Check]:
    """Resolution and aspect of the picture as it is shown, turned as the player turns it."""
    width, height = int(media.get("width") or 0), int(media.get("height") or 0)
    if not width or not height:
        return []
    if int(media.get("rotation") or 0) in (90, 270):
        width, height = height, width
    found = []
    if min_height is not None:
        evidence = f"{width}×{height}；要求高不低于 {min_height}"
        fits = height >= min_height
        sentence = "画面清晰度符合要求。" if fits else "画面清晰度不够。"
        found.append(Check("resolution", "ok" if fits else "fault", sentence, evidence))
    if aspect:
        shown = str(media.get("aspect") or "")
        wanted, has = _ratio(aspect), _ratio(shown) or Decimal(width) / Decimal(height)
        fits = wanted is None or abs(has - wanted) <= _ASPECT_NEAR * wanted
        sentence = "画面比例符合要求。" if fits else "画面比例不符合要求。"
        evidence = f"{shown or f'{width}:{height}'}；要求 {aspect}"
        found.append(Check("aspect", "ok" if fits else "fault", sentence, evidence))
    return found


def check_share(percent: Decimal | None, most: Decimal | None) -> list[Check]:
    """Non-original material, AI-made included, within its share."""
    if percent is None or most is None:
        return []
    evidence = f"填报 {_plain(percent)}%；上限 {_plain(most)}%"
    if percent > most:
        return [Check("non_original", "fault", "非原创素材占比超过上限。", evidence)]
    return [Check("non_original", "ok", "非原创素材占比在上限内。", evidence)]


def check_place(place: int | None, quota: int, *, code: str, whose: str, sure: bool = True) -> list[Check]:
    """A work's place among those that share a quota; one that is beyond it is a fault, where it is sure whose it is."""
    if place is None:
        return []
    evidence = f"排第 {place}；名额 {quota}"
    if place <= quota:
        return [Check(code, "ok", f"在{whose}的名额内。", evidence)]
    return [Check(code, "fault" if sure else "doubt", f"超出{whose}的名额。", evidence)]


def worst(checks: Sequence[Check]) -> Level:
    """The gravest level among findings."""
    levels = {each.level for each in checks}
    return "fault" if "fault" in levels else "doubt" if "doubt" in levels else "ok"


def _seconds(duration: object) -> int | None:
    """Whole seconds, half up: a frame more or less is no second."""
    if duration in (None, ""):
        return None
    return int(Decimal(str(duration)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _bounds(least: int | None, most: int | None) -> str:
    if least is None:
        return f"不超过 {shown_duration(most)}"
    if most is None:
        return f"不少于 {shown_duration(least)}"
    return f"{shown_duration(least)} 至 {shown_duration(most)}"


def _ratio(text: str) -> Decimal | None:
    """16:9 or 1.78 as a number; None for anything else."""
    left, colon, right = text.partition(":")
    try:
        found = Decimal(left) / Decimal(right) if colon else Decimal(left)
    except ArithmeticError:
        return None
    return found if found > 0 else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
