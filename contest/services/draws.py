"""The running order: drawn on the spot and typed in, or drawn by the system so that anyone can recompute it.

One draw covers all parallel rooms of a sequence. A system draw is over everybody together and then dealt: the first of
R rooms, in the order in which they were set up, gets the places 1, R + 1, 2R + 1 …, the second 2, R + 2 …, and so on.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from contest.exceptions import DrawRefused
from contest.models import Appearance, Contestant, GroupRound
from contest.selectors import draw_blockers, drawable_contestants, rooms_of
from contest.services.placing import place_contestants, release_moved
from core.draw import commitment, draw_order
from ledger.services import record_event
from scoring.models import Round

Method = GroupRound.DrawMethod
LONGEST_PUBLIC = 200
LONGEST_WITNESSES = 120


@dataclass(frozen=True, slots=True)
class _Draw:
    """The locked rooms of one sequence, and who is drawn."""

    rooms: list[GroupRound]
    contestants: list[Contestant]

    @property
    def first(self) -> GroupRound:
        return self.rooms[0]

    @property
    def rounds(self) -> dict[str, Any]:
        """How events name the draw: by its first round, and by all where there are rooms."""
        pks = [room.round_id for room in self.rooms]
        return {"round": pks[0], **({"rounds": pks} if len(pks) > 1 else {})}


def deal(order: Sequence[int], rooms: int) -> list[list[int]]:
    """A drawn order dealt to rooms: place i, counted from 0, goes to room i mod `rooms`."""
    return [list(order[room::rooms]) for room in range(rooms)]


@transaction.atomic
def commit_draw(*, round: Round, actor: User, now: datetime, secret: bytes | None = None) -> str:
    """Publish the commitment of a system draw: whoever makes it cannot choose the order afterwards.

    The secret stays encrypted until the draw; a rehearsal hands in its own. Refuses (DrawRefused) what the draw
    refuses, and a second commitment.
    """
    draw = _locked_draw(round)
    if draw.first.draw_commitment:
        raise DrawRefused("承诺值已经公布，请直接填写公开随机数抽签。")
    chosen = secrets.token_bytes(32) if secret is None else secret
    made = commitment(chosen)
    for room in draw.rooms:
        room.draw_secret, room.draw_commitment = chosen.hex(), made
        room.save(update_fields=["draw_secret", "draw_commitment"])
    payload = {**draw.rounds, "commitment": made, "contestants": [each.pk for each in draw.contestants]}
    record_event(edition=round.edition, kind="draw_committed", actor=actor, payload=payload, now=now)
    return made


@transaction.atomic
def draw_lots(*, round: Round, public: str, actor: User, now: datetime) -> list[Appearance]:
    """Draw the order from the committed secret and a public number of the day (reference/vectors.md §8).

    The list that is shuffled are the contestants' numbers in ascending order; it is in the event with the secret, so
    that the draw can be recomputed. Refuses (DrawRefused) a round that is open, a group in which somebody's
    registration is not settled, a draw without commitment, and a second one.
    """
    draw = _locked_draw(round)
    public = public.strip()
    if not public:
        raise DrawRefused("请填写公开随机数，例如当天某期彩票的开奖号码。")
    if len(public) > LONGEST_PUBLIC:
        raise DrawRefused(f"公开随机数最多 {LONGEST_PUBLIC} 个字。")
    stored = draw.first.draw_secret
    if stored is None:
        raise DrawRefused("请先公布承诺值，再填写公开随机数抽签。")
    codes = [str(contestant.pk) for contestant in draw.contestants]
    order = [int(code) for code in draw_order(codes, secret=bytes.fromhex(stored), public=public)]
    for room in draw.rooms:
        room.draw_public = public
    details = {"secret": stored, "public": public, "contestants": [int(code) for code in codes], "order": order}
    return _finish(draw, Method.SYSTEM, deal(order, len(draw.rooms)), details, actor, now)


def set_draw_order(
    *, round: Round, order: Sequence[int], witnesses: str, actor: User, now: datetime
) -> list[Appearance]:
    """Type in the order (contestants' ids) that was drawn on the spot for a round in one room; see set_room_orders."""
    return set_room_orders(round=round, orders=[order], witnesses=witnesses, actor=actor, now=now)


@transaction.atomic
def set_room_orders(
    *, round: Round, orders: Sequence[Sequence[int]], witnesses: str, actor: User, now: datetime
) -> list[Appearance]:
    """Type in who was drawn to which room and place: one list of contestants' ids for each room, first to last.

    Refuses (DrawRefused) a draw without witnesses, a list that leaves somebody out or names somebody twice, an empty
    room, a round that is open or drawn already (that takes a redraw), and one whose commitment is public.
    """
    draw = _locked_draw(round)
    if draw.first.draw_commitment:
        raise DrawRefused("承诺值已经公布，须由系统抽签；改为现场抽签要先申请重新抽签。")
    witnesses = witnesses.strip()
    if not witnesses:
        raise DrawRefused("请填写见证人姓名，例如监督员和选手代表。")
    if len(witnesses) > LONGEST_WITNESSES:
        raise DrawRefused(f"见证人最多 {LONGEST_WITNESSES} 个字。")
    if len(orders) != len(draw.rooms):
        raise DrawRefused(f"本轮有 {len(draw.rooms)} 个赛场，须录入每个赛场的顺序。")
    if sorted(pk for order in orders for pk in order) != [each.pk for each in draw.contestants]:
        raise DrawRefused("顺序须恰好包含本组每一位已受理的选手，每人一次，请核对。")
    if not all(orders):
        raise DrawRefused("有赛场没有选手，请核对。")
    for room in draw.rooms:
        room.draw_witnesses = witnesses
    several = len(draw.rooms) > 1
    details = {"orders": [list(order) for order in orders]} if several else {"order": list(orders[0])}
    return _finish(draw, Method.TYPED, orders, details, actor, now)


def _locked_draw(round: Round) -> _Draw:
    """The rooms of the round's sequence, locked: rounds first, by key."""
    own = GroupRound.objects.filter(round=round).first()
    if own is None:
        raise DrawRefused("这一轮不属于任何组别，不能抽签。")
    beside = GroupRound.objects.filter(group=own.group_id, sequence=own.sequence)
    list(Round.objects.select_for_update(no_key=True).filter(group_round__in=beside).order_by("pk").values_list("pk"))
    list(beside.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rooms = rooms_of(own)
    blockers = draw_blockers(rooms[0])
    if blockers:
        raise DrawRefused("暂不能抽签：" + "；".join(blockers) + "。")
    if rooms[0].drawn_at is not None:
        raise DrawRefused("已经抽过签。确需重新抽签，须写明原因申请，由另一个账号同意。")
    return _Draw(rooms, drawable_contestants(rooms[0]))


def _finish(
    draw: _Draw,
    method: GroupRound.DrawMethod,
    orders: Sequence[Sequence[int]],
    details: dict[str, Any],
    actor: User,
    now: datetime,
) -> list[Appearance]:
    by_pk = {contestant.pk: contestant for contestant in draw.contestants}
    ordered = [[by_pk[pk] for pk in order] for order in orders]
    release_moved(draw.rooms, ordered)
    appearances: list[Appearance] = []
    for room, people in zip(draw.rooms, ordered, strict=True):
        appearances += place_contestants(room, people, actor, now)
        room.draw_method, room.drawn_at = method, now
        room.save(update_fields=["draw_method", "draw_public", "draw_witnesses", "drawn_at"])
    Round.objects.filter(group_round__in=draw.rooms).update(hold="")
    payload = {**draw.rounds, "method": str(method), **details}
    record_event(edition=draw.first.round.edition, kind="order_drawn", actor=actor, payload=payload, now=now)
    return appearances
