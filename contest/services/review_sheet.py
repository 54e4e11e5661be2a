"""One registration in reading order, for whoever reviews it: personal numbers masked until a purpose is on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from contest.models import Contest, Contestant, MaterialRequirement
from contest.models.materials import Material
from contest.services.columns import DETAIL, column_texts
from contest.services.fields import asked_fields
from contest.services.materials import asked_materials, current_materials
from contest.services.registrations import full_years
from contest.services.typed import typed_values
from core.text.masks import mask_id, mask_phone

IdKind = Contestant.IdKind
HIDDEN = "已填写"


@dataclass(frozen=True)
class SheetRow:
    """A line of the registration; `masked` where something was left out."""

    label: str
    text: str
    masked: bool = False


@dataclass(frozen=True)
class SheetSection:
    title: str
    rows: list[SheetRow]


@dataclass(frozen=True)
class SheetMaterial:
    """What was handed in for a requirement, None where nothing was."""

    requirement: MaterialRequirement
    material: Material | None


def registration_sheet(contestant: Contestant, *, full: bool = False) -> list[SheetSection]:
    """What a registration says. `full` shows numbers, birth date, mail and address: an official act, recorded before.

    What was never submitted is shown as it was typed.
    """
    values = typed_values(contestant) if contestant.id_index is None else column_texts(contestant)
    sections = [SheetSection("选手", list(_person(contestant, values, full)))]
    if contestant.group.needs_guardian or values.get("guardian_name"):
        sections.append(SheetSection("监护人", list(_guardian(contestant, values, full))))
    sections.append(SheetSection("讲解", list(_talk(contestant, values, full))))
    sections.append(SheetSection("报名", list(_registered(contestant))))
    return sections


def registration_materials(contestant: Contestant) -> list[SheetMaterial]:
    """What is asked of a registration and what else it handed in, in the contest's order."""
    handed_in = {material.requirement_id: material for material in current_materials([contestant])[contestant.pk]}
    asked = asked_materials(contestant)
    rows = [SheetMaterial(each, handed_in.pop(each.pk, None)) for each in asked]
    return rows + [SheetMaterial(material.requirement, material) for material in handed_in.values()]


def age_in_words(contest: Contest, birth_date: str) -> str:
    """12 周岁（首日 2026-11-20）; empty where no date can be read."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return ""
    return f"{full_years(born, contest.first_day)} 周岁（大赛首日 {contest.first_day:%Y-%m-%d}）"


def _person(one: Contestant, values: dict[str, str], full: bool) -> Iterator[SheetRow]:
    number, born, phone, mail = (values.get(name, "") for name in ("id_number", "birth_date", "phone", "email"))
    yield SheetRow("姓名", values.get("name", ""))
    yield SheetRow("性别", values.get("gender", ""))
    yield SheetRow("年龄", age_in_words(one.contest, born))
    yield SheetRow("出生日期", born if full else HIDDEN if born else "", masked=bool(born) and not full)
    document = values.get("id_kind", "")
    yield SheetRow("证件类型", IdKind(document).label if document in IdKind.values else "")
    yield SheetRow("证件号码", number if full else mask_id(number), masked=bool(number) and not full)
    yield SheetRow("联系电话", phone if full else mask_phone(phone), masked=bool(phone) and not full)
    yield SheetRow("电子邮箱", mail if full else HIDDEN if mail else "", masked=bool(mail) and not full)
    yield SheetRow("工作单位（学校）", values.get("workplace", ""))


def _guardian(one: Contestant, values: dict[str, str], full: bool) -> Iterator[SheetRow]:
    phone = values.get("guardian_phone", "")
    yield SheetRow("监护人", values.get("guardian_name", ""))
    yield SheetRow("监护人电话", phone if full else mask_phone(phone), masked=bool(phone) and not full)


def _talk(one: Contestant, values: dict[str, str], full: bool) -> Iterator[SheetRow]:
    yield SheetRow("讲解题目", values.get("title", ""))
    yield SheetRow("指导教师", values.get("tutors", ""))
    for asked in asked_fields(one.contest):
        text = values.get(f"{DETAIL}{asked.spec.code}", "")
        hidden = asked.spec.code == "address" and bool(text) and not full
        yield SheetRow(asked.spec.label, HIDDEN if hidden else text, masked=hidden)
    yield SheetRow("备注", values.get("remark", ""))


def _registered(one: Contestant) -> Iterator[SheetRow]:
    yield SheetRow("报名方式", one.get_channel_display())
    yield SheetRow("推荐单位", one.unit.name if one.unit is not None else "")
    if one.unit_order is not None:
        yield SheetRow("单位推荐顺序", f"第 {one.unit_order} 位")
    if one.outside_quota:
        yield SheetRow("名额", f"名额外：{one.outside_quota_reason}")


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to a registration."""

    at: datetime
    who: str
    what: str
    words: str
    due_at: datetime | None = None


def registration_history(contestant: Contestant) -> list[HistoryLine]:
    """Registered, submitted, decided, written to: the newest first."""
    by = contestant.registered_by
    lines = [HistoryLine(contestant.created_at, by.name if by else "", "建立报名", "")]
    if contestant.submitted_at is not None:
        lines.append(HistoryLine(contestant.submitted_at, "", "提交报名", ""))
    if contestant.guardian_consent_at is not None:
        giver = contestant.guardian_consent_by
        how = f"监护人同意（{contestant.get_guardian_consent_how_display()}）"
        lines.append(HistoryLine(contestant.guardian_consent_at, giver.name if giver else "", how, ""))
    for decision in contestant.decisions.select_related("decided_by"):
        name = decision.decided_by.name
        what = decision.get_act_display()
        lines.append(HistoryLine(decision.decided_at, name, what, decision.reason, decision.due_at))
    for note in contestant.notes.select_related("sent_by"):
        lines.append(HistoryLine(note.sent_at, note.sent_by.name, f"留言（{note.told} 个账号收到）", note.body))
    # Of two things at the same moment the later written is the newer.
    lines.sort(key=lambda line: line.at)
    return lines[::-1]
