"""Lengths of videos as people write them: 3′31″, 00:03:54, 3分15秒."""

import re
import unicodedata
from datetime import datetime, time, timedelta

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2})(?:\.0+)?", re.ASCII)
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:小时|时|h))?(?:(\d{1,3})(?:分钟|分|m|'))?(?:(\d{1,5})(?:秒钟|秒|s|'')?)?(?:整|钟)?", re.ASCII
)
_ENGLISH = (
    (re.compile(r"hours?|hrs?"), "h"),
    (re.compile(r"minutes?|mins?"), "m"),
    (re.compile(r"seconds?|secs?"), "s"),
)
_MINUTE_SIGNS = str.maketrans({"′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "＇": "'"})
_SECOND_SIGNS = re.compile(r"[″”“\"〃＂]|''")
_PLAIN_SECONDS = 60  # a bare number below it may be minutes


def parse_duration(text: str) -> int | None:
    """Seconds, None where it is no length or may be two (a bare 5: minutes or seconds?)."""
    # NFKC makes two primes of ″, so that comes first.
    plain = _SECOND_SIGNS.sub("秒", text.translate(_MINUTE_SIGNS))
    plain = unicodedata.normalize("NFKC", plain).translate(_MINUTE_SIGNS).casefold()
    plain = re.sub(r"^(?:约|时长|片长)[:]?|\s+", "", plain)
    for pattern, short in _ENGLISH:
        plain = pattern.sub(short, plain)
    if match := _CLOCK.fullmatch(plain):
        return _sum(match[1], match[2], match[3], open_minutes=match[1] is None)
    if plain.isascii() and plain.isdecimal():
        return int(plain) if len(plain) < 6 and int(plain) >= _PLAIN_SECONDS else None
    match = _WORDS.fullmatch(plain)
    if match is None or not any(match.groups()):
        return None
    return _sum(match[1], match[2], match[3], open_minutes=match[1] is None, open_seconds=not (match[1] or match[2]))


def clock_duration(value: object) -> int | None:
    """Seconds of a cell that Excel made a time of; None where its hours show that minutes were meant.

    Who types 3:54 into Excel gets 3 hours and 54 minutes.
    """
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
    elif isinstance(value, datetime):
        return None
    elif isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    else:
        return None
    return seconds if 0 < seconds < 3600 else None


def shown_duration(seconds: int | None) -> str:
    """3 分 31 秒, as every page writes it; empty for none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"


def _sum(
    hours: str | None, minutes: str | None, seconds: str | None, *, open_minutes: bool, open_seconds: bool = False
) -> int | None:
    h, m, s = int(hours or 0), int(minutes or 0), int(seconds or 0)
    if (m > 59 and not open_minutes) or (s > 59 and not open_seconds):
        return None
    return h * 3600 + m * 60 + s or None
