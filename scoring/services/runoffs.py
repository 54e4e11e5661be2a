"""加赛: a child round that orders only the tied (design §4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring.engine.rulebook import TIE_RUNOFF
from scoring.models import Entry, Panel, Round
from scoring.selectors.books import latest_snapshot, tied_sets
from scoring.selectors.rules import rules_of
from scoring.services.locking import touch_round
from scoring.services.rounds import NewEntry, add_entries, create_round


def create_runoff(
    *, round: Round, entries: Sequence[str], title: str, actor: User, now: datetime, panel: Panel | None = None
) -> Round:
    """A runoff of exactly the entries (codes) that are tied in the latest snapshot; its lock orders them.

    Same rules, group and, by default, panel; the entries keep code, title and running order; confirmed recusals hold
    there too (pitfall 8). Refuses a round that is not locked, rules without the step `runoff`, entries that are not one
    tied set, and a set that an earlier runoff of this round has ordered or will order: what stays tied there goes on in
    a runoff of that runoff.
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        snapshot = latest_snapshot(round)
        if round.state != Round.State.LOCKED or snapshot is None:
            raise DomainError(f"轮次“{round.title}”还没有封存，封存之后才能加赛。", code="state")
        if TIE_RUNOFF not in {step.kind for step in rules_of(round.rulebook).tie_chain}:
            raise DomainError("评分细则的并列规则里没有“加赛”这一步。", code="chain")
        tied = frozenset(entries)
        if len(tied) != len(entries) or tied not in map(frozenset, tied_sets(snapshot)):
            raise DomainError(
                f"加赛须是一组并列条目的全部；定格成绩第 {snapshot.number} 号中没有“{'、'.join(entries)}”这一组并列。",
                code="order",
            )
        _refuse_second_runoff(round, tied)
        runoff = create_round(
            edition=round.edition,
            title=title,
            group=round.group,
            rulebook=round.rulebook,
            panel=panel or round.panel,
            actor=actor,
            now=now,
            parent=round,
        )
        again = Entry.objects.filter(round=round, code__in=tied).order_by("order", "code")
        add_entries(
            round=runoff,
            entries=[
                NewEntry(entry.code, entry.title, place, entry.exhibit) for place, entry in enumerate(again, start=1)
            ],
        )
        record_event(
            edition=round.edition,
            kind="runoff_created",
            actor=actor,
            payload={"round": round.pk, "runoff": runoff.pk, "entries": sorted(tied), "snapshot": snapshot.number},
            now=now,
        )
    return runoff


def _refuse_second_runoff(round: Round, tied: frozenset[str]) -> None:
    """The engine takes the first runoff that includes the tied (docs/result-book.md, step 7); a second says nothing."""
    for earlier in round.runoffs.order_by("pk"):
        if tied <= set(earlier.entries.values_list("code", flat=True)):
            raise DomainError(
                f"这些条目已有加赛“{earlier.title}”；加赛后仍并列的，请在该加赛轮次中再加赛或作出裁定。", code="taken"
            )
