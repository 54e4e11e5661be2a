"""Resident identity numbers (GB 11643-1999): format, birth date, check character. No county tables: they change."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.exceptions import DomainError

Gender = Literal["male", "female"]

_FORMAT = re.compile(r"^[1-9]\d{16}[\dX]$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True)
class IdNumber:
    """A number that passed every check, and what it says of its holder."""

    number: str
    birth_date: date
    gender: Gender


class IdNumberInvalid(DomainError):
    """`code` is `id_format`, `id_birth_date` or `id_checksum`."""


def check_id_number(text: str, *, today: date) -> IdNumber:
    """The number with ASCII digits and upper-case X; refuses (IdNumberInvalid) what cannot be an identity number.

    Full-width characters, spaces inside and a lower-case x are accepted. A birth date must exist and not lie after
    `today`.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not number.isascii() or not _FORMAT.match(number):
        raise IdNumberInvalid("身份证号应为 18 位：前 17 位是数字，最后一位是数字或 X，请核对。", code="id_format")
    birth_date = _birth_date(number)
    if birth_date is None or birth_date > today:
        raise IdNumberInvalid(
            f"身份证号第 7 至 14 位“{number[6:14]}”不是真实的出生日期，请核对。", code="id_birth_date"
        )
    if check_character(number[:17]) != number[17]:
        raise IdNumberInvalid("身份证号的校验码不符，可能有一位写错，请对照证件核对。", code="id_checksum")
    return IdNumber(number=number, birth_date=birth_date, gender="male" if int(number[16]) % 2 else "female")


def check_character(first_seventeen: str) -> str:
    """ISO 7064 MOD 11-2 check character of 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
