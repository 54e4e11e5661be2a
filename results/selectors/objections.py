"""Objections: which are open, what they may be about, who may handle one, and whether a stored one still holds."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Role, RoleGrant, User
from core.canonical import rfc3339, salted_digest
from core.crypto import phone_index
from core.models import Edition
from core.text.phones import PhoneInvalid
from ledger.models import Event
from notices.models import Notice
from results.models import Objection, ObjectionStep, Publicity, Result
from scoring.models import Round, Seat

_WRITTEN = ("name", "phone", "about", "body")
HANDLERS = (Role.ORGANISER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Candidate:
    """Somebody of the office who might handle an objection; `fault` says why he must not, "" where he may."""

    user: User
    fault: str


def open_objections(result: Result) -> QuerySet[Objection]:
    """Objections that hold back the final result and its certificates, oldest first; what was written stays behind."""
    found = Objection.objects.filter(result=result, state__in=Objection.OPEN).defer(*_WRITTEN)
    return found.select_related("handler").order_by("pk")


def objections_of(edition: Edition) -> QuerySet[Objection]:
    """All objections of an edition, newest first; what was written stays behind."""
    found = Objection.objects.filter(result__edition=edition).defer(*_WRITTEN)
    return found.select_related("result__edition", "publicity", "handler").order_by("-pk")


def period_at(result: Result, now: datetime) -> Publicity | None:
    """The period whose objections are received at this moment: begun, not over (`closes_at` is exclusive)."""
    running = _standing(result).filter(started_at__lte=now, closes_at__gt=now)
    return running.select_related("roster").order_by("-number").first()


def last_period(result: Result) -> Publicity | None:
    """The newest period whose notice was not withdrawn, running or over; None before the first."""
    return _standing(result).select_related("roster").order_by("-number").first()


def period_over(result: Result, now: datetime) -> Publicity | None:
    """The last period that was over at this moment, whatever began later; None before any ended."""
    return _standing(result).filter(closes_at__lte=now).order_by("-closes_at", "-number").first()


def publicised_rows(publicity: Publicity) -> list[dict[str, str]]:
    """What an objection can be about: the honoured rows as the public reads them, by their entry.

    Names of hidden rows are 某某, as on every public page.
    """
    result = publicity.result
    hidden = set(result.hidden_entries.values_list("entry", flat=True))
    rows = [row for row in publicity.roster.rows if result.shows_everybody or row["tier"] or row["titles"]]
    return [
        {
            "entry": row["entry"],
            "people": "某某" if row["entry"] in hidden else "、".join(row["people"]),
            "title": row["title"],
            "unit": row["unit"],
        }
        for row in rows
    ]


def handler_candidates(objection: Objection) -> list[Candidate]:
    """Organisers and supervisors of the edition by name, each with what stands against him; a constant number of
    queries."""
    grants = RoleGrant.objects.filter(edition=objection.result.edition_id, revoked_at__isnull=True, role__in=HANDLERS)
    people = User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("name", "pk")
    against = _Against(objection)
    return [Candidate(user, against.fault(user)) for user in people]


def handler_fault(objection: Objection, user: User) -> str:
    """Why a person must not handle an objection, as a sentence; "" where he may."""
    grants = user.grants.filter(edition=objection.result.edition_id, revoked_at__isnull=True, role__in=HANDLERS)
    if not user.is_active or not grants.exists():
        return "承办人须是本届的组委会成员或监督员。"
    return _Against(objection).fault(user)


class _Against:
    """Who is bound to an objection: its author, the judges, the people of the entry, and whoever was recused."""

    def __init__(self, objection: Objection) -> None:
        result, entry = objection.result, objection.entry
        recused = objection.steps.filter(kind=ObjectionStep.Kind.RECUSED, handler__isnull=False)
        self._recused = set(recused.values_list("handler_id", flat=True))
        panels = Round.objects.filter(Q(pk=result.round_id) | Q(parent=result.round_id)).values("panel")
        self._judges = set(Seat.objects.filter(panel__in=panels).values_list("judge_id", flat=True))
        rosters = result.rosters.values_list("rows", flat=True) if entry else ()
        rows = [row for roster in rosters for row in roster if row["entry"] == entry]
        self._authors = {person["user"] for row in rows for person in row["recipients"] if person["user"]}
        units = {row["unit_id"] for row in rows if row.get("unit_id")}
        coordinators = RoleGrant.objects.filter(
            edition=result.edition_id, role=Role.COORDINATOR, unit__in=units, revoked_at__isnull=True
        )
        self._coordinators = set(coordinators.values_list("user_id", flat=True)) if units else set()
        try:
            self._phone = phone_index(objection.phone) if objection.phone else ""
        except PhoneInvalid:
            self._phone = ""

    def fault(self, user: User) -> str:
        if user.pk in self._recused:
            return f"{user.name}已回避这件异议，请指定其他人承办。"
        if self._phone and user.phone_index == self._phone:
            return f"{user.name}的手机号与异议人相同，不能承办，请指定其他人。"
        if user.pk in self._judges:
            return f"{user.name}是这一轮的评委，不能承办，请指定其他人。"
        if user.pk in self._authors:
            return f"{user.name}是被异议作品（节目）的作者或选手，不能承办，请指定其他人。"
        if user.pk in self._coordinators:
            return f"{user.name}是被异议一方推荐单位的联络员，不能承办，请指定其他人。"
        return ""


def content_of(objection: Objection, files: list[dict[str, Any]]) -> dict[str, Any]:
    """What `content_digest` is made of: everything that the author said, handed in, and when."""
    return {
        "receipt": objection.receipt,
        "result": objection.result_id,
        "kind": str(objection.kind),
        "name": objection.name,
        "phone": objection.phone,
        "unit_name": objection.unit_name,
        "entry": objection.entry,
        "about": objection.about,
        "body": objection.body,
        "received_at": rfc3339(objection.received_at),
        "files": files,
    }


def step_digest(step: ObjectionStep, salt: str) -> str:
    """Digest of one act with its answer and note, as the ledger keeps it; salted, for answers can be guessed."""
    content = {
        "kind": str(step.kind),
        "state": str(step.state),
        "by": step.by_id,
        "handler": step.handler_id,
        "at": rfc3339(step.at),
        "answer": step.answer,
        "note": step.note,
    }
    return salted_digest(salt, content)


def objection_faults(objection: Objection) -> list[str]:
    """What does not hold of a stored objection: its digest, its files, its course, and what the ledger says of it."""
    files = list(objection.files.all())
    listed = [{"kind": each.kind, "name": each.name, "size": each.size, "sha256": each.sha256} for each in files]
    faults = []
    if salted_digest(objection.salt, content_of(objection, listed)) != objection.content_digest:
        faults.append("内容与其摘要不符")
    for each in files:
        path = settings.MEDIA_ROOT / each.path
        if not path.is_file():
            faults.append(f"材料“{each.name}”不在了")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != each.sha256:
            faults.append(f"材料“{each.name}”与收到时不同")
    steps = list(objection.steps.all())
    if not steps or steps[-1].state != objection.state:
        faults.append("状态与最后一项处理记录不符")
    told = _told(objection)
    received = next((event for event in told if event["kind"] == "objection_received"), {})
    if received.get("content_digest") != objection.content_digest:
        faults.append("内容摘要与台账不符")
    if [step_digest(step, objection.salt) for step in steps] != [event["step_digest"] for event in told]:
        faults.append("处理记录与台账不符")
    return faults


def _told(objection: Objection) -> list[dict[str, Any]]:
    events = Event.objects.filter(
        edition=objection.result.edition_id, kind__startswith="objection_", payload__contains=f'"{objection.receipt}"'
    )
    found = [{"kind": event.kind, **json.loads(event.payload)} for event in events.order_by("number")]
    return [each for each in found if each.get("objection") == objection.pk]


def _standing(result: Result) -> QuerySet[Publicity]:
    return Publicity.objects.filter(result=result).exclude(notice__state=Notice.State.WITHDRAWN)
