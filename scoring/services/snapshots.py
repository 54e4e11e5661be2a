"""定格成绩: the engine's whole input and output at a moment (design §6)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core.canonical import rfc3339
from core.exceptions import DomainError
from ledger.selectors import ledger_root
from ledger.services import record_event
from scoring import engine
from scoring.models import Round, Snapshot
from scoring.selectors.books import snapshot_digest
from scoring.selectors.input import as_input, round_rows
from scoring.services.locking import touch_round

FORMAT = "mingping-result-book/1"


def take_snapshot(*, round: Round, reason: str, actor: User, now: datetime) -> Snapshot:
    """The next snapshot of a locked round; of its parents too, when the round is a runoff, since it orders their ties.

    Refuses a round that is not locked, and an output that does not come out the same when the stored document is read
    back and computed again (design §6). Earlier snapshots stay as they are (pitfall 18).
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        if round.state != Round.State.LOCKED:
            raise DomainError(f"轮次“{round.title}”还没有封存，不能定格成绩。", code="state")
        number = (round.snapshots.aggregate(last=Max("number"))["last"] or 0) + 1
        document = _document(round, number, now)
        snapshot = Snapshot.objects.create(
            round=round,
            rulebook=round.rulebook,
            number=number,
            document=document,
            sha256=snapshot_digest(document),
            reason=reason,
            created_by=actor,
            created_at=now,
        )
        record_event(
            edition=round.edition,
            kind="snapshot_taken",
            actor=actor,
            payload={"round": round.pk, "number": number, "sha256": snapshot.sha256},
            now=now,
        )
        _refresh_parent(round, number, actor, now)
    return snapshot


def _document(round: Round, number: int, now: datetime) -> dict[str, Any]:
    rows = round_rows(round)
    given = as_input(rows)
    ledger_number, root = ledger_root(round.edition)
    document = {
        "format": FORMAT,
        "edition": {"slug": round.edition.slug, "title": round.edition.title},
        "round": {"title": round.title, "group": round.group},
        "snapshot": {"number": number, "created_at": rfc3339(now)},
        "rulebook": rows.rules.as_document(),
        "input": given.as_document(),
        "output": engine.compute(rows.rules, round.group, given).as_document(),
        "ledger": {"number": ledger_number, "root": root},
    }
    _check(document, round)
    return document


def _check(document: dict[str, Any], round: Round) -> None:
    try:
        computed = engine.recompute_book(document).as_document()
    except engine.DocumentInvalid as error:
        raise DomainError(f"轮次“{round.title}”的评分数据不完整，没有定格：{error}", code="unsound") from error
    if computed != document["output"]:
        raise DomainError(f"轮次“{round.title}”重算的结果不一致，没有定格；请联系系统管理员。", code="unsound")


def _refresh_parent(round: Round, number: int, actor: User, now: datetime) -> None:
    parent = round.parent
    if parent is None or parent.state != Round.State.LOCKED:
        return
    take_snapshot(round=parent, reason=f"加赛“{round.title}”定格成绩第 {number} 号", actor=actor, now=now)
