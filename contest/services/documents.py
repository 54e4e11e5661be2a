"""Numbers of identity documents: which are possible, and the blind index by which a person is one person."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from contest.models import Contestant
from core.crypto import blind_index
from core.exceptions import DomainError
from core.text.idnumber import IdNumberInvalid, check_id_number

IdKind = Contestant.IdKind

_FORMATS = {
    IdKind.HK_MACAU: (re.compile(r"[HM]\d{8}(\d{2})?"), "港澳居民来往内地通行证号应为字母 H 或 M 加 8 位或 10 位数字"),
    IdKind.TAIWAN: (re.compile(r"\d{8}(\d{2})?"), "台湾居民来往大陆通行证号应为 8 位或 10 位数字"),
    IdKind.RESIDENCE: (
        re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]"),
        "外国人永久居留身份证号应为 3 个字母加 12 位数字，或以 9 开头的 18 位号码",
    ),
    IdKind.PASSPORT: (re.compile(r"[A-Z0-9]{5,17}"), "护照号应为 5 至 17 位字母和数字"),
}
# The last two digits of a travel permit count its renewals; the person keeps the ones before (H/M + 8, or 8 digits).
_LIFELONG = {IdKind.HK_MACAU: 9, IdKind.TAIWAN: 8}


class DocumentInvalid(DomainError):
    """A number that cannot be one of its kind; codes as for identity cards, and `id_kind`."""

    code = "id_format"


@dataclass(frozen=True)
class Document:
    """A number that can be right; `birth_date` is None where the number does not tell it."""

    number: str
    birth_date: date | None


def clean_document_number(text: str) -> str:
    """ASCII, upper case, without blanks and the hyphens people write between groups of digits."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―]", "", plain)


def check_document(kind: str, text: str, *, today: date) -> Document:
    """The number as it is kept; refuses (DocumentInvalid, IdNumberInvalid) what cannot be one of that kind."""
    if kind not in IdKind.values:
        raise DocumentInvalid("请从列表中选择证件类型。", code="id_kind")
    if kind == IdKind.ID_CARD:
        identity = check_id_number(text, today=today)
        return Document(identity.number, identity.birth_date)
    number = clean_document_number(text)
    pattern, sentence = _FORMATS[IdKind(kind)]
    if not pattern.fullmatch(number):
        raise DocumentInvalid(f"{sentence}，请核对。")
    if kind == IdKind.RESIDENCE and len(number) == 18:
        return _new_residence_card(number, today)
    return Document(number, None)


def index_document(kind: str, number: str) -> str:
    """Blind index of a document's number: one registration per person goes by it (domain.md A4).

    It does not depend on the kind that was ticked, so that the same number is the same person; of a travel permit
    only the part that stays through renewals counts.
    """
    plain = clean_document_number(number)
    if kind in _LIFELONG:
        plain = plain[: _LIFELONG[IdKind(kind)]]
    return blind_index(plain, purpose="id_number")


def guess_kind(number: str) -> str:
    """The kind that a bare number looks like, for lists that do not name it."""
    plain = clean_document_number(number)
    for kind in (IdKind.HK_MACAU, IdKind.TAIWAN, IdKind.RESIDENCE):
        if (kind != IdKind.RESIDENCE or len(plain) != 18) and _FORMATS[kind][0].fullmatch(plain):
            return kind
    return IdKind.ID_CARD if len(plain) == 18 else IdKind.PASSPORT


def _new_residence_card(number: str, today: date) -> Document:
    """The card of 2023 on: 18 characters with a birth date and a MOD 11-2 check character, as identity cards."""
    try:
        identity = check_id_number(number, today=today)
    except IdNumberInvalid as error:
        message = error.message.replace("身份证号", "外国人永久居留身份证号", 1)
        raise DocumentInvalid(message, code=error.code) from error
    return Document(identity.number, identity.birth_date)
