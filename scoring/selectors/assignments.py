"""What is assigned to whom in a round, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.models import Entry, Recusal, Round, ScoreSheet, Seat
from scoring.selectors.progress import confirmed_recusals

Pair = tuple[str, str]  # an entry's code and a seat's


@dataclass(frozen=True, slots=True)
class Standing:
    """Competing entries by key in running order, seats that stand by code, and by pair what is the matter with it.

    `states`: of the pair's sheets, the first by segment; `recused`: the reason of a confirmed recusal, also of one in
    another seat or a parent round; `proposed`: undecided ones. `kept` are the pairs that are on hand, also of seats
    that were removed since.
    """

    entries: Mapping[int, Entry]
    seats: Mapping[str, Seat]
    states: Mapping[Pair, str]
    recused: Mapping[Pair, str]
    proposed: frozenset[Pair]

    @property
    def kept(self) -> list[Pair]:
        return [pair for pair, state in self.states.items() if state not in ScoreSheet.LEFT_OUT]


def standing_of(round: Round) -> Standing:
    """Who has what in a round now; five queries, one more per parent round."""
    entries = {
        entry.pk: entry
        for entry in Entry.objects.filter(round_id=round.pk, status=Entry.Status.COMPETING).order_by("order", "code")
    }
    seats = {
        seat.code: seat for seat in Seat.objects.filter(panel_id=round.panel_id, removed_at=None).order_by("number")
    }
    sheets = ScoreSheet.objects.filter(entry__round_id=round.pk).order_by("segment", "pk")
    states: dict[Pair, str] = {}
    for entry_id, number, state in sheets.values_list("entry_id", "seat__number", "state"):
        if entry_id in entries:
            states.setdefault((entries[entry_id].code, f"J{number}"), state)
    by_judge = {seat.judge_id: code for code, seat in seats.items()}
    recused = {
        (code, by_judge[judge_id]): reason
        for (judge_id, code), reason in confirmed_recusals(round).items()
        if judge_id in by_judge
    }
    waiting = Recusal.objects.filter(entry__round_id=round.pk, state=Recusal.State.PROPOSED)
    proposed = {(code, f"J{number}") for code, number in waiting.values_list("entry__code", "seat__number")}
    return Standing(entries, seats, states, recused, frozenset(proposed))


def barred_pairs(round: Round, standing: Standing) -> set[Pair]:
    """Pairs that the system may not assign: recused ones, undecided ones, and whoever was asked before and is out."""
    out = {pair for pair, state in standing.states.items() if state in ScoreSheet.LEFT_OUT}
    return out | set(standing.recused) | standing.proposed
