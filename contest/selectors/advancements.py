"""Who goes on from a preliminary: where its line falls in the newest snapshot, what was recorded (pitfalls 1 to 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contest.models import Advancement, Appearance, Contestant, GroupRound
from scoring.models import Round, Snapshot
from scoring.selectors import latest_snapshot

Policy = GroupRound.LinePolicy


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a preliminary's standings; `rank` is None for whoever is not ranked, and `reason` says why."""

    contestant: Contestant
    code: str
    rank: int | None
    shown: str
    reason: str

    @property
    def counts(self) -> bool:
        """Whether this one may take a place: ranked, and not gone since (pitfall 1)."""
        return self.rank is not None and self.contestant.status not in Contestant.LEFT


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a preliminary: who goes on by the standings, and the tied set that straddles the line, if any.

    Under `block` the tied are undecided: they are not among those going.
    """

    standings: tuple[Ranked, ...]
    count: int
    policy: str
    going: tuple[int, ...]
    tied: tuple[int, ...]

    @property
    def is_undecided(self) -> bool:
        return bool(self.tied) and self.policy == Policy.BLOCK

    @property
    def eligible(self) -> tuple[int, ...]:
        return tuple(each.contestant.pk for each in self.standings if each.counts)

    @property
    def tied_codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.standings if each.contestant.pk in self.tied)


@dataclass(frozen=True, slots=True)
class AdvancementState:
    """A preliminary's list: its line now, the rows on record, and what may be done with them."""

    snapshot: Snapshot | None
    line: Line | None
    rows: tuple[Advancement, ...]
    is_outdated: bool
    open_places: int
    next_up: tuple[Ranked, ...]
    next_is_drawn: bool


def cut_line(ranked: Sequence[tuple[int, int]], count: int, policy: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who of (key, rank), best first, is among the first `count`, and the tied set that straddles that line."""
    keys = tuple(key for key, _ in ranked)
    if count >= len(ranked):
        return keys, ()
    last = ranked[count - 1][1]
    if ranked[count][1] != last:
        return keys[:count], ()
    above = tuple(key for key, rank in ranked if rank < last)
    tied = tuple(key for key, rank in ranked if rank == last)
    return (above + tied if policy == Policy.SHARE_UP else above), tied


def line_of(group_round: GroupRound, snapshot: Snapshot) -> Line:
    """Where a preliminary's line falls in a snapshot. Whoever is not ranked or has left uses no place (pitfall 1)."""
    appearances = Appearance.objects.filter(entry__round=group_round.round_id).select_related("entry", "contestant")
    people = {appearance.entry.code: appearance.contestant for appearance in appearances}
    standings = tuple(
        Ranked(people[each["entry"]], each["entry"], each["rank"], each["shown"] or "", each["reason"] or "")
        for each in snapshot.document["output"]["standings"]
    )
    count = group_round.advance_count or 0
    ranked = [(each.contestant.pk, each.rank) for each in standings if each.counts and each.rank is not None]
    going, tied = cut_line(ranked, count, group_round.line_policy) if count else ((), ())
    return Line(standings, count, group_round.line_policy, going, tied)


def rooms_of(group_round: GroupRound) -> list[GroupRound]:
    """The parallel rooms of a round's sequence, itself among them, in the order in which they were set up."""
    rooms = GroupRound.objects.filter(group=group_round.group_id, sequence=group_round.sequence)
    return list(rooms.select_related("group__contest__edition", "round__edition", "round__panel").order_by("pk"))


def next_is_drawn(group_round: GroupRound) -> bool:
    """Whether the next sequence has been drawn: then the list that it was drawn from stands."""
    later = GroupRound.objects.filter(group=group_round.group_id, sequence=group_round.sequence + 1)
    return later.filter(drawn_at__isnull=False).exists()


def advancement_state(group_round: GroupRound) -> AdvancementState:
    """All that the page of a preliminary's list shows and its acts look at."""
    snapshot = latest_snapshot(group_round.round)
    rows = tuple(
        Advancement.objects.filter(group_round=group_round).select_related("contestant", "snapshot").order_by("pk")
    )
    line = line_of(group_round, snapshot) if snapshot else None
    is_outdated = snapshot is not None and any(row.snapshot_id != snapshot.pk for row in rows)
    left = sum(row.contestant.status in Contestant.LEFT for row in rows)
    places = left - sum(row.ground == Advancement.Ground.MOVED_UP for row in rows)
    waiting = _next_up(line, rows) if line and places > 0 else ()
    return AdvancementState(snapshot, line, rows, is_outdated, max(places, 0), waiting, next_is_drawn(group_round))


def advancement_gaps(rooms: Iterable[GroupRound]) -> list[str]:
    """What stands in the way of the next sequence: rooms that are not locked, lists not recorded or out of date."""
    return [text for _, text in rooms_to_settle(rooms)]


def rooms_to_settle(rooms: Iterable[GroupRound]) -> list[tuple[GroupRound, str]]:
    """The rooms of a sequence that the next one waits for, each with the reason; locks come before lists."""
    rooms = list(rooms)
    unlocked = [room for room in rooms if room.round.state != Round.State.LOCKED]
    if unlocked:
        return [(room, f"“{room.round.title}”还没有封存，封存后才能进行下一轮") for room in unlocked]
    recorded = dict(Advancement.objects.filter(group_round__in=rooms).values_list("group_round_id", "snapshot_id"))
    newest: dict[int, int] = {}
    snapshots = Snapshot.objects.filter(round__group_round__in=rooms).order_by("number")
    for round_id, pk in snapshots.values_list("round_id", "pk"):
        newest[round_id] = pk
    found = []
    for room in rooms:
        if room.advance_count is None:
            continue
        if room.pk not in recorded:
            found.append((room, f"“{room.round.title}”的晋级名单还没有确认"))
        elif recorded[room.pk] != newest.get(room.round_id):
            found.append((room, f"“{room.round.title}”的成绩有更正，晋级名单须按最新定格成绩重新确认"))
    return found


def _next_up(line: Line, rows: Sequence[Advancement]) -> tuple[Ranked, ...]:
    """The best who is not on the list and still takes part, with all who are equal."""
    on_list = {row.contestant_id for row in rows}
    waiting = [each for each in line.standings if each.counts and each.contestant.pk not in on_list]
    return tuple(each for each in waiting if each.rank == waiting[0].rank)
