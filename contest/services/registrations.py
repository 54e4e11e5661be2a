"""What a registration must meet, written once for workbook, page and program (domain.md A4, D4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from contest.models import Contestant, Group
from contest.services.documents import check_document, index_document
from contest.services.fields import AskedField, asked_fields
from core.exceptions import DomainError
from core.text.characters import find_bad_characters
from core.text.phones import PhoneInvalid, normalise_phone

TextField = Literal["name", "workplace", "title", "tutors", "guardian_name", "email", "remark"]
LONGEST: dict[TextField, int] = {
    "name": 60,
    "workplace": 80,
    "title": 60,
    "tutors": 60,
    "guardian_name": 60,
    "email": 254,
    "remark": 200,
}


@dataclass(frozen=True)
class Registration:
    """One person's registration as it was read: texts trimmed, phones and document number normalised.

    `details` are the asked fields by code, without empty ones.
    """

    group: Group
    name: str
    gender: str
    birth_date: date
    id_number: str
    workplace: str
    title: str
    phone: str
    tutors: str = ""
    guardian_name: str = ""
    email: str = ""
    remark: str = ""
    id_kind: str = Contestant.IdKind.ID_CARD
    guardian_phone: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        kept = {code: text for code, text in self.details.items() if text}
        object.__setattr__(self, "details", MappingProxyType(kept))

    @cached_property
    def id_index(self) -> str:
        return index_document(self.id_kind, self.id_number)


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a registration; `code` names the kind for programs."""

    field: str
    code: str
    message: str


def full_years(birth_date: date, on: date) -> int:
    """Age in full years; who is born on 29 February comes of age on 1 March of other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def registration_faults(registration: Registration, *, complete: bool = False) -> list[FieldFault]:
    """Everything wrong with a registration; an empty list means that it may be kept.

    A workbook may leave a guardian's phone and the asked fields for later; handed in by a form it must be `complete`.
    """
    faults = [fault for name in LONGEST for fault in _text_faults(name, getattr(registration, name))]
    if registration.gender not in Contestant.Gender.values:
        faults.append(FieldFault("gender", "gender", "性别请填写“男”或“女”。"))
    faults += _phone_faults(registration)
    identity = _identity_faults(registration)
    faults += identity
    if not identity:
        faults += age_faults(registration.group, registration.birth_date)
    if registration.group.needs_guardian:
        faults += _guardian_faults(registration, complete)
    for asked in asked_fields(registration.group.contest):
        faults += _detail_faults(asked, registration.details.get(asked.spec.code, ""), complete)
    return faults


def age_faults(group: Group, birth_date: date) -> list[FieldFault]:
    """Whether somebody is too old or too young for a group on the contest's first day."""
    first_day = group.contest.first_day
    age = full_years(birth_date, first_day)
    if group.max_age is not None and age > group.max_age:
        message = f"{group.title}限 {group.max_age} 周岁以下（含），比赛首日 {first_day} 此人已满 {age} 周岁。"
        return [FieldFault("group", "age_group", message)]
    if group.min_age is not None and age < group.min_age:
        message = f"{group.title}须满 {group.min_age} 周岁，比赛首日 {first_day} 此人 {age} 周岁。"
        return [FieldFault("group", "age_group", message)]
    return []


def _text_faults(field: TextField, text: str) -> Iterable[FieldFault]:
    if not text and field in ("name", "workplace", "title"):
        yield FieldFault(field, "required", "此项必须填写。")
    yield from _writing_faults(field, text, LONGEST[field])


def _writing_faults(field: str, text: str, longest: int, *, multiline: bool = False) -> Iterable[FieldFault]:
    if len(text) > longest:
        yield FieldFault(field, "too_long", f"最多 {longest} 个字，现有 {len(text)} 个，请缩短。")
    if bad := find_bad_characters(text, multiline=multiline):
        code = "private_use_character" if bad[0].kind == "private_use" else "bad_character"
        yield FieldFault(field, code, bad[0].message)


def _phone_faults(registration: Registration) -> Iterable[FieldFault]:
    if not registration.phone:
        yield FieldFault("phone", "required", "此项必须填写。")
    for name, phone in (("phone", registration.phone), ("guardian_phone", registration.guardian_phone)):
        if not phone:
            continue
        try:
            normalise_phone(phone)
        except PhoneInvalid as error:
            yield FieldFault(name, "phone", error.message)


def _guardian_faults(registration: Registration, complete: bool) -> Iterable[FieldFault]:
    title = registration.group.title
    if not registration.guardian_name:
        yield FieldFault("guardian_name", "guardian_required", f"{title}选手须填写监护人姓名。")
    if complete and not registration.guardian_phone:
        yield FieldFault("guardian_phone", "guardian_required", f"{title}选手须填写监护人电话。")


def _detail_faults(asked: AskedField, text: str, complete: bool) -> Iterable[FieldFault]:
    name, spec = f"details.{asked.spec.code}", asked.spec
    if not text:
        if complete and asked.required:
            yield FieldFault(name, "required", "此项必须填写。")
        return
    # A browser sends line breaks of a text area as two characters; people count one.
    plain = text.replace("\r\n", "\n")
    yield from _writing_faults(name, plain, spec.longest, multiline=spec.kind == "long")
    if spec.kind == "choice" and text not in spec.choices:
        yield FieldFault(name, "choice", f"请从这些里选：{'、'.join(spec.choices)}。")
    if spec.kind == "date" and not _is_date(text):
        yield FieldFault(name, "date", "请填写日期，例如 2026-05-20。")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _identity_faults(registration: Registration) -> list[FieldFault]:
    first_day = registration.group.contest.first_day
    try:
        document = check_document(registration.id_kind, registration.id_number, today=first_day)
    except DomainError as error:
        field = "id_kind" if error.code == "id_kind" else "id_number"
        return [FieldFault(field, error.code, error.message)]
    if document.birth_date is not None and document.birth_date != registration.birth_date:
        label = Contestant.IdKind(registration.id_kind)
        name = "身份证号" if label == Contestant.IdKind.ID_CARD else "证件号码"
        message = f"与{name}中的出生日期 {document.birth_date:%Y-%m-%d} 不一致，请核对。"
        return [FieldFault("birth_date", "birth_differs_from_id", message)]
    if registration.birth_date > first_day:
        return [FieldFault("birth_date", "birth_date", "出生日期晚于比赛首日，请核对。")]
    return []
