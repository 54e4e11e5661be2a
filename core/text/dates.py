"""Dates in Chinese: certificates write 〇 (GB/T 15835-2011), notices Arabic digits, no leading zeros (GB/T 9704)."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

_DIGITS = "〇一二三四五六七八九"
_WRITTEN = re.compile(
    r"^(?P<year>\d{4})(?:(?P<sign>[-./])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?"
    r"|年(?P<month2>\d{1,2})月(?:(?P<day2>\d{1,2})[日号]?)?"
    r"|(?P<month3>\d{2})(?P<day3>\d{2})?)$",
    re.ASCII,
)
_MIDNIGHT = re.compile(r"(?:[ T]|(?<=日))0{1,2}:00(?::00)?(?:\.0+)?$")
_DASHES = re.compile("[‐-―−﹣－]")


class Month(NamedTuple):
    """A year and month without a day."""

    year: int
    month: int


def chinese_date(day: date) -> str:
    """二〇二六年五月八日."""
    return f"{chinese_year_month(day)}{_counted(day.day)}日"


def chinese_year_month(day: date) -> str:
    """二〇二六年五月."""
    return f"{chinese_year(day.year)}年{_counted(day.month)}月"


def chinese_year(year: int) -> str:
    """二〇二六, digit by digit."""
    return "".join(_DIGITS[int(digit)] for digit in str(year))


def plain_date(day: date) -> str:
    """2026年5月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def parse_date(text: str) -> date | Month | None:
    """The date, or the month where no day is given, of 1998-05-01, 1998.5.1, 1998/05, 1998年5月1日, 19980501 or 199805.

    Full-width characters and blanks do not matter; the year always has four digits. None where it is no real date.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("。", ".").strip()
    match = _WRITTEN.match(re.sub(r"\s", "", _MIDNIGHT.sub("", plain)))
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"] or match["month2"] or match["month3"])
    day = match["day"] or match["day2"] or match["day3"]
    try:
        whole = date(year, month, int(day) if day else 1)
    except ValueError:
        return None
    return whole if day else Month(year, month)


def _counted(number: int) -> str:
    """1 to 99 as counted: 十, 十一, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def years_later(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
