"""往届获奖作品 that by the call may not take part again (domain.md B2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.text.characters import find_bad_characters
from core.text.names import normalise_name
from ledger.services import record_event
from works.engine.isbn import IsbnInvalid, normalise_isbn
from works.engine.titles import title_index
from works.exceptions import WorkRefused
from works.models import FormerWinner, Selection

BATCH = 500
MOST_NAMED = 5
LONGEST = {"title": 120, "author": 60, "award": 120}


@dataclass(frozen=True)
class FormerLine:
    """One line of the list; a title without an author is only pointed out, an ISBN or both are conclusive."""

    title: str
    author: str
    isbn: str
    award: str


def former_winner_faults(line: FormerLine) -> list[tuple[str, str]]:
    """What is wrong with a line, by field; an empty list means that it may be kept."""
    faults: list[tuple[str, str]] = []
    for field, text in (("title", line.title), ("author", line.author), ("award", line.award)):
        if not text.strip():
            if field != "author":
                faults.append((field, "此项必须填写。"))
        elif len(text) > LONGEST[field]:
            faults.append((field, f"最多 {LONGEST[field]} 个字，现有 {len(text)} 个，请缩短。"))
        elif bad := find_bad_characters(text):
            faults.append((field, bad[0].message))
    if line.isbn.strip():
        try:
            normalise_isbn(line.isbn)
        except IsbnInvalid as invalid:
            faults.append(("isbn", invalid.message))
    return faults


@transaction.atomic
def add_former_winners(
    *, selection: Selection, lines: Sequence[FormerLine], actor: User, now: datetime
) -> tuple[int, int]:
    """Add winners of earlier years; returns how many are new and how many were there already. Twice is once.

    Refuses (WorkRefused) all lines when one has a fault.
    """
    messages = [
        f"第 {place} 行（{line.title}）：{message}"
        for place, line in enumerate(lines, start=1)
        for _, message in former_winner_faults(line)
    ]
    if messages:
        raise WorkRefused("没有登记任何作品：" + "".join(messages[:MOST_NAMED]))
    Selection.objects.select_for_update(of=("self",), no_key=True).get(pk=selection.pk)
    rows = {_key(row): row for row in (_row(selection, line) for line in lines)}
    known = {_key(row) for row in FormerWinner.objects.filter(selection=selection)}
    fresh = [row for key, row in rows.items() if key not in known]
    if fresh:
        FormerWinner.objects.bulk_create(fresh, batch_size=BATCH)
        payload = {"selection": selection.pk, "added": len(fresh)}
        record_event(edition=selection.edition, kind="former_winners_added", actor=actor, payload=payload, now=now)
    return len(fresh), len(lines) - len(fresh)


@transaction.atomic
def remove_former_winner(*, winner: FormerWinner, actor: User, now: datetime) -> None:
    """Take a line off the list again; taken off twice is taken off once."""
    edition, selection_id, pk = winner.selection.edition, winner.selection_id, winner.pk
    removed, _ = FormerWinner.objects.filter(pk=pk).delete()
    if removed:
        payload = {"selection": selection_id, "winner": pk}
        record_event(edition=edition, kind="former_winner_removed", actor=actor, payload=payload, now=now)


def _row(selection: Selection, line: FormerLine) -> FormerWinner:
    title = " ".join(line.title.split())
    return FormerWinner(
        selection=selection,
        title=title,
        title_index=title_index(title),
        author=normalise_name(line.author) if line.author.strip() else "",
        isbn=normalise_isbn(line.isbn) if line.isbn.strip() else "",
        award=line.award.strip(),
    )


def _key(row: FormerWinner) -> tuple[str, str, str, str]:
    return (row.title, row.author, row.isbn, row.award)
