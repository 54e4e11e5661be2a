"""The running order: drawn on the spot and typed in, or drawn by the system so that anyone can recompute it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from contest.exceptions import DrawRefused
from contest.models import Appearance, Contestant, GroupRound
from contest.selectors import draw_blockers, drawable_contestants
from contest.services.rounds import propose_kinship
from core.draw import commitment, draw_order
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import NewEntry, add_entries, set_entry_status

_PARKING = 10_000


@transaction.atomic
def commit_draw(*, round: Round, actor: User, now: datetime, secret: bytes | None = None) -> str:
    """Publish the commitment of a system draw: whoever makes it cannot choose the order afterwards.

    The secret stays encrypted until the draw; a rehearsal hands in its own. Refuses (DrawRefused) what the draw
    refuses, and a second commitment.
    """
    group_round = _locked_for_draw(round)
    if group_round.draw_commitment:
        raise DrawRefused("承诺值已经公布，请直接填写公开随机数抽签。")
    chosen = secrets.token_bytes(32) if secret is None else secret
    group_round.draw_secret, group_round.draw_commitment = chosen.hex(), commitment(chosen)
    group_round.save(update_fields=["draw_secret", "draw_commitment"])
    payload = {
        "round": round.pk,
        "commitment": group_round.draw_commitment,
        "contestants": [contestant.pk for contestant in drawable_contestants(group_round)],
    }
    record_event(edition=round.edition, kind="draw_committed", actor=actor, payload=payload, now=now)
    return group_round.draw_commitment


@transaction.atomic
def draw_lots(*, round: Round, public: str, actor: User, now: datetime) -> list[Appearance]:
    """Draw the order from the committed secret and a public number of the day (reference/vectors.md §8).

    The list that is shuffled are the contestants' numbers in ascending order; it is in the event with the secret, so
    that the draw can be recomputed. Refuses (DrawRefused) a round that is open, a group in which somebody's
    registration is not complete, a draw without commitment, and a second one.
    """
    group_round = _locked_for_draw(round)
    public = public.strip()
    if not public:
        raise DrawRefused("请填写公开随机数，例如当天某期彩票的开奖号码。")
    if len(public) > 200:
        raise DrawRefused("公开随机数最多 200 个字。")
    if group_round.draw_secret is None:
        raise DrawRefused("请先公布承诺值，再填写公开随机数抽签。")
    contestants = drawable_contestants(group_round)
    secret = bytes.fromhex(group_round.draw_secret)
    codes = [str(contestant.pk) for contestant in contestants]
    order = [int(code) for code in draw_order(codes, secret=secret, public=public)]
    by_pk = {contestant.pk: contestant for contestant in contestants}
    appearances = _place(group_round, [by_pk[pk] for pk in order], actor, now)
    details = {"secret": group_round.draw_secret, "public": public, "contestants": [int(code) for code in codes]}
    _finish(group_round, GroupRound.DrawMethod.SYSTEM, public, {**details, "order": order}, actor, now)
    return appearances


@transaction.atomic
def set_draw_order(
    *, round: Round, order: Sequence[int], actor: User, now: datetime, reason: str = ""
) -> list[Appearance]:
    """Type in the order (contestants' ids) that was drawn on the spot.

    Refuses (DrawRefused) an order that leaves somebody out or names somebody twice, a round that is open, and a
    change of an order without a reason.
    """
    group_round = _locked_for_draw(round, again=True)
    by_pk = {contestant.pk: contestant for contestant in drawable_contestants(group_round)}
    if sorted(order) != sorted(by_pk):
        raise DrawRefused("顺序须恰好包含本组每一位已受理的选手，每人一次，请核对。")
    if group_round.drawn_at is not None and not reason.strip():
        raise DrawRefused("已经抽过签，更改顺序须写明原因。")
    appearances = _place(group_round, [by_pk[pk] for pk in order], actor, now)
    details = {"order": list(order), "again": group_round.drawn_at is not None}
    _finish(group_round, GroupRound.DrawMethod.TYPED, "", details, actor, now)
    return appearances


def _locked_for_draw(round: Round, *, again: bool = False) -> GroupRound:
    locked = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round.pk)
    found = GroupRound.objects.select_for_update(of=("self",), no_key=True).select_related(
        "group__contest", "round__edition"
    )
    group_round = found.filter(round=locked).first()
    if group_round is None:
        raise DrawRefused("这一轮不属于任何组别，不能抽签。")
    blockers = draw_blockers(group_round)
    if blockers:
        raise DrawRefused("暂不能抽签：" + "；".join(blockers) + "。")
    if group_round.drawn_at is not None and not again:
        raise DrawRefused("已经抽过签。确需更改时，请录入现场重新抽签的顺序并写明原因。")
    return group_round


def _place(group_round: GroupRound, contestants: Sequence[Contestant], actor: User, now: datetime) -> list[Appearance]:
    """Give each contestant the entry of its draw number; entries on record keep their identity and recusals."""
    round = group_round.round
    width = max(2, len(str(len(contestants))))
    numbered = {
        contestant.pk: NewEntry(code=f"{number:0{width}d}", title=contestant.title, order=number)
        for number, contestant in enumerate(contestants, start=1)
    }
    kept = {
        appearance.contestant_id: appearance
        for appearance in Appearance.objects.filter(entry__round=round).select_related("entry")
    }
    _renumber(kept, numbered, width, actor, now)
    fresh = [contestant for contestant in contestants if contestant.pk not in kept]
    if fresh:
        entries = add_entries(round=round, entries=[numbered[contestant.pk] for contestant in fresh])
        by_code = {entry.code: entry for entry in entries}
        Appearance.objects.bulk_create(
            Appearance(
                contestant=contestant,
                entry=by_code[numbered[contestant.pk].code],
                draw_order=numbered[contestant.pk].order,
            )
            for contestant in fresh
        )
    propose_kinship(round=round, actor=actor, now=now)
    return list(Appearance.objects.filter(entry__round=round).select_related("entry", "contestant"))


def _renumber(
    kept: dict[int, Appearance], numbered: dict[int, NewEntry], width: int, actor: User, now: datetime
) -> None:
    """New numbers for entries on record, by way of numbers that nobody has; who left goes to the end, withdrawn."""
    last = len(numbered)
    for appearance in kept.values():
        entry = appearance.entry
        Entry.objects.filter(pk=entry.pk).update(code=f"~{entry.pk}"[:12], order=_PARKING + entry.order)
    for pk, appearance in kept.items():
        new = numbered.get(pk)
        if new is None:
            last += 1
            new = NewEntry(code=f"{last:0{width}d}", title=appearance.entry.title, order=last)
            if appearance.entry.status == Entry.Status.COMPETING:
                set_entry_status(
                    entry=appearance.entry, status=Entry.Status.WITHDRAWN, reason="已退出", actor=actor, now=now
                )
        Entry.objects.filter(pk=appearance.entry_id).update(code=new.code, title=new.title, order=new.order)
        Appearance.objects.filter(pk=appearance.pk).update(draw_order=new.order)


def _finish(
    group_round: GroupRound,
    method: GroupRound.DrawMethod,
    public: str,
    details: dict[str, Any],
    actor: User,
    now: datetime,
) -> None:
    group_round.draw_method, group_round.draw_public, group_round.drawn_at = method, public, now
    group_round.save(update_fields=["draw_method", "draw_public", "drawn_at"])
    payload = {"round": group_round.round_id, "method": str(method), **details}
    record_event(edition=group_round.round.edition, kind="order_drawn", actor=actor, payload=payload, now=now)
