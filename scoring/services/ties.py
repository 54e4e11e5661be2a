"""并列裁定: the recorded order of a tied set (design §4: never chance, never silence)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring.engine.rulebook import TIE_DECISION
from scoring.models import Round, TieDecision
from scoring.selectors.books import decided_sets, latest_snapshot, tied_sets
from scoring.selectors.rules import rules_of
from scoring.services.locking import touch_round
from scoring.services.snapshots import take_snapshot


def record_tie_decision(*, round: Round, order: Sequence[str], reason: str, actor: User, now: datetime) -> TieDecision:
    """Order one set that is still tied in the latest snapshot after the whole chain; takes a new snapshot.

    A later decision on a set whose order stands by an earlier one replaces it. Refuses a missing reason, a round that
    is not locked, rules without the step `decision`, and an `order` that is not exactly such a set, each code once.
    """
    if not reason.strip():
        raise DomainError("请写明裁定理由。", code="reason")
    with transaction.atomic():
        round = touch_round(round.pk)
        snapshot = latest_snapshot(round)
        if round.state != Round.State.LOCKED or snapshot is None:
            raise DomainError(f"轮次“{round.title}”还没有封存，并列在封存之后裁定。", code="state")
        if TIE_DECISION not in {step.kind for step in rules_of(round.rulebook).tie_chain}:
            raise DomainError("评分细则的并列规则里没有“裁定”这一步。", code="chain")
        known = {*map(frozenset, tied_sets(snapshot)), *decided_sets(snapshot)}
        if len(set(order)) != len(order) or frozenset(order) not in known:
            named = "、".join(order)
            raise DomainError(
                f"裁定须把一组并列的条目各列一次；定格成绩第 {snapshot.number} 号中没有“{named}”这一组并列。",
                code="order",
            )
        decision = TieDecision.objects.create(
            round=round, order=list(order), reason=reason.strip(), decided_by=actor, decided_at=now
        )
        record_event(
            edition=round.edition,
            kind="tie_decided",
            actor=actor,
            payload={"round": round.pk, "decision": decision.pk, "order": list(order), "snapshot": snapshot.number},
            now=now,
        )
        take_snapshot(round=round, reason=f"并列裁定：{' > '.join(order)}", actor=actor, now=now)
    return decision
