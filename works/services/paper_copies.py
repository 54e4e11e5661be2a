"""样书登记: paper copies that reached the office, line by line."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from ledger.services import record_event
from works.exceptions import SettingRefused
from works.models import PaperCopy, Work

MOST_AT_ONCE = 100
LONGEST_NOTE = 200


@transaction.atomic
def record_paper_copies(
    *, work: Work, count: int, received_on: date, note: str = "", actor: User, now: datetime
) -> PaperCopy:
    """Write down copies of a work that came; a negative number sets a wrong line right and says why.

    Refuses (SettingRefused, with the field) no copies at all, more than a hundred, a day that has not come yet, fewer
    than none in the sum, a negative number without a note, and a work of a kind that asks for none.
    """
    locked = Work.objects.select_for_update(of=("self",), no_key=True).select_related("kind", "selection__edition")
    work = locked.get(pk=work.pk)
    note = " ".join(note.replace("\0", "").split())
    _refuse(work, count, received_on, note, now)
    line = PaperCopy.objects.create(
        work=work, count=count, received_on=received_on, note=note, recorded_by=actor, recorded_at=now
    )
    payload = {"work": work.pk, "count": count, "line": line.pk}
    record_event(edition=work.selection.edition, kind="paper_copies_recorded", actor=actor, payload=payload, now=now)
    return line


def _refuse(work: Work, count: int, received_on: date, note: str, now: datetime) -> None:
    if not work.kind.paper_copies:
        raise SettingRefused(f"“{work.kind.title}”不收样书。", field="count")
    if not 0 < abs(count) <= MOST_AT_ONCE:
        raise SettingRefused(f"请填写份数，一次最多 {MOST_AT_ONCE} 份。", field="count")
    if received_on > timezone.localdate(now):
        raise SettingRefused("收到日期不能在今天之后。", field="received_on")
    if len(note) > LONGEST_NOTE:
        raise SettingRefused(f"说明最多 {LONGEST_NOTE} 个字，现有 {len(note)} 个，请缩短。", field="note")
    if count < 0 and not note:
        raise SettingRefused("冲减份数时请写明原因，例如：多登了 1 份。", field="note")
    total = PaperCopy.objects.filter(work=work).aggregate(sum=Sum("count"))["sum"] or 0
    if total + count < 0:
        raise SettingRefused(f"只登记过 {total} 份，不能冲减 {-count} 份。", field="count")
