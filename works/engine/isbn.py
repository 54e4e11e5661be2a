"""ISBNs as people write them: hyphens, blanks, full width, ten digits; one spelling to store and compare."""

import re
import unicodedata

_SIGNS = re.compile(r"[\s\-‐-―−﹣－·.]+")
_LABEL = re.compile(r"^(?:国际标准书号|书号)?\s*(?:ISBN)?(?:-?1[03])?\s*[:：]?\s*(?=[\d])", re.IGNORECASE)
_BETWEEN = re.compile(r"[\n\r；;，,、/|]+|\s+(?=(?:ISBN)|97[89][\s\-‐-―−－]?\d)", re.IGNORECASE)
_AFTER = re.compile(r"\([^()]*\)$")
_WHOLE = re.compile(r"(?:97[89]\d{10}|\d{9}[\dX])", re.ASCII)


class IsbnInvalid(Exception):
    """What was written is no ISBN; `code` is `isbn` or `isbn_checksum`, `message` says in Chinese what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def normalise_isbn(text: str) -> str:
    """Thirteen digits of an ISBN however it was written; one of ten digits gets its 978. Raises IsbnInvalid."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _SIGNS.sub("", _AFTER.sub("", _LABEL.sub("", plain)).strip()).upper()
    shown = plain if len(plain) <= 30 else f"{plain[:30]}…"
    if not _WHOLE.fullmatch(digits):
        count = sum(sign.isdigit() for sign in digits)
        message = f"“{shown}”不是 ISBN：应为 978 或 979 开头的 13 位数字（旧书 10 位），现有 {count} 位，请对照版权页。"
        raise IsbnInvalid("isbn", message)
    if len(digits) == 10:
        if _check_of_ten(digits[:9]) != digits[9]:
            raise _wrong_check(shown)
        digits = f"978{digits[:9]}"
        return digits + _check_of_thirteen(digits)
    if _check_of_thirteen(digits[:12]) != digits[12]:
        raise _wrong_check(shown)
    return digits


def split_isbns(text: str) -> list[str]:
    """The ISBNs of a cell or field that holds those of several volumes, one text for each, not checked yet.

    They are apart by line, by 、，； or /, or by a blank before the next 978; blanks within one do not matter. What
    holds no digit is no ISBN but what somebody wrote before it.
    """
    plain = unicodedata.normalize("NFKC", text)
    return [part.strip() for part in _BETWEEN.split(plain) if any(sign.isdigit() for sign in part)]


def shown_isbn(isbn: str) -> str:
    """978-7232599977: where the groups end only the publisher's list says, so only the prefix is set apart."""
    return f"{isbn[:3]}-{isbn[3:]}" if len(isbn) == 13 else isbn


def _check_of_thirteen(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body[:12]))
    return str(-total % 10)


def _check_of_ten(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True))
    found = -total % 11
    return "X" if found == 10 else str(found)


def _wrong_check(shown: str) -> IsbnInvalid:
    return IsbnInvalid("isbn_checksum", f"“{shown}”的校验位不对，有数字写错了，请对照版权页。")
