"""Rulebooks: versions of the rules, checked on save, frozen when a round opens (design §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import ConflictError, DomainError
from core.models import Edition
from ledger.services import record_event
from scoring import engine
from scoring.exceptions import RulebookRefused, SecondAccountNeeded
from scoring.models import Round, Rulebook
from scoring.selectors.rulebooks import fixed_parts, rules_in_force
from scoring.selectors.rules import rules_of
from scoring.services.locking import touch_round
from scoring.services.snapshots import take_snapshot


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
    *,
    rulebook: Rulebook,
    document: Mapping[str, Any],
    reason: str,
    actor: User,
    now: datetime,
    base_version: int | None = None,
) -> Rulebook:
    """The next version of a rulebook; rounds go on under theirs until switch_rulebook.

    Refuses a missing reason, rules that make no sense (RulebookRefused), rules equal to the newest version's, a version
    newer than `base_version` (ConflictError: the editor has not seen it), and once a version was in force any change
    outside CHANGEABLE.
    """
    if not reason.strip():
        raise DomainError("请写明修改原因。", code="reason")
    normal = _checked(document)
    with transaction.atomic():
        versions = Rulebook.objects.select_for_update(no_key=True).filter(edition=rulebook.edition, code=rulebook.code)
        newest = versions.order_by("version").last()
        assert newest is not None
        if base_version is not None and newest.version != base_version:
            raise ConflictError(
                f"您编辑的时候，{newest.created_by.name}已保存第 {newest.version} 版。您填的都还在，没有保存；"
                "请先看那一版改了什么，再决定要不要保存。"
            )
        in_force = rules_in_force(newest)
        if in_force is not None and fixed_parts(normal) != fixed_parts(in_force.document):
            raise DomainError(
                f"第 {in_force.version} 版已经启用：环节、评分项、满分、步长和汇总办法不能再改。"
                "要用别的标准，请另建一份评分细则。",
                code="criteria",
            )
        if newest.sha256 == digest(normal):
            raise DomainError("内容与最新版本相同，没有需要保存的改动。", code="unchanged")
        return _store(rulebook.edition, rulebook.code, newest.version + 1, normal, reason.strip(), actor, now)


@dataclass(frozen=True, slots=True)
class Revision:
    """A new version, and the rounds in preparation that follow it."""

    rulebook: Rulebook
    rounds: tuple[Round, ...]


def revise_and_follow(
    *,
    rulebook: Rulebook,
    document: Mapping[str, Any],
    reason: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> Revision:
    """The next version, which every round in preparation follows at once while no round has opened under any version.

    Once a round has opened, rounds change over one by one (switch_rulebook). Refuses what revise_rulebook refuses, and
    rules without a group that one of these rounds judges (RulebookRefused).
    """
    with transaction.atomic():
        new = revise_rulebook(
            rulebook=rulebook, document=document, reason=reason, base_version=base_version, actor=actor, now=now
        )
        if rules_in_force(new) is not None:
            return Revision(new, ())
        drafts = Round.objects.filter(
            edition_id=new.edition_id, rulebook__code=new.code, state=Round.State.DRAFT
        ).order_by("pk")
        followed = []
        for draft in drafts:
            try:
                followed.append(switch_rulebook(round=draft, rulebook=new, actor=actor, now=now))
            except DomainError as refused:
                text = f"轮次“{draft.title}”在用这份细则：{refused.message}"
                raise RulebookRefused("没有保存。", {"groups": text}) from refused
    return Revision(new, tuple(followed))


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


def switch_fault(*, round: Round, rulebook: Rulebook, actor: User) -> str:
    """Why switch_rulebook would refuse this, empty if it would not."""
    try:
        _check_switch(round, rulebook, actor)
    except DomainError as refused:
        return refused.message
    return ""


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
    if fixed_parts(rulebook.document) != fixed_parts(round.rulebook.document):
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
