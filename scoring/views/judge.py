"""The judge's pages: what is to be marked, one sheet on a phone, recusal."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.access import or_404
from core.exceptions import DomainError
from scoring.forms.judging import ReasonForm, finest_step, shown_mark
from scoring.models import Round, ScoreSheet, Seat
from scoring.permissions import can_score, can_see_queue
from scoring.rendering import progress_bar
from scoring.selectors import QueueItem, judge_queue
from scoring.selectors.pages import judge_rounds, own_sheets, sheets_to_save
from scoring.selectors.rules import rules_of
from scoring.services import declare_recusal
from scoring.views.asking import asker
from scoring.views.saving import answer_save
from scoring.views.sheet_page import TONES, has_form_beside_exhibit, show_sheet


@require_safe
def judge_home(request: HttpRequest) -> HttpResponse:
    """The rounds that this judge scores."""
    return render(request, "scoring/judge/home.html", {"rounds": judge_rounds(asker(request))})


@require_safe
def judge_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The judge's own sheets of a round in running order."""
    rounds = Round.objects.select_related("edition", "rulebook").defer("rulebook__document")
    round = get_object_or_404(rounds, pk=pk)
    user = asker(request)
    or_404(can_see_queue(user, round))
    seat = Seat.objects.get(panel_id=round.panel_id, judge_id=user.pk)
    return render(request, "scoring/judge/queue.html", _queue_context(user, round, seat))


def _queue_context(user: User, round: Round, seat: Seat) -> dict[str, Any]:
    items = judge_queue(user, round) if round.state != Round.State.DRAFT else []
    counted = [item for item in items if item.entry_status == "competing" and item.state not in ScoreSheet.LEFT_OUT]
    done = sum(item.state == "submitted" for item in counted)
    steps = {each.code: finest_step(each) for each in rules_of(round.rulebook).panel_segments}
    owed = [item for item in counted if item.state != "submitted" and item.can_mark]
    return {
        "round": round,
        "seat": seat,
        "lines": [_queue_line(item, steps[item.segment]) for item in items],
        "many_segments": len(steps) > 1,
        "done": done,
        "of": len(counted),
        "owed": len(owed),
        "next_pk": owed[0].sheet_id if owed else None,
        "meter": progress_bar(done, len(counted), label=f"已提交 {done}，共 {len(counted)}"),
    }


def _queue_line(item: QueueItem, step: Decimal) -> dict[str, Any]:
    words = item.state_label
    if item.entry_status != "competing":
        words = {"withdrawn": "已退出", "ineligible": "资格不符", "forfeited": "弃权"}[item.entry_status]
    elif item.recusal_proposed and item.state not in ("recused", "unassigned"):
        words = "回避待确认"
    elif item.is_locked:
        words = f"{words} · 已封存"
    return {
        "pk": item.sheet_id,
        "code": item.code,
        "title": item.title,
        "segment_title": item.segment_title,
        "state": item.state,
        "total": shown_mark(item.total, step) if item.state == "submitted" else "",
        "words": words,
        "tone": TONES[item.state],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def judge_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: shown by GET; a POST saves a draft or submits, answered as a page or, to the script, as JSON.

    Where entries are assigned and have a page of their own, that page holds the form, beside what is to be marked.
    """
    if request.method == "POST":
        return answer_save(request, get_object_or_404(sheets_to_save(asker(request)), pk=pk))
    sheet = get_object_or_404(own_sheets(asker(request)), pk=pk)
    if has_form_beside_exhibit(sheet):
        return redirect(f"{sheet.entry.exhibit}?sheet={sheet.pk}")
    return show_sheet(request, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to be excused from an entry, with the reason."""
    sheet = get_object_or_404(own_sheets(asker(request)), pk=pk)
    or_404(can_score(asker(request), sheet))
    form = ReasonForm(request.POST or None)
    context = {"sheet": sheet, "entry": sheet.entry, "round": sheet.entry.round, "form": form, "refusal": ""}
    if request.method == "POST" and form.is_valid():
        try:
            _declare(sheet, form.cleaned_data["reason"], asker(request))
        except DomainError as error:
            context["refusal"] = error.message
        else:
            return redirect("judge_round", pk=sheet.entry.round_id)
    return render(request, "scoring/judge/recuse.html", context)


def _declare(sheet: ScoreSheet, reason: str, actor: User) -> None:
    declare_recusal(entry=sheet.entry, seat=sheet.seat, reason=reason, actor=actor, now=timezone.now())
