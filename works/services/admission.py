"""入围: which works are entries of their kind's round, under codes that reveal nothing (pitfall 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.urls import reverse

from accounts.models import User
from core.draw import draw_order
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import NewEntry, add_entries, set_entry_status
from works.exceptions import WorkRefused
from works.models import Admission, Kind, KindRound, Work

_PARKING = 10_000  # above every order, and a small integer
_LETTERS = {Kind.Form.BOOK: "B", Kind.Form.VIDEO: "V"}
# Our own reasons: an entry that left for one of them competes again when its work is accepted again.
LEFT_REASONS = {
    Work.Status.WITHDRAWN: "作品已撤回",
    Work.Status.REFUSED: "作品不予受理",
    Work.Status.RETURNED: "作品退回补正",
    Work.Status.SUBMITTED: "作品重新审查",
    Work.Status.DRAFT: "作品重新申报",
}


@dataclass(frozen=True)
class Followed:
    """What became of the entries: works that came in, that left, that came back, and entries of a locked round whose
    status takes a correction."""

    admitted: int
    taken_out: int
    brought_back: int
    locked: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return bool(self.admitted or self.taken_out or self.brought_back)


@transaction.atomic
def follow_works(*, kind: Kind, actor: User, now: datetime) -> Followed:
    """Bring the kind's entries up to date with its works.

    Accepted works that are no entries yet come in while the round is in preparation, and all codes are drawn anew from
    the recorded seed. An entry whose work is accepted no longer is set 退出, and competes again when it is accepted
    again, until the round is locked: then it takes a correction, which `locked` names. Refuses (WorkRefused) a kind
    without a round.
    """
    row = KindRound.objects.select_related("round__edition", "kind__selection").filter(kind=kind).first()
    if row is None:
        raise WorkRefused(f"“{kind.title}”还没有设置评审。")
    admitted: list[Admission] = []
    if row.round.state == Round.State.DRAFT and waiting_works(kind).exists():
        admitted = place_works(row)
    left, back, locked = _follow_statuses(row.round, Admission.objects.filter(entry__round=row.round), actor, now)
    if admitted:
        payload = {"round": row.round_id, "works": len(admitted), "entries": row.round.entries.count()}
        record_event(edition=row.round.edition, kind="works_admitted", actor=actor, payload=payload, now=now)
    return Followed(len(admitted), left, back, tuple(locked))


@transaction.atomic
def follow_work(*, work: Work, actor: User, now: datetime) -> None:
    """The same for one work whose status has just changed, if it is an entry; what is locked waits for a correction."""
    found = Admission.objects.filter(work=work).select_related("entry__round").first()
    if found is not None:
        _follow_statuses(found.entry.round, Admission.objects.filter(pk=found.pk), actor, now)


def waiting_works(kind: Kind) -> "models.QuerySet[Work, Work]":
    """Accepted works that are no entries yet."""
    return Work.objects.filter(kind=kind, status=Work.Status.ACCEPTED, admission__isnull=True).order_by("pk")


def place_works(row: KindRound) -> list[Admission]:
    """Entries for the works that have none, and codes for all of them in the order of the seed; the new admissions.

    The round is in preparation. Entries keep their identity, and with it what was assigned and declared (pitfall 8).
    """
    kept = {each.work_id: each for each in Admission.objects.filter(entry__round=row.round).select_related("entry")}
    fresh = list(waiting_works(row.kind))
    titles = {work.pk: work.title for work in fresh} | dict(Work.objects.filter(pk__in=kept).values_list("pk", "title"))
    numbered = _numbered(row, titles)
    for each in kept.values():
        Entry.objects.filter(pk=each.entry_id).update(code=f"~{each.entry_id}"[:12], order=_PARKING + each.entry.order)
    for pk, each in kept.items():
        new = numbered[pk]
        Entry.objects.filter(pk=each.entry_id).update(
            code=new.code, title=new.title, order=new.order, exhibit=new.exhibit
        )
    fresh.sort(key=lambda work: numbered[work.pk].order)
    entries = add_entries(round=row.round, entries=[numbered[work.pk] for work in fresh])
    return Admission.objects.bulk_create(
        Admission(work=work, entry=entry) for work, entry in zip(fresh, entries, strict=True)
    )


def _numbered(row: KindRound, titles: dict[int, str]) -> dict[int, NewEntry]:
    """By work: code, title and place. Of a blind kind the title is the code, and nothing more."""
    order = draw_order([str(pk) for pk in sorted(titles)], secret=bytes.fromhex(row.seed), public=f"kind-{row.kind_id}")
    letter = _LETTERS.get(Kind.Form(row.kind.form), "W")
    width = max(2, len(str(len(order))))
    found = {}
    for place, text in enumerate(order, start=1):
        code = f"{letter}{place:0{width}d}"
        title = code if row.kind.is_blind else titles[int(text)]
        found[int(text)] = NewEntry(code, title, place, reverse("judge_work", args=[row.round_id, code]))
    return found


def _follow_statuses(
    round: Round, admissions: "models.QuerySet[Admission, Admission]", actor: User, now: datetime
) -> tuple[int, int, list[str]]:
    left = back = 0
    locked: list[str] = []
    for entry, status, reason in _wanted(list(admissions.select_related("entry", "work").order_by("entry__order"))):
        if round.state == Round.State.LOCKED:
            locked.append(entry.code)
            continue
        set_entry_status(entry=entry, status=status, reason=reason, actor=actor, now=now)
        left += status == Entry.Status.WITHDRAWN
        back += status == Entry.Status.COMPETING
    return left, back, locked


def _wanted(admissions: Sequence[Admission]) -> list[tuple[Entry, Entry.Status, str]]:
    """Entries whose status says something else than their work's; what the meeting ruled out stays ruled out."""
    found = []
    for each in admissions:
        entry, status = each.entry, Work.Status(each.work.status)
        if status != Work.Status.ACCEPTED and entry.status == Entry.Status.COMPETING:
            found.append((entry, Entry.Status.WITHDRAWN, LEFT_REASONS[status]))
            continue
        left_for_its_work = entry.status == Entry.Status.WITHDRAWN and entry.status_reason in LEFT_REASONS.values()
        if status == Work.Status.ACCEPTED and left_for_its_work:
            found.append((entry, Entry.Status.COMPETING, "作品重新受理"))
    return found
