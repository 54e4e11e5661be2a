"""Stages for the benchmarks, set up through the services; only the marks of a full table are written in bulk."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.backends import PhoneOrEmailBackend
from accounts.models import Role, User
from accounts.services import create_user, grant_role
from benchmarks.marks import marks_for
from benchmarks.ranking import build_rulebook
from contest.services import create_contest
from core.models import Edition
from results.services import confirm_result, propose_result, publish_result, set_publication
from scoring.models import Panel, Round, Rulebook, ScoreSheet, SheetRevision, Snapshot
from scoring.services import (
    NewEntry,
    add_entries,
    add_seat,
    create_panel,
    create_round,
    create_rulebook,
    lock_round,
    open_round,
)

BACKEND = f"{PhoneOrEmailBackend.__module__}.{PhoneOrEmailBackend.__qualname__}"
TITLE = "给孩子讲的中国桥梁"


def stage_judging(*, judges: int, entries: int) -> dict[str, Any]:
    """An open round that nobody has marked: every judge's cookies and sheet ids in running order."""
    stage = _Stage(judges)
    round = stage.open_round("现场评分", entries)
    sheets: dict[int, list[int]] = {}
    own = ScoreSheet.objects.filter(entry__round=round).order_by("entry__order")
    for judge, pk in own.values_list("judge_id", "pk"):
        sheets.setdefault(judge, []).append(pk)
    return {
        "cookies": [cookies_of(judge) for judge in stage.judges],
        "sheets": [sheets[judge.pk] for judge in stage.judges],
    }


def stage_pages(*, judges: int, sizes: list[int]) -> dict[str, Any]:
    """For each size an open round with every mark in, and a locked one with its published result."""
    stage = _Stage(judges)
    addresses = {}
    for size in sizes:
        live, done = stage.open_round(f"实时 {size}", size), stage.open_round(f"已公布 {size}", size)
        for round in (live, done):
            _mark_everything(round, stage.now)
        result = stage.publish(done)
        addresses[size] = {
            "queue": reverse("judge_round", args=[live.pk]),
            "live_page": reverse("organise_round", args=[stage.edition.slug, live.pk]),
            "live_table": reverse("organise_live", args=[stage.edition.slug, live.pk]),
            "public_result": reverse("public_result", args=[result]),
        }
    first = ScoreSheet.objects.filter(judge=stage.judges[0], entry__round__title=f"实时 {sizes[0]}")
    return {
        "judge": cookies_of(stage.judges[0]),
        "organiser": cookies_of(stage.organiser),
        "addresses": addresses,
        "sheets": list(first.order_by("entry__order").values_list("pk", flat=True)),
    }


class _Stage:
    """An edition with its people, a contest, a panel, and a rulebook of five criteria."""

    def __init__(self, judges: int) -> None:
        call_command("migrate", verbosity=0)
        self.now: datetime = timezone.now()
        self.edition = Edition.objects.create(
            slug="bench",
            title="评测",
            year=2026,
            organiser_name="示范市科学技术协会",
            publicity_days=0,
            created_at=self.now,
        )
        self.organiser = self._person("郝组织", "organiser", Role.ORGANISER)
        self.supervisor = self._person("纪监督", "supervisor", Role.SUPERVISOR)
        self.judges = [self._person(f"评委{n}", f"judge{n}", Role.JUDGE) for n in range(1, judges + 1)]
        create_contest(
            edition=self.edition,
            title="科普讲解大赛",
            slug="speech",
            first_day=date(2026, 11, 20),
            preset="contest-one-group",
            actor=self.organiser,
            now=self.now,
        )
        self.panel: Panel = create_panel(edition=self.edition, title="评委组")
        for judge in self.judges:
            add_seat(panel=self.panel, judge=judge, actor=self.organiser, now=self.now)
        # A tie at an award line would stop the publication; what it costs to publish is not measured here.
        document = build_rulebook().as_document() | {"boundary": "share_up"}
        self.rulebook: Rulebook = create_rulebook(
            edition=self.edition, code="bench", title="细则", document=document, actor=self.organiser, now=self.now
        )

    def _person(self, name: str, address: str, role: Role) -> User:
        user = create_user(name=name, email=f"{address}@example.com")
        grant_role(user=user, edition=self.edition, role=role, actor=None, now=self.now)
        return user

    def open_round(self, title: str, entries: int) -> Round:
        round = create_round(
            edition=self.edition,
            title=title,
            group="all",
            rulebook=self.rulebook,
            panel=self.panel,
            actor=self.organiser,
            now=self.now,
        )
        numbers = range(1, entries + 1)
        add_entries(round=round, entries=[NewEntry(f"{n:03}", f"{TITLE}（{n}）", n) for n in numbers])
        return open_round(round=round, actor=self.organiser, now=self.now)

    def publish(self, round: Round) -> int:
        """Lock, propose, confirm and publish with every rank shown, the longest form of the page."""
        snapshot = lock_round(round=round, actor=self.organiser, now=self.now)
        roster = propose_result(
            round=round,
            snapshot=snapshot,
            title=round.title,
            group_title="一组",
            rows=_roster_rows(snapshot),
            reason="",
            actor=self.organiser,
            now=self.now,
        )
        confirm_result(roster=roster, actor=self.supervisor, now=self.now)
        act: dict[str, Any] = {"result": roster.result, "actor": self.organiser, "now": self.now}
        set_publication(**act, book_access="public", shows_everybody=True)
        publish_result(**act)
        return int(roster.result.pk)


def cookies_of(user: User) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"sessionid": session.session_key or ""}


def _mark_everything(round: Round, now: datetime) -> None:
    """Every sheet submitted once. In bulk, so without the ledger's events: nothing here reads those."""
    sheets = list(ScoreSheet.objects.filter(entry__round=round).select_related("entry", "seat"))
    revisions = []
    for sheet in sheets:
        marks = marks_for(sheet.seat.number, sheet.entry.order)
        revisions.append(
            SheetRevision(
                sheet=sheet,
                number=1,
                kind=SheetRevision.Kind.SUBMISSION,
                submission_id=f"staged-{sheet.pk}",
                base_version=0,
                marks=marks,
                total=sum(map(Decimal, marks.values())),
                author_id=sheet.judge_id,
                received_at=now,
            )
        )
    stored = SheetRevision.objects.bulk_create(revisions, batch_size=500)
    for sheet, revision in zip(sheets, stored, strict=True):
        sheet.state, sheet.version, sheet.current = ScoreSheet.State.SUBMITTED, 1, revision
    ScoreSheet.objects.bulk_update(sheets, ["state", "version", "current"], batch_size=200)


def _roster_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What a programme hands to `results`, with invented people."""
    output = snapshot.document["output"]
    group = snapshot.document["rulebook"]["groups"][0]
    tiers = {tier["code"]: tier["title"] for tier in group["tiers"]}
    placed = {line["entry"]: line for line in output["placements"]}
    rows = []
    for standing in output["standings"]:
        placement = placed.get(standing["entry"], {"tier": None, "advances": False})
        rows.append(
            {
                "entry": standing["entry"],
                "people": [f"欧阳{standing['entry']}"],
                "unit": "示范市青少年科技活动中心",
                "title": TITLE,
                "tutors": [],
                "rank": standing["rank"],
                "shown": standing["shown"],
                "tier": placement["tier"],
                "tier_title": tiers.get(placement["tier"], ""),
                "advances": placement["advances"],
                "titles": [],
                "recipients": [{"name": f"欧阳{standing['entry']}", "salutation": "同志", "user": None}],
            }
        )
    return rows
