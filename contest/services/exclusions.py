"""往届获奖者 who may not take part again (domain.md A4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, ExcludedPerson
from contest.services.documents import check_document, clean_document_number, guess_kind, index_document
from core.exceptions import DomainError
from core.text.characters import find_bad_characters
from core.text.masks import mask_id
from core.text.names import normalise_name
from ledger.services import record_event

BATCH = 500
MOST_NAMED = 5
LONGEST = {"name": 60, "award": 120}


@dataclass(frozen=True)
class Exclusion:
    """One line of the list; without a number only the name is compared."""

    name: str
    document_number: str
    award: str


def exclusion_faults(row: Exclusion, *, contest: Contest) -> list[tuple[str, str]]:
    """What is wrong with a line, by field; an empty list means that it may be kept."""
    faults: list[tuple[str, str]] = []
    for field, text in (("name", row.name), ("award", row.award)):
        if not text.strip():
            faults.append((field, "此项必须填写。"))
        elif len(text) > LONGEST[field]:
            faults.append((field, f"最多 {LONGEST[field]} 个字，现有 {len(text)} 个，请缩短。"))
        elif bad := find_bad_characters(text):
            faults.append((field, bad[0].message))
    number = row.document_number.strip()
    if "*" in number or "＊" in number:
        faults.append(("document_number", "号码被遮盖，无法比对；请填写完整号码，或留空只按姓名提示。"))
    elif number:
        try:
            check_document(guess_kind(number), number, today=contest.first_day)
        except DomainError as error:
            faults.append(("document_number", error.message))
    return faults


@transaction.atomic
def add_exclusions(*, contest: Contest, rows: Sequence[Exclusion], actor: User, now: datetime) -> tuple[int, int]:
    """Add former winners; returns how many are new and how many were there already. Twice is once.

    Only the number's blind index is kept, and the number masked. Refuses (ContestRefused) all rows when one lacks
    name or award, or its number cannot be right.
    """
    messages = [
        f"第 {place} 行（{row.name}）：{message}"
        for place, row in enumerate(rows, start=1)
        for _, message in exclusion_faults(row, contest=contest)
    ]
    if messages:
        raise ContestRefused("没有登记任何人：" + "".join(messages[:MOST_NAMED]))
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contest.pk)
    people = {_key(person): person for person in (_person(contest, row) for row in rows)}
    known = {_key(person) for person in ExcludedPerson.objects.filter(contest=contest)}
    fresh = [person for key, person in people.items() if key not in known]
    if fresh:
        ExcludedPerson.objects.bulk_create(fresh, batch_size=BATCH)
        payload = {"contest": contest.pk, "added": len(fresh)}
        record_event(edition=contest.edition, kind="exclusions_added", actor=actor, payload=payload, now=now)
    return len(fresh), len(rows) - len(fresh)


@transaction.atomic
def remove_exclusion(*, exclusion: ExcludedPerson, actor: User, now: datetime) -> None:
    """Take a line off the list again; taken off twice is taken off once."""
    contest = exclusion.contest
    pk = exclusion.pk
    removed, _ = ExcludedPerson.objects.filter(pk=pk).delete()
    if removed:
        payload = {"contest": contest.pk, "exclusion": pk}
        record_event(edition=contest.edition, kind="exclusion_removed", actor=actor, payload=payload, now=now)


def _person(contest: Contest, row: Exclusion) -> ExcludedPerson:
    number = row.document_number.strip()
    return ExcludedPerson(
        contest=contest,
        name=normalise_name(row.name),
        id_index=index_document(guess_kind(number), number) if number else "",
        id_masked=mask_id(clean_document_number(number)) if number else "",
        award=row.award.strip(),
    )


def _key(person: ExcludedPerson) -> tuple[str, str, str]:
    return (person.name, person.id_index, person.award)
