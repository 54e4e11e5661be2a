"""Who reviews which work: by the system, and by hand; what is in conflict is never assigned (pitfalls 6, 8, 23)."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from scoring import services as scoring_services
from scoring.engine import Assignment
from scoring.models import Entry, Round, ScoreSheet, Seat
from scoring.services import Conflict
from works.exceptions import WorkRefused
from works.models import KindRound
from works.selectors.conflicts import conflicts_of


@transaction.atomic
def assign_reviews(*, round: Round, seed: str = "", actor: User, now: datetime) -> Assignment:
    """Give each work as many reviewers as its kind asks for, none of them in conflict, loads as even as that allows.

    Conflicts are found anew and recorded first, so that an author who was added since costs a reviewer the work, with
    every mark kept. What was assigned stays (pitfall 6). Refuses (WorkRefused) a round that reviews no kind, and what
    scoring's assign_sheets refuses.
    """
    row = KindRound.objects.select_related("kind").filter(round=round).first()
    if row is None:
        raise WorkRefused("这一轮不评作品。")
    found = [Conflict(each.entry, each.seat, each.source, each.reason) for each in conflicts_of(round)]
    return scoring_services.assign_sheets(
        round=round,
        k=row.kind.reviews_each,
        seed=seed.strip() or secrets.token_hex(8),
        conflicts=found,
        actor=actor,
        now=now,
    )


@transaction.atomic
def add_reviewer(*, entry: Entry, seat: Seat, actor: User, now: datetime) -> list[ScoreSheet]:
    """One more reviewer of a work, by hand. Refuses (WorkRefused) a pair in conflict, and what assign_one refuses."""
    _refuse_conflict(entry, seat)
    return scoring_services.assign_one(entry=entry, seat=seat, actor=actor, now=now)


@transaction.atomic
def change_reviewer(
    *, sheet: ScoreSheet, seat: Seat | None, reason: str, count_marks: bool = False, actor: User, now: datetime
) -> None:
    """Another reviewer instead of the sheet's, or none; the former's marks stay on record (pitfalls 6, 7).

    Refuses (WorkRefused) a pair in conflict, and what reassign_sheet or unassign_sheet refuses.
    """
    if seat is None:
        scoring_services.unassign_sheet(sheet=sheet, reason=reason, actor=actor, now=now)
        return
    _refuse_conflict(sheet.entry, seat)
    scoring_services.reassign_sheet(
        sheet=sheet, seat=seat, reason=reason, count_marks=count_marks, actor=actor, now=now
    )


def _refuse_conflict(entry: Entry, seat: Seat) -> None:
    """Conflicts that were found since the last assignment bind a hand as well."""
    for each in conflicts_of(entry.round):
        if (each.entry.pk, each.seat.pk) == (entry.pk, seat.pk):
            raise WorkRefused(f"不能把 {entry.code} 号分派给{seat.judge.name}：{each.reason}。")
