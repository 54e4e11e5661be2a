"""The running order with its planned times, and how a hall's check-in stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from contest.models import Appearance, GroupRound
from scoring.engine import Rulebook
from scoring.models import Entry
from scoring.selectors.rules import rules_of

MARKING_SECONDS = 120
CheckIn = Appearance.CheckIn


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the running order: when it is planned to begin, and how long a break follows it (minutes, or 0)."""

    appearance: Appearance
    starts_at: datetime | None
    break_minutes: int


@dataclass(frozen=True, slots=True)
class CheckInState:
    """A round's check-in: its rows in running order, how many are in which state, whom to call next."""

    rows: tuple[Appearance, ...]
    counts: dict[str, int]
    next_up: Appearance | None
    token: str


def suggested_slot_seconds(rules: Rulebook) -> int:
    """What a contestant takes by the rules: the time limit of each segment, and two minutes for marking."""
    limits: dict[str, int] = {}
    for rule in rules.penalties:
        if rule.when == "over":
            limits[rule.segment] = max(limits.get(rule.segment, 0), rule.limit_seconds)
    return sum(limits.values()) + MARKING_SECONDS


def slot_seconds_of(group_round: GroupRound) -> int:
    """Seconds that each contestant is given: as planned, else what the rules suggest."""
    return group_round.slot_seconds or suggested_slot_seconds(rules_of(group_round.round.rulebook))


def running_order(group_round: GroupRound) -> list[Slot]:
    """Who competes, in drawn order, with planned times where a start is set; whoever is out leaves no gap."""
    competing = Appearance.objects.filter(entry__round=group_round.round_id, entry__status=Entry.Status.COMPETING)
    appearances = list(competing.select_related("entry", "contestant__unit").order_by("draw_order"))
    seconds, at = slot_seconds_of(group_round), group_round.starts_at
    slots = []
    for appearance, following in zip(appearances, [*appearances[1:], None], strict=True):
        # After a number that is out the break comes all the same; after the last one there is none.
        pauses = (
            each["minutes"]
            for each in group_round.breaks
            if following is not None and appearance.draw_order <= each["after"] < following.draw_order
        )
        minutes = sum(pauses)
        slots.append(Slot(appearance, at, minutes))
        at = at + timedelta(seconds=seconds, minutes=minutes) if at else None
    return slots


def check_in_state(group_round: GroupRound) -> CheckInState:
    """The hall's list; `token` changes with any row, so that a page knows whether to draw itself anew."""
    rows = tuple(
        Appearance.objects.filter(entry__round=group_round.round_id)
        .select_related("entry", "contestant", "checked_in_by")
        .order_by("draw_order")
    )
    taking_part = [row for row in rows if row.entry.status == Entry.Status.COMPETING or row.check_in == CheckIn.ABSENT]
    counts = Counter(row.check_in for row in taking_part)
    waiting = (row for row in taking_part if row.check_in == CheckIn.EXPECTED)
    token = "-".join(f"{row.check_in[0]}{row.entry.status[0]}" for row in rows)
    return CheckInState(rows, {each.value: counts[each.value] for each in CheckIn}, next(waiting, None), token)
