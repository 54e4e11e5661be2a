"""Proposing who is honoured, and a second person's word that it is right (design §2, cut two)."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Role, User
from accounts.permissions import has_role
from ledger.services import record_event
from results.exceptions import ResultRefused
from results.models import Confirmation, Result, Roster
from results.selectors import (
    Row,
    hidden_codes,
    latest_roster,
    roster_digest,
    roster_faults,
    round_blockers,
    row_faults,
)
from results.services.notices import hide_in_notices
from scoring.models import Round, Snapshot
from scoring.selectors import snapshot_faults


@transaction.atomic
def propose_result(
    *,
    round: Round,
    snapshot: Snapshot,
    title: str,
    group_title: str,
    rows: list[Row],
    reason: str,
    actor: User,
    now: datetime,
) -> Roster:
    """Freeze rows beside a snapshot as the next version of the round's roster.

    Refuses (ResultRefused) while anything of the judging is open: round not locked, a newer snapshot, an unresolved
    tie at an award line (pitfall 2), a correction or late mark not settled; rows that say something else than the
    snapshot; a roster that changes nothing; and a later version without a reason. What is published stays as it is
    until the new version is published too (pitfall 18).
    """
    round = Round.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=round.pk)
    open_matters = [blocker.text for blocker in round_blockers(round, snapshot)]
    if open_matters:
        raise ResultRefused("暂不能提出名册：" + "；".join(open_matters) + "。")
    if faults := row_faults(rows, snapshot):
        raise ResultRefused("名册与定格成绩不符：" + "；".join(faults) + "。")
    result, _ = Result.objects.select_for_update(no_key=True).get_or_create(
        round=round,
        defaults={
            "edition": round.edition,
            "title": title,
            "group_title": group_title,
            "publicity_days": round.edition.publicity_days,
        },
    )
    roster = _next_version(result, snapshot, rows, reason.strip(), actor, now)
    if result.state == Result.State.CONFIRMED:
        result.state = Result.State.PROPOSED
        result.save(update_fields=["state"])
    if hidden_codes(result):
        hide_in_notices(result, actor=actor, now=now)
    record_event(edition=round.edition, kind="result_proposed", actor=actor, payload=_payload(roster), now=now)
    return roster


@transaction.atomic
def confirm_result(*, roster: Roster, actor: User, now: datetime) -> Confirmation:
    """A supervisor's word that roster and snapshot are right.

    Refuses (ResultRefused) anybody but a supervisor, the account that proposed it, a roster that is not the newest or
    is confirmed already, one whose digest, rows or snapshot do not recompute, and open matters of the judging.
    """
    result = (
        Result.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "round")
        .get(pk=roster.result_id)
    )
    result.round.edition = result.edition
    if not has_role(actor, result.edition, Role.SUPERVISOR):
        raise ResultRefused("只有监督员可以确认结果。")
    if roster.proposed_by_id == actor.pk:
        raise ResultRefused("名册由您提出，须由另一个账号确认。")
    newest = latest_roster(result)
    if newest is None or newest.pk != roster.pk:
        raise ResultRefused("已有更新的名册，请刷新页面后核对最新一版。")
    if Confirmation.objects.filter(roster=newest).exists():
        raise ResultRefused(f"名册 v{newest.version} 已经确认，不必重复。")
    faults = [blocker.text for blocker in round_blockers(result.round, newest.snapshot)]
    faults += roster_faults(newest) + snapshot_faults(newest.snapshot)
    if faults:
        raise ResultRefused("暂不能确认：" + "；".join(faults) + "。")
    confirmation = Confirmation.objects.create(
        roster=newest, proposed_by_id=newest.proposed_by_id, confirmed_by=actor, confirmed_at=now
    )
    if result.state == Result.State.PROPOSED:
        result.state = Result.State.CONFIRMED
        result.save(update_fields=["state"])
    record_event(edition=result.edition, kind="result_confirmed", actor=actor, payload=_payload(newest), now=now)
    return confirmation


def _next_version(
    result: Result, snapshot: Snapshot, rows: list[Row], reason: str, actor: User, now: datetime
) -> Roster:
    latest = latest_roster(result)
    if latest is not None and latest.snapshot_id == snapshot.pk and latest.rows == rows:
        raise ResultRefused(f"与名册 v{latest.version} 完全相同，没有需要重新提出的内容。")
    if latest is not None and not reason:
        raise ResultRefused("这是更正后的名册，请写明更正的缘由。")
    version = latest.version + 1 if latest else 1
    salt = secrets.token_hex(16)
    sha256 = roster_digest(salt=salt, version=version, snapshot_sha256=snapshot.sha256, rows=rows)
    return Roster.objects.create(
        result=result,
        snapshot=snapshot,
        version=version,
        rows=rows,
        salt=salt,
        sha256=sha256,
        reason=reason,
        proposed_by=actor,
        proposed_at=now,
    )


def _payload(roster: Roster) -> dict[str, Any]:
    return {
        "result": roster.result_id,
        "roster": roster.version,
        "roster_sha256": roster.sha256,
        "snapshot": roster.snapshot.number,
        "snapshot_sha256": roster.snapshot.sha256,
    }
