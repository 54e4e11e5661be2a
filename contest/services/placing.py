"""From a drawn order to numbered entries; entries on record keep their identity and recusals (pitfall 8)."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from contest.models import Appearance, Contestant, GroupRound
from contest.services.exhibits import pin_videos
from contest.services.rounds import propose_kinship
from scoring.models import Entry, Recusal
from scoring.services import NewEntry, add_entries, set_entry_status

_PARKING = 10_000
_LEFT = "已退出"
_ELSEWHERE = "不在本赛场"


def place_contestants(
    group_round: GroupRound, contestants: Sequence[Contestant], actor: User, now: datetime
) -> list[Appearance]:
    """Give each contestant the entry of its draw number, and put those close to a judge on the recusal list."""
    round = group_round.round
    width = max(2, len(str(len(contestants))))
    numbered = {
        contestant.pk: NewEntry(code=f"{number:0{width}d}", title=contestant.title, order=number)
        for number, contestant in enumerate(contestants, start=1)
    }
    kept = {
        appearance.contestant_id: appearance
        for appearance in Appearance.objects.filter(entry__round=round).select_related("entry", "contestant")
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
    pin_videos(group_round=group_round, actor=actor, now=now)
    propose_kinship(round=round, actor=actor, now=now)
    return list(Appearance.objects.filter(entry__round=round).select_related("entry", "contestant"))


def release_moved(rooms: Sequence[GroupRound], orders: Sequence[Sequence[Contestant]]) -> None:
    """Before a second draw: entries of those who are drawn to another room, or no longer go on, disappear.

    The rounds are in preparation, so nothing is marked. An entry with a recusal that somebody declared or decided
    stays, withdrawn, and is taken up again if the contestant comes back (pitfall 8); so does that of who has left.
    """
    for room, order in zip(rooms, orders, strict=True):
        here = [contestant.pk for contestant in order]
        gone = Appearance.objects.filter(entry__round=room.round_id).exclude(contestant__in=here)
        gone = gone.exclude(contestant__status__in=Contestant.LEFT)
        held = Recusal.objects.filter(entry__round=room.round_id).exclude(state=Recusal.State.PROPOSED)
        declared = Recusal.objects.filter(entry__round=room.round_id, source=Recusal.Source.JUDGE)
        gone = gone.exclude(entry__in=held.values("entry")).exclude(entry__in=declared.values("entry"))
        entries = list(gone.values_list("entry_id", flat=True))
        Recusal.objects.filter(entry__in=entries).delete()
        Appearance.objects.filter(entry__in=entries).delete()
        Entry.objects.filter(pk__in=entries).delete()


def _renumber(
    kept: dict[int, Appearance], numbered: dict[int, NewEntry], width: int, actor: User, now: datetime
) -> None:
    """New numbers for entries on record, by way of numbers that nobody has; who is not drawn here goes to the end."""
    last = len(numbered)
    for appearance in kept.values():
        entry = appearance.entry
        Entry.objects.filter(pk=entry.pk).update(code=f"~{entry.pk}"[:12], order=_PARKING + entry.order)
    for pk, appearance in kept.items():
        new = numbered.get(pk)
        if new is None:
            last += 1
            new = NewEntry(code=f"{last:0{width}d}", title=appearance.entry.title, order=last)
        _settle_status(appearance, pk in numbered, actor, now)
        Entry.objects.filter(pk=appearance.entry_id).update(code=new.code, title=new.title, order=new.order)
        Appearance.objects.filter(pk=appearance.pk).update(draw_order=new.order)


def _settle_status(appearance: Appearance, is_drawn: bool, actor: User, now: datetime) -> None:
    """Who is not drawn here competes no longer; who was away and is drawn here again competes."""
    entry = appearance.entry
    if not is_drawn and entry.status == Entry.Status.COMPETING:
        has_left = appearance.contestant.status in Contestant.LEFT
        reason = _LEFT if has_left else _ELSEWHERE
        set_entry_status(entry=entry, status=Entry.Status.WITHDRAWN, reason=reason, actor=actor, now=now)
    elif is_drawn and entry.status == Entry.Status.WITHDRAWN and entry.status_reason == _ELSEWHERE:
        set_entry_status(entry=entry, status=Entry.Status.COMPETING, reason="重新抽到本赛场", actor=actor, now=now)
