"""What a cell holds, and the readers that make a value of it or say in Chinese what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from openpyxl.utils.datetime import WINDOWS_EPOCH

from core.text.characters import find_bad_characters
from core.text.dates import Month, parse_date
from core.text.idnumber import IdNumber, IdNumberInvalid, check_id_number
from core.text.names import is_plausible_name, normalise_name
from core.text.phones import PhoneInvalid, normalise_phone

Kind = Literal["empty", "text", "number", "date", "bool", "formula", "error"]

# What comes along unseen with pasted text and means nothing: zero-width characters, Excel's spelling of a
# carriage return, the marks that phone books put around a number.
_UNSEEN = re.compile("[\u200b\u2060\ufeff]|_x000[dD]_")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r"[^\S\n]*[\r\n]+\s*")
_EMPTY_WORDS = frozenset(("", "无", "/", "\\", "-", "--", "—", "——", "－", "／"))
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
_LONGEST_QUOTE = 40
_LONGEST_PHONE = 60
_SERIAL_RANGE = (5000, 80_000)  # 1913 to 2119: below lie years and months typed as numbers (1998, 1998.05)


class CellFault(Exception):
    """Raised by a reader: this cell cannot be read. `code` names the kind, `message` says in Chinese what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Given(NamedTuple):
    """The content of a cell as the workbook has it."""

    kind: Kind
    value: object = None
    epoch: datetime = WINDOWS_EPOCH

    @property
    def text(self) -> str:
        """As text, without what cannot be seen; whole numbers without `.0`."""
        if isinstance(self.value, str) and self.value.isalnum():
            return self.value  # nothing to take away
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        if isinstance(self.value, datetime):
            return self.value.date().isoformat()
        return _UNSEEN.sub("", "" if self.value is None else str(self.value)).strip()

    @property
    def shown(self) -> str:
        """The text as a fault quotes it."""
        text = self.text
        return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"

    @property
    def is_empty(self) -> bool:
        """Nothing, only blanks, or one of the signs by which people say that there is nothing (无, /)."""
        if self.kind == "text":
            return self.text in _EMPTY_WORDS
        return self.kind == "empty"


Reader = Callable[[Given], object]


def read_text(*, max_length: int = 200, multiline: bool = False) -> Reader:
    """A line of text (str); line breaks in a one-line cell are joined. Refuses bad characters and what is too long."""

    def read(given: Given) -> str:
        text = unicodedata.normalize("NFC", given.text)
        if not multiline and ("\n" in text or "\r" in text):
            text = _BREAK.sub(lambda match: _joint(match.string, match.start(), match.end()), text)
        refuse_bad_characters(text, multiline=multiline)
        if len(text) > max_length:
            raise CellFault("too_long", f"有 {len(text)} 个字，最多 {max_length} 个字，请缩短。")
        return text

    return read


def read_name(given: Given) -> str:
    """A person's name in its one spelling: blanks out, the dot of a transliterated name as ·."""
    name = normalise_name(given.text)
    refuse_bad_characters(name)
    if given.kind != "text" or not is_plausible_name(name):
        raise CellFault("name", f"“{given.shown}”不像姓名，请只填写一个人的姓名。")
    return name


def read_date(given: Given) -> date:
    """A full date, from a date cell, a serial number or text written in any of the usual ways."""
    found = read_date_or_month(given)
    if isinstance(found, Month):
        raise CellFault("date", f"“{given.shown}”没有写明是哪一天，请写成 1998-05-01 的样子。")
    return found


