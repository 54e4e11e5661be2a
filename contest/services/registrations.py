"""What a registration must meet, written once for workbook, page and program (domain.md A4, D4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contest.models import Contestant, Group
from core.crypto import blind_index
from core.text.characters import find_bad_characters
from core.text.idnumber import IdNumberInvalid, check_id_number

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
    """One person's registration as it was read: texts trimmed, phone and ID number normalised."""

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

    @property
    def id_index(self) -> str:
        return index_id_number(self.id_number)


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a registration; `code` names the kind for programs."""

    field: str
    code: str
    message: str


def index_id_number(number: str) -> str:
    """Blind index of a normalised ID number: one registration per person goes by it (domain.md A4)."""
    return blind_index(number, purpose="id_number")


def full_years(birth_date: date, on: date) -> int:
    """Age in full years; who is born on 29 February comes of age on 1 March of other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def registration_faults(registration: Registration) -> list[FieldFault]:
    """Everything wrong with a registration; an empty list means that it may be kept."""
    faults = [fault for field in LONGEST for fault in _text_faults(field, getattr(registration, field))]
    if registration.gender not in Contestant.Gender.values:
        faults.append(FieldFault("gender", "gender", "性别请填写“男”或“女”。"))
    identity = _identity_faults(registration)
    faults += identity
    if not identity:
        faults += _age_faults(registration)
    if registration.group.needs_guardian and not registration.guardian_name:
        message = f"{registration.group.title}选手须填写监护人姓名。"
        faults.append(FieldFault("guardian_name", "guardian_required", message))
    return faults


def _text_faults(field: TextField, text: str) -> Iterable[FieldFault]:
    if not text and field in ("name", "workplace", "title"):
        yield FieldFault(field, "required", "此项必须填写。")
    if len(text) > LONGEST[field]:
        yield FieldFault(field, "too_long", f"最多 {LONGEST[field]} 个字，现有 {len(text)} 个，请缩短。")
    if bad := find_bad_characters(text):
        code = "private_use_character" if bad[0].kind == "private_use" else "bad_character"
        yield FieldFault(field, code, bad[0].message)


def _identity_faults(registration: Registration) -> list[FieldFault]:
    try:
        identity = check_id_number(registration.id_number, today=registration.group.contest.first_day)
    except IdNumberInvalid as error:
        return [FieldFault("id_number", error.code, error.message)]
    if identity.birth_date != registration.birth_date:
        message = f"与身份证号中的出生日期 {identity.birth_date:%Y-%m-%d} 不一致，请核对。"
        return [FieldFault("birth_date", "birth_differs_from_id", message)]
    return []


def _age_faults(registration: Registration) -> Iterable[FieldFault]:
    group = registration.group
    first_day = group.contest.first_day
    age = full_years(registration.birth_date, first_day)
    if group.max_age is not None and age > group.max_age:
        message = f"{group.title}限 {group.max_age} 周岁以下（含），比赛首日 {first_day} 此人已满 {age} 周岁。"
        yield FieldFault("group", "age_group", message)
    if group.min_age is not None and age < group.min_age:
        message = f"{group.title}须满 {group.min_age} 周岁，比赛首日 {first_day} 此人 {age} 周岁。"
        yield FieldFault("group", "age_group", message)
