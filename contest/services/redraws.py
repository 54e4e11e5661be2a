"""重新抽签: only by two accounts and with a reason; the ledger keeps the draw that is given up."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import RedrawRefused
from contest.models import GroupRound, RedrawRequest
from contest.selectors import rooms_of
from ledger.services import record_event
from scoring.models import Round

State = RedrawRequest.State
LONGEST_REASON = 300
_HOLD = "有一份重新抽签的申请还没有决定，请另一个账号先同意或不同意。"
_UNDRAWN = "原来的抽签已经作废，请先重新抽签。"


@transaction.atomic
def ask_redraw(*, round: Round, reason: str, actor: User, now: datetime) -> RedrawRequest:
    """Ask that a round's order, with the rooms beside it, be drawn again, or a published commitment be given up.

    No room opens until the request is decided, and after an agreed one not before the new draw.
    Refuses (RedrawRefused) a missing reason, a round that is neither drawn nor committed, one that is open, and a
    second request while one waits.
    """
    reason = reason.strip()
    if not reason:
        raise RedrawRefused("请写明重新抽签的原因。")
    if len(reason) > LONGEST_REASON:
        raise RedrawRefused(f"原因最多 {LONGEST_REASON} 个字。")
    rooms = _locked_rooms(round)
    first = rooms[0]
    if first.drawn_at is None and not first.draw_commitment:
        raise RedrawRefused("本轮还没有抽签，直接抽签即可。")
    if RedrawRequest.objects.filter(group_round=first, state=State.ASKED).exists():
        raise RedrawRefused("已经有一份重新抽签的申请在等另一个账号确认。")
    request = RedrawRequest.objects.create(group_round=first, reason=reason, asked_by=actor, asked_at=now)
    Round.objects.filter(group_round__in=rooms).update(hold=_HOLD)
    _record("redraw_asked", request, {}, actor, now)
    return request


@transaction.atomic
def agree_redraw(*, request: RedrawRequest, actor: User, now: datetime) -> RedrawRequest:
    """Give the draw up: a new commitment is needed, or another order may be typed in.

    Entries keep their identity until the new draw. The event names a secret that was committed and never drawn with,
    so that its commitment can still be checked. Refuses (RedrawRefused) the account that asked, a request that is
    decided, and a round that has opened since.
    """
    locked = _locked_request(request, actor)
    rooms = _locked_rooms(locked.group_round.round)
    first = rooms[0]
    given_up = {} if first.drawn_at or not first.draw_secret else {"secret": first.draw_secret}
    for room in rooms:
        room.draw_commitment, room.draw_secret, room.draw_public = "", None, ""
        room.draw_method, room.draw_witnesses, room.drawn_at = "", "", None
        room.save(
            update_fields=[
                *("draw_commitment", "draw_secret", "draw_public", "draw_method", "draw_witnesses", "drawn_at")
            ]
        )
    _decide(locked, State.AGREED, actor, now)
    Round.objects.filter(group_round__in=rooms).update(hold=_UNDRAWN)
    _record("redraw_agreed", locked, given_up, actor, now)
    return locked


@transaction.atomic
def decline_redraw(*, request: RedrawRequest, actor: User, now: datetime) -> RedrawRequest:
    """The draw stands. Refuses (RedrawRefused) the account that asked, and a request that is decided."""
    locked = _locked_request(request, actor)
    _decide(locked, State.DECLINED, actor, now)
    _record("redraw_declined", locked, {}, actor, now)
    return locked


def _locked_rooms(round: Round) -> list[GroupRound]:
    own = GroupRound.objects.filter(round=round).first()
    if own is None:
        raise RedrawRefused("这一轮不属于任何组别，没有抽签。")
    beside = GroupRound.objects.filter(group=own.group_id, sequence=own.sequence)
    list(Round.objects.select_for_update(no_key=True).filter(group_round__in=beside).order_by("pk").values_list("pk"))
    list(beside.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rooms = rooms_of(own)
    opened = [room.round.title for room in rooms if room.round.state != Round.State.DRAFT]
    if opened:
        raise RedrawRefused(f"“{opened[0]}”已经开放评分，不能重新抽签。")
    return rooms


def _locked_request(request: RedrawRequest, actor: User) -> RedrawRequest:
    locked = (
        RedrawRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("group_round__round__edition")
        .get(pk=request.pk)
    )
    if locked.state != State.ASKED:
        raise RedrawRefused(f"这份申请{locked.get_state_display()}，请刷新页面。")
    if locked.asked_by_id == actor.pk:
        raise RedrawRefused("重新抽签须由另一个账号确认，不能自己同意自己的申请。")
    return locked


def _decide(request: RedrawRequest, state: RedrawRequest.State, actor: User, now: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, now
    request.save(update_fields=["state", "decided_by", "decided_at"])
    row = request.group_round
    beside = GroupRound.objects.filter(group=row.group_id, sequence=row.sequence)
    Round.objects.filter(group_round__in=beside).update(hold="")


def _record(kind: str, request: RedrawRequest, more: dict[str, str], actor: User, now: datetime) -> None:
    group_round = request.group_round
    payload = {"round": group_round.round_id, "redraw": request.pk, **more}
    record_event(edition=group_round.round.edition, kind=kind, actor=actor, payload=payload, now=now)