def read_date_or_month(given: Given) -> date | Month:
    """A full date, or the month where only that is given (出生年月)."""
    if isinstance(given.value, datetime):
        return given.value.date()
    if isinstance(given.value, date):
        return given.value
    if given.kind == "number" and isinstance(given.value, int | float):
        low, high = _SERIAL_RANGE
        if low <= given.value <= high:
            return given.epoch.date() + timedelta(days=int(given.value))
    text = repr(given.value) if isinstance(given.value, float) and not given.value.is_integer() else given.shown
    if given.kind == "number" and "." in text:
        # 1998.1 may have been typed 1998.1 or 1998.10; a number does not tell.
        raise CellFault("date", f"“{text}”是数字，分不清是 1 月还是 10 月，请写成 1998-05-01 的样子。")
    parsed = parse_date(_DIRECTION.sub("", text))
    if parsed is None:
        raise CellFault("date", f"“{text}”不是真实的日期，请写成 1998-05-01 的样子。")
    return parsed


def read_month(given: Given) -> Month:
    """Year and month; a day that is given too is left out."""
    found = read_date_or_month(given)
    return found if isinstance(found, Month) else Month(found.year, found.month)


def read_phone(given: Given) -> str:
    """A phone number, also where Excel made a number of it."""
    if len(given.text) > _LONGEST_PHONE:
        raise CellFault("phone", f"“{given.shown}”不是电话号码，请填写 11 位手机号，或带区号的固定电话。")
    try:
        return normalise_phone(_typed(given))
    except PhoneInvalid as invalid:
        raise CellFault("phone", invalid.message) from invalid


def read_email(given: Given) -> str:
    """An e-mail address in lower case."""
    address = "".join(unicodedata.normalize("NFKC", _DIRECTION.sub("", given.text)).split()).lower()
    if not _EMAIL.match(address) or find_bad_characters(address):
        raise CellFault("email", f"“{given.shown}”不是电子邮箱，请核对。")
    return address


def read_id_text(given: Given) -> str:
    """The characters of an identity document, not checked further. A number has already lost its last digits."""
    if given.kind == "number":
        raise CellFault(
            "id_as_number",
            "号码被存成了数字，开头的 0 或末几位可能已经丢失。请把这一格的格式设为“文本”，对照证件重新填写。",
        )
    text = "".join(unicodedata.normalize("NFKC", _typed(given)).split()).upper()
    refuse_bad_characters(text)
    return text


def read_id_number(*, today: date) -> Reader:
    """A resident identity number that passes every check (IdNumber)."""

    def read(given: Given) -> IdNumber:
        try:
            return check_id_number(read_id_text(given), today=today)
        except IdNumberInvalid as invalid:
            raise CellFault(invalid.code, invalid.message) from invalid

    return read


def read_choice(choices: Mapping[str, Hashable], *, code: str = "choice") -> Reader:
    """The value that a word stands for: several words may stand for one value, the first is offered in the fault."""
    known = {_squeeze(word): value for word, value in choices.items()}
    offered = {value: word for word, value in reversed(list(choices.items()))}
    offer = "、".join(word for word in choices if word in offered.values())

    def read(given: Given) -> object:
        if given.text in choices:
            return choices[given.text]
        word = _squeeze(given.text)
        if word not in known:
            raise CellFault(code, f"“{given.shown}”不在可填的内容之中，请填写：{offer}。")
        return known[word]

    return read


def read_count(given: Given) -> int:
    """A whole number from 0 up; 0 is a number like any other."""
    text = unicodedata.normalize("NFKC", given.text)
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise CellFault("number", f"“{given.shown}”不是整数，请只填写数字。")
    return int(text)


def _typed(given: Given) -> str:
    """Without direction marks, and without the apostrophe that was meant to make text of a number."""
    return _DIRECTION.sub("", given.text).lstrip("'’‘＇`")


def refuse_bad_characters(text: str, *, multiline: bool = False) -> None:
    """Raise CellFault for a character that no name or text may hold."""
    for bad in find_bad_characters(text, multiline=multiline):
        raise CellFault("private_use_character" if bad.kind == "private_use" else "bad_character", bad.message)


def _joint(text: str, start: int, end: int) -> str:
    """Latin words need a blank where a line was broken, Chinese ones none."""
    return " " if text[start - 1 : start].isascii() and text[end : end + 1].isascii() else ""


def _squeeze(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()
