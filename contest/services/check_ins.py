"""检录: who is there, late or absent; an absent contestant forfeits, and is never scored 0 (pitfall 26)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import CheckInChanged, ContestRefused
from contest.models import Appearance, GroupRound
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import set_entry_status

CheckIn = Appearance.CheckIn
ABSENT_REASON = "检录缺席"
BACK_REASON = "检录更改，恢复参评"


@transaction.atomic
def check_in(*, appearance: Appearance, state: str, seen: str, actor: User, now: datetime) -> Appearance:
    """Set a contestant's check-in from the state that the person `seen` on the page.

    Absent makes the entry 弃权; any other state takes that back while the round is not locked. Refuses (CheckInChanged)
    when somebody else has changed it meanwhile (pitfall 20), unless to the same; refuses (ContestRefused) an unknown
    state, a locked round, and an entry that is out for another reason.
    """
    if state not in CheckIn.values:
        raise ContestRefused("没有这一检录状态，请从按钮中选择。")
    round_id = Entry.objects.values_list("round_id", flat=True).get(pk=appearance.entry_id)
    round = (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "group_round")
        .get(pk=round_id)
    )
    locked = (
        Appearance.objects.select_for_update(of=("self",), no_key=True)
        .select_related("entry", "contestant", "checked_in_by")
        .get(pk=appearance.pk)
    )
    if locked.check_in == state:
        return locked
    if locked.check_in != seen:
        raise CheckInChanged(_changed(locked))
    if round.group_round.medium == GroupRound.Medium.VIDEO:
        raise ContestRefused("本轮看视频评审，不用检录。")
    if round.state == Round.State.LOCKED:
        raise ContestRefused(f"“{round.title}”已经封存，检录不能再改；确需更改的，请申请更正。")
    _set_entry(locked, state, actor, now)
    is_back = state == CheckIn.EXPECTED
    locked.check_in = state
    locked.checked_in_at, locked.checked_in_by = (None, None) if is_back else (now, actor)
    locked.save(update_fields=["check_in", "checked_in_at", "checked_in_by"])
    payload = {"round": round.pk, "entry": locked.entry.code, "check_in": state}
    record_event(edition=round.edition, kind="checked_in", actor=actor, payload=payload, now=now)
    return locked


def _set_entry(appearance: Appearance, state: str, actor: User, now: datetime) -> None:
    """The entry follows: 弃权 for who is absent, back to competing for who turned up after all."""
    entry = appearance.entry
    is_ours = entry.status == Entry.Status.FORFEITED and entry.status_reason == ABSENT_REASON
    if entry.status != Entry.Status.COMPETING and not is_ours:
        status = entry.get_status_display()
        raise ContestRefused(f"{entry.code} 号{status}（{entry.status_reason}），不用检录；有疑问请找组委会。")
    if state == CheckIn.ABSENT and not is_ours:
        set_entry_status(entry=entry, status=Entry.Status.FORFEITED, reason=ABSENT_REASON, actor=actor, now=now)
    elif state != CheckIn.ABSENT and is_ours:
        set_entry_status(entry=entry, status=Entry.Status.COMPETING, reason=BACK_REASON, actor=actor, now=now)


def _changed(appearance: Appearance) -> str:
    who = appearance.checked_in_by.name if appearance.checked_in_by else "其他工作人员"
    now_is = appearance.get_check_in_display()
    return f"{appearance.entry.code} 号刚刚已由{who}改为“{now_is}”，您的操作没有保存，请核对后再点。"
