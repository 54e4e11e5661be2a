"""回避关系: what a reviewer or the office declares before works are assigned; such a pair is never assigned."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from scoring.models import Seat
from scoring.services import declare_recusal
from works.exceptions import WorkRefused
from works.models import Admission, DeclaredTie, Work

LONGEST_REASON = 200


@transaction.atomic
def declare_ties(*, works: Iterable[Work], judge: User, reason: str, actor: User, now: datetime) -> list[DeclaredTie]:
    """Record that a reviewer is tied to works; a tie that is on record stays as it is.

    Where the work is assigned to the reviewer already, a recusal is put on the organiser's list (pitfall 8). Refuses
    (WorkRefused) a missing or overlong reason, no work at all, and whoever sits on no panel that reviews the work.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise WorkRefused("请写明与作品的关系，例如“作者是我的学生”。")
    if len(reason) > LONGEST_REASON:
        raise WorkRefused(f"关系最多写 {LONGEST_REASON} 个字，请写得简短些。")
    wanted = list(works)
    if not wanted:
        raise WorkRefused("请至少选一件作品。")
    admissions = Admission.objects.filter(work__in=wanted).select_related("entry__round__edition", "work")
    by_work = {each.work_id: each for each in admissions.defer("work__typed", "work__phone")}
    if len({each.entry.round_id for each in by_work.values()}) > 1:
        raise WorkRefused("请一次只登记一个类别的作品。")
    known = set(DeclaredTie.objects.filter(judge=judge, work__in=wanted).values_list("work_id", flat=True))
    made = []
    for work in sorted(wanted, key=lambda each: each.pk):
        admission = by_work.get(work.pk)
        if admission is None:
            raise WorkRefused(f"“{work.title}”还没有进入评审，不必登记回避关系。")
        seat = Seat.objects.filter(panel=admission.entry.round.panel_id, judge=judge).first()
        if seat is None:
            raise WorkRefused(f"{judge.name}不在评审“{work.title}”的评委组里。")
        if work.pk not in known:
            made.append(_declare(admission, seat, reason, actor, now))
    return made


def _declare(admission: Admission, seat: Seat, reason: str, actor: User, now: datetime) -> DeclaredTie:
    entry = admission.entry
    own = actor.pk == seat.judge_id
    tie = DeclaredTie.objects.create(
        work=admission.work,
        judge_id=seat.judge_id,
        source=DeclaredTie.Source.REVIEWER if own else DeclaredTie.Source.OFFICE,
        reason=reason,
        declared_by=actor,
        declared_at=now,
    )
    on_record = entry.recusals.filter(seat=seat).exclude(state="dismissed").exists()
    if not on_record and entry.sheets.filter(seat=seat).exists():
        declare_recusal(entry=entry, seat=seat, reason=reason, actor=actor, now=now)
    payload = {"round": entry.round_id, "entry": entry.code, "judge": seat.code, "source": str(tie.source)}
    record_event(edition=entry.round.edition, kind="work_tie_declared", actor=actor, payload=payload, now=now)
    return tie
