"""Rulebooks: versions of the rules, checked on save, frozen when a round opens (design §4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import DomainError
from core.models import Edition
from ledger.services import record_event
from scoring import engine
from scoring.exceptions import RulebookRefused, SecondAccountNeeded
from scoring.models import Round, Rulebook
from scoring.selectors.rules import rules_of
from scoring.services.locking import touch_round
from scoring.services.snapshots import take_snapshot

# After the first mark only these may differ (design §4: awards, quotas, tie chain and penalties).
CHANGEABLE = ("title", "penalties", "tie_chain", "boundary", "groups")


def create_rulebook(
    *, edition: Edition, code: str, title: str, document: Mapping[str, Any], actor: User, now: datetime
) -> Rulebook:
    """First version of a rulebook.

    Refuses rules that make no sense (RulebookRefused, faults by place) and a code that the edition already has.
    """
    normal = _checked({**document, "title": title})
    with transaction.atomic():
        if Rulebook.objects.filter(edition=edition, code=code).exists():
            raise DomainError(f"本届已有代号为“{code}”的评分细则；要改动请建新版本。", code="taken")
        return _store(edition, code, 1, normal, "", actor, now)


def revise_rulebook(
    *, rulebook: Rulebook, document: Mapping[str, Any], reason: str, actor: User, now: datetime
) -> Rulebook:
    """The next version of a rulebook; rounds go on under theirs until switch_rulebook.

    Refuses a missing reason, rules that make no sense (RulebookRefused), and rules equal to the newest version's.
    """
    if not reason.strip():
        raise DomainError("请写明修改原因。", code="reason")
    normal = _checked(document)
    with transaction.atomic():
        versions = Rulebook.objects.select_for_update(no_key=True).filter(edition=rulebook.edition, code=rulebook.code)
        newest = versions.order_by("version").last()
        assert newest is not None
        if newest.sha256 == digest(normal):
            raise DomainError("内容与最新版本相同，没有需要保存的改动。", code="unchanged")
        return _store(rulebook.edition, rulebook.code, newest.version + 1, normal, reason.strip(), actor, now)


def switch_rulebook(*, round: Round, rulebook: Rulebook, actor: User, now: datetime) -> Round:
    """Let a round follow another rulebook.

    Before the round opens any of the edition that has the group. Afterwards only a version of the same code whose
    criteria, maxima and steps are the same (nothing but CHANGEABLE differs), and by another account than its author's
    (design §4); a locked round gets a new snapshot.
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        _check_switch(round, rulebook, actor)
        round.rulebook = rulebook
        round.save(update_fields=["rulebook"])
        if round.state != Round.State.DRAFT:
            freeze_rulebook(rulebook, now=now)
        record_event(
            edition=round.edition,
            kind="rulebook_switched",
            actor=actor,
            payload={"round": round.pk, **rulebook_reference(rulebook)},
            now=now,
        )
        if round.state == Round.State.LOCKED:
            take_snapshot(round=round, reason=f"换用评分细则第 {rulebook.version} 版", actor=actor, now=now)
    return round


def freeze_rulebook(rulebook: Rulebook, *, now: datetime) -> None:
    """Note when a rulebook was first in force; once set it stays."""
    Rulebook.objects.filter(pk=rulebook.pk, frozen_at__isnull=True).update(frozen_at=now)


def rulebook_reference(rulebook: Rulebook) -> dict[str, Any]:
    """How the ledger names a version of the rules."""
    return {"rulebook": rulebook.code, "version": rulebook.version, "sha256": rulebook.sha256}


def _check_switch(round: Round, rulebook: Rulebook, actor: User) -> None:
    if rulebook.edition_id != round.edition_id:
        raise DomainError("评分细则不属于本届，不能使用。", code="edition")
    if round.group not in {group.code for group in rules_of(rulebook).groups}:
        raise DomainError(f"评分细则“{rulebook.title}”里没有组别“{round.group}”。", code="group")
    if round.state == Round.State.DRAFT:
        return
    if rulebook.code != round.rulebook.code:
        raise DomainError("评分已经开始，只能换用同一评分细则的其他版本。", code="code")
    if rulebook.created_by_id == actor.pk:
        raise SecondAccountNeeded("评分已经开始：新版本须由拟定人以外的另一个账号启用。")
    fixed = [key for key in rulebook.document if key not in CHANGEABLE]
    if any(rulebook.document[key] != round.rulebook.document.get(key) for key in fixed):
        raise DomainError("评分已经开始：环节、评分项、满分、步长和汇总办法不能再改。", code="criteria")


def _checked(document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return engine.parse_rulebook(document).as_document()
    except engine.RulebookInvalid as error:
        faults: dict[str, str] = {}
        for fault in error.faults:
            faults[fault.path] = faults.get(fault.path, "") + fault.message
        raise RulebookRefused("评分细则有不合理之处，没有保存；请按提示逐项改正。", faults) from error


def _store(
    edition: Edition, code: str, version: int, normal: dict[str, Any], reason: str, actor: User, now: datetime
) -> Rulebook:
    rulebook = Rulebook.objects.create(
        edition=edition,
        code=code,
        version=version,
        title=normal["title"],
        document=normal,
        sha256=digest(normal),
        reason=reason,
        created_by=actor,
        created_at=now,
    )
    kind = "rulebook_created" if version == 1 else "rulebook_revised"
    record_event(edition=edition, kind=kind, actor=actor, payload=rulebook_reference(rulebook), now=now)
    return rulebook
