"""Phone numbers as people and spreadsheets write them."""

import re
import unicodedata

from core.exceptions import DomainError

# What is written between the digits, in ASCII after NFKC or not: spaces, hyphens and dashes, dots, brackets.
_SEPARATORS = re.compile(r"[\s\-‐-―−ー_.()]+")
_FLOAT_TAIL = re.compile(r"^(\d+)\.0+$")
_MAINLAND_PREFIX = re.compile(r"^(?:\+86|0086|86)(?=1[3-9]\d{9}$)")
_MAINLAND_ANY_PREFIX = re.compile(r"^(?:\+86|0086)(?=0?\d{9,})")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_OTHER = re.compile(r"^\+?\d{7,15}$")


class PhoneInvalid(DomainError):
    """A text that is no phone number."""


def normalise_phone(text: str) -> str:
    """Digits only, for a mainland mobile its 11 digits without country code, for numbers abroad `+` and digits.

    Accepts full-width digits, spaces, dashes, brackets, +86 / 0086 / 86 before a mobile and the `.0` of a
    spreadsheet's float. Refuses (PhoneInvalid) letters, fewer than 7 or more than 15 digits, and a number beginning
    with 1 that is no mobile (a mistyped one: area codes begin with 0).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _FLOAT_TAIL.sub(r"\1", plain)
    plain = _SEPARATORS.sub("", plain)
    plain = _MAINLAND_PREFIX.sub("", plain)
    plain = _MAINLAND_ANY_PREFIX.sub("", plain)
    if not plain.isascii() or not _OTHER.match(plain):
        raise PhoneInvalid(f"“{text}”不是电话号码，请填写 11 位手机号，或带区号的固定电话。")
    if plain.startswith("1") and not _MOBILE.match(plain):
        raise PhoneInvalid(f"手机号“{text}”不正确，请核对 11 位号码。")
    return plain


def is_mobile(phone: str) -> bool:
    """Whether a normalised number is a mainland mobile."""
    return bool(_MOBILE.match(phone))
