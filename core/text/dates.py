"""Dates in Chinese: certificates write 〇 (GB/T 15835-2011), notices Arabic digits, no leading zeros (GB/T 9704)."""

from datetime import date

_DIGITS = "〇一二三四五六七八九"


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


def _counted(number: int) -> str:
    """1 to 99 as counted: 十, 十一, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
