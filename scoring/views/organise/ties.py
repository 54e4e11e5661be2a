"""并列: tied sets of the latest snapshot, a recorded decision for each, or a runoff."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.access import or_404
from scoring.documents.wording import ties_in_words
from scoring.forms.organising import OrderForm, RunoffForm
from scoring.models import Round, Snapshot
from scoring.permissions import can_organise
from scoring.selectors import latest_snapshot, tied_sets
from scoring.selectors.books import decided_sets
from scoring.services import create_runoff, record_tie_decision
from scoring.views.acting import form_for, is_act, perform
from scoring.views.asking import asker
from scoring.views.loading import load_round
from scoring.views.round_page import undecided_lines


@dataclass(frozen=True, slots=True)
class TiedSet:
    """A set of entries that are still equal, or whose order stands by a decision, with its forms."""

    key: str
    entries: tuple[tuple[str, str], ...]
    is_decided: bool
    decide: OrderForm
    runoff: RunoffForm

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.entries)

    @property
    def places(self) -> list[tuple[str, Any]]:
        """Each entry's title with its field."""
        return list(zip([title for _, title in self.entries], self.decide.place_fields, strict=True))


@require_http_methods(["GET", "HEAD", "POST"])
def organise_ties(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Decide or replay what is still tied."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))
    snapshot = latest_snapshot(round)
    sets = _sets(request, round, snapshot) if snapshot else []
    if request.method == "POST":
        for tied in sets:
            if _decided(request, round, tied):
                return redirect("organise_ties", slug=slug, pk=pk)
            made = _runoff_made(request, round, tied)
            if made is not None:
                return redirect("organise_round", slug=slug, pk=made.pk)
    context = {
        "edition": round.edition,
        "here": "contest",
        "round": round,
        "snapshot": snapshot,
        "lines": undecided_lines(snapshot),
        "sets": sets,
        "sentences": ties_in_words(snapshot.document) if snapshot else [],
        "runoffs": round.runoffs.order_by("pk"),
        "decisions": round.tie_decisions.select_related("decided_by").order_by("-pk"),
        "crumb": "并列与加赛",
    }
    return render(request, "scoring/organise/ties.html", context)


def _sets(request: HttpRequest, round: Round, snapshot: Snapshot) -> list[TiedSet]:
    titles = {entry["code"]: entry["title"] for entry in snapshot.document["input"]["entries"]}
    order = {entry["code"]: place for place, entry in enumerate(snapshot.document["input"]["entries"])}
    open_sets = tied_sets(snapshot)
    known = [(codes, False) for codes in open_sets]
    known += [(tuple(sorted(codes, key=order.__getitem__)), True) for codes in decided_sets(snapshot)]
    found = []
    for place, (codes, is_decided) in enumerate(known, start=1):
        key = "-".join(codes)
        decide = form_for(request, OrderForm, "decide", key, codes=codes)
        runoff = form_for(
            request, RunoffForm, "runoff", key, initial={"title": f"{round.title}加赛{place if place > 1 else ''}"}
        )
        found.append(TiedSet(key, tuple((code, titles[code]) for code in codes), is_decided, decide, runoff))
    return found


def _decided(request: HttpRequest, round: Round, tied: TiedSet) -> bool:
    if not is_act(request, "decide", tied.key):
        return False

    def decide(given: dict[str, Any]) -> str:
        order = tied.decide.order
        record_tie_decision(round=round, order=order, reason=given["reason"], actor=asker(request), now=timezone.now())
        return f"裁定已登记：{' ＞ '.join(order)}；产生了新的定格成绩。"

    return perform(request, tied.decide, decide)


def _runoff_made(request: HttpRequest, round: Round, tied: TiedSet) -> Round | None:
    if not is_act(request, "runoff", tied.key):
        return None
    made: list[Round] = []

    def run(given: dict[str, Any]) -> str:
        made.append(
            create_runoff(
                round=round, entries=tied.codes, title=given["title"], actor=asker(request), now=timezone.now()
            )
        )
        return "加赛轮次已建好。开放评分以后，评委只给并列的几位再打一次分。"

    perform(request, tied.runoff, run)
    return made[0] if made else None
