"""Readers of the cells that only tables of works have; each makes a value or says in Chinese what is wrong."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from core.spreadsheets import CellFault, Given, read_date, read_month, read_text
from works.engine.durations import clock_duration, parse_duration
from works.engine.isbn import IsbnInvalid, normalise_isbn, split_isbns
from works.engine.people import PeopleInvalid, Person, split_people
from works.services.content import VolumeLine
from works.services.fields import LONGEST_TITLE, MOST_VOLUMES
from works.services.typed import bare_title, read_url

_EDITION = re.compile(r"第.+?版.*$")
_COUNTED = re.compile(r"^(?:共|全)?(\d{1,9})\s*[册本卷套部种]?$", re.ASCII)
_ISBN_DIGITS = (10, 13)
_ONE_HOUR = 1 / 24


def read_title(given: Given) -> str:
    """A title without 《》 around it."""
    if given.kind not in ("text", "number"):
        raise CellFault(
            "not_text", f"“{given.shown}”被存成了日期或其他类型，请把这一格的格式设为“文本”，重新填写名称。"
        )
    return bare_title(str(read_text(max_length=LONGEST_TITLE + 2)(given)))


def read_isbns(given: Given) -> list[VolumeLine]:
    """One ISBN for each volume, normalised; what stands before a colon is the volume's title.

    A number is taken where it still has all its digits (Excel keeps fifteen).
    """
    if given.kind == "number" and len(given.text) not in _ISBN_DIGITS:
        raise CellFault(
            "isbn_as_number",
            "ISBN 被存成了数字，位数已经不对。请把这一格的格式设为“文本”，对照版权页重新填写。",
        )
    if given.kind not in ("text", "number"):
        raise CellFault("isbn", f"“{given.shown}”不是 ISBN，请对照版权页填写。")
    found = []
    for part in split_isbns(given.text):
        head, _, tail = part.rpartition(":")
        try:
            isbn = normalise_isbn(tail)
        except IsbnInvalid as invalid:
            raise CellFault(invalid.code, invalid.message) from invalid
        title = "" if re.fullmatch(r"(?:ISBN|书号|国际标准书号)?\s*", head, re.IGNORECASE) else head.strip()
        found.append(VolumeLine(isbn, title[:LONGEST_TITLE]))
    if not found:
        raise CellFault("isbn", f"“{given.shown}”不是 ISBN，请对照版权页填写 13 位数字。")
    if len(found) > MOST_VOLUMES:
        raise CellFault("isbn_count", f"有 {len(found)} 个 ISBN，最多 {MOST_VOLUMES} 个，请核对。")
    return found


def read_several(given: Given) -> list[Person]:
    """Authors in their order, however they are apart."""
    if given.kind != "text":
        raise CellFault("name", f"“{given.shown}”不像姓名，请写作者的姓名，用顿号隔开。")
    try:
        return split_people(str(read_text(max_length=1000, multiline=True)(given)))
    except PeopleInvalid as invalid:
        raise CellFault("name", invalid.message) from invalid


def read_published(given: Given) -> date:
    """Month of publication as its first day; 第 1 版 behind it is left out."""
    if given.kind == "text":
        given = Given("text", _EDITION.sub("", given.text).strip(" ,，;；（("), given.epoch)
    try:
        month = read_month(given)
    except CellFault as fault:
        raise CellFault("date", f"“{given.shown}”不是真实的年月，请写成 2025-03 的样子。") from fault
    assert isinstance(month, tuple)
    return date(month[0], month[1], 1)


def read_day(given: Given) -> date:
    """A full date; a time behind it is left out."""
    if given.kind == "text":
        given = Given("text", re.sub(r"\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$", "", given.text), given.epoch)
    try:
        found = read_date(given)
    except CellFault as fault:
        raise CellFault("date", fault.message.replace("1998-05-01", "2025-05-22")) from fault
    assert isinstance(found, date)
    return found


def read_length(given: Given) -> int:
    """Seconds of a video, from text or from what Excel made of it."""
    if isinstance(given.value, time | timedelta | datetime):
        seconds = clock_duration(given.value)
        if seconds is None:
            raise CellFault("duration", "Excel 把时长当成了几点几分。请把这一格的格式设为“文本”，写成 3分31秒。")
        return seconds
    if isinstance(given.value, float) and 0 < given.value < _ONE_HOUR:
        return round(given.value * 86_400)  # a part of a day, as Excel keeps times
    seconds = parse_duration(given.text) if given.kind in ("text", "number") else None
    if seconds is None:
        raise CellFault("duration", f"“{given.shown}”不是时长，请写成 3分31秒 或 00:03:31。")
    return seconds


def read_seconds(given: Given) -> int:
    """Seconds under a heading that says so."""
    if re.fullmatch(r"\d{1,5}", given.text, re.ASCII) and int(given.text):
        return int(given.text)
    return read_length(given)


def read_minutes(given: Given) -> int:
    """Minutes under a heading that says so; 3.5 is three and a half."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", given.text, re.ASCII) and Decimal(given.text):
        return int((Decimal(given.text) * 60).to_integral_value())
    return read_length(given)


def read_percent(given: Given) -> Decimal:
    """A share in percent, from 5%, 5 or what Excel keeps for it, 0.05; 无 is none."""
    text = "".join(unicodedata.normalize("NFKC", given.text).split()).removesuffix("左右").removeprefix("约")
    if text in ("无", "没有", "/", "-"):
        return Decimal(0)
    has_sign = text.endswith("%")
    try:
        number = Decimal(repr(given.value) if isinstance(given.value, float) else text.removesuffix("%"))
    except InvalidOperation:
        number = Decimal(-1)
    if number.is_finite() and 0 < number < 1 and not has_sign:
        number *= 100
    if not number.is_finite() or not 0 <= number <= 100:
        raise CellFault("percent", f"“{given.shown}”不是 0 到 100 之间的百分比，请写成 5% 的样子。")
    return Decimal(number.quantize(Decimal("0.01"))).normalize() + 0


def read_volumes(given: Given) -> int:
    """册数."""
    return _whole(given, 1, MOST_VOLUMES, "册数")


def read_printed(given: Given) -> int:
    """印数."""
    return _whole(given, 1, 1_000_000_000, "印数")


def read_place(given: Given) -> int:
    """推荐顺序."""
    return _whole(given, 1, 9999, "推荐顺序")


def read_web_address(given: Given) -> str:
    """A link that begins with http."""
    if given.kind != "text":
        raise CellFault("url", f"“{given.shown}”不是网址，请填写完整的链接。")
    return read_url(given.text)


def _whole(given: Given, low: int, high: int, what: str) -> int:
    match = _COUNTED.match(unicodedata.normalize("NFKC", given.text).replace(",", ""))
    if match is None or given.kind not in ("text", "number") or not low <= int(match[1]) <= high:
        raise CellFault("number", f"“{given.shown}”不是{what}，请填 {low} 到 {high} 的整数。")
    return int(match[1])
