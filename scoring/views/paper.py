"""Marks from paper (pitfall 25): typed by one account, typed again by another, at the desk or in the hall."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.access import or_404
from scoring.forms.judging import MarksForm, criterion_controls, new_submission_id
from scoring.models import PaperEntry, Round, ScoreSheet
from scoring.permissions import can_type_paper
from scoring.selectors.pages import open_papers, paper_sheets
from scoring.services import confirm_paper_marks, discard_paper_marks, type_paper_marks
from scoring.views.acting import perform, perform_plain
from scoring.views.asking import asker
from scoring.views.loading import load_round, load_sheet
from scoring.views.sheet_page import segment_of


@require_http_methods(["GET", "HEAD"])
def organise_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Which sheets are still to come, from the organiser's workspace."""
    return _list(request, load_round(slug, pk), in_hall=False)


@require_http_methods(["GET", "HEAD"])
def hall_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list at the clerks' table."""
    round = get_object_or_404(Round.objects.select_related("edition", "rulebook", "panel"), pk=pk)
    return _list(request, round, in_hall=True)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_paper_sheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Type one paper sheet, or confirm it, from the organiser's workspace."""
    return _sheet(request, load_sheet(slug, pk), in_hall=False)


@require_http_methods(["GET", "HEAD", "POST"])
def hall_paper_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same at the clerks' table."""
    related = ("seat__judge", "current", "entry__round__edition", "entry__round__rulebook")
    return _sheet(request, get_object_or_404(ScoreSheet.objects.select_related(*related), pk=pk), in_hall=True)


def _address(sheet_id: int, round: Round, *, in_hall: bool) -> str:
    if in_hall:
        return reverse("hall_paper_sheet", args=[sheet_id])
    return reverse("organise_paper_sheet", args=[round.edition.slug, sheet_id])


def _frame(round: Round, *, in_hall: bool) -> dict[str, Any]:
    """The page around it: the hall's has no organiser's menu."""
    name, args = ("hall_paper", [round.pk]) if in_hall else ("organise_paper", [round.edition.slug, round.pk])
    return {
        "frame": "scoring/hall/frame.html" if in_hall else "scoring/organise/frame.html",
        "in_hall": in_hall,
        "back": reverse(name, args=args),
        "edition": round.edition,
        "here": "contest",
        "round": round,
    }


def _list(request: HttpRequest, round: Round, *, in_hall: bool) -> HttpResponse:
    user = asker(request)
    or_404(can_type_paper(user, round))
    papers = open_papers(round)
    lines: dict[str, dict[str, Any]] = {}
    for sheet in paper_sheets(round):
        line = lines.setdefault(sheet.entry.code, {"code": sheet.entry.code, "title": sheet.entry.title, "sheets": []})
        line["sheets"].append(
            {
                "sheet": sheet,
                "address": _address(sheet.pk, round, in_hall=in_hall),
                "words": _words(papers.get(sheet.pk), user),
            }
        )
    context = _frame(round, in_hall=in_hall) | {"lines": list(lines.values()), "waiting": len(papers)}
    return render(request, "scoring/paper/list.html", context)


def _words(paper: PaperEntry | None, user: User) -> str:
    if paper is None:
        return ""
    return "等他人复核" if paper.typed_by_id == user.pk else "请复核"


def _sheet(request: HttpRequest, sheet: ScoreSheet, *, in_hall: bool) -> HttpResponse:
    user, round = asker(request), sheet.entry.round
    or_404(can_type_paper(user, round))
    frame = _frame(round, in_hall=in_hall)
    paper = open_papers(round).get(sheet.pk)
    if request.method == "POST" and request.POST.get("act") == "discard" and paper:
        perform_plain(request, lambda: _discard(paper, user))
        return redirect(_address(sheet.pk, round, in_hall=in_hall))
    confirming = paper is not None and paper.typed_by_id != user.pk
    form = MarksForm(request.POST or None, segment=segment_of(sheet), complete=True)
    if request.method == "POST":
        done = _confirm(request, form, paper, user) if confirming and paper else _type(request, form, sheet, user)
        if done:
            return redirect(frame["back"])
    context = frame | {
        "sheet": sheet,
        "entry": sheet.entry,
        "paper": paper,
        "confirming": confirming,
        "form": form,
        "controls": criterion_controls(form.segment, form.typed if form.is_bound else {}, form.mark_errors),
        "submission_id": new_submission_id(),
        "crumb": f"{sheet.entry.code} 号纸质评分",
    }
    return render(request, "scoring/paper/sheet.html", context)


def _type(request: HttpRequest, form: MarksForm, sheet: ScoreSheet, user: User) -> bool:
    def act(given: dict[str, Any]) -> str:
        type_paper_marks(
            sheet=sheet, marks=form.typed, submission_id=given["submission_id"], actor=user, now=timezone.now()
        )
        return f"{sheet.entry.code} 号评委 {sheet.seat.number} 号已录入，等另一个账号复核后计入。"

    return perform(request, form, act)


def _confirm(request: HttpRequest, form: MarksForm, paper: PaperEntry, user: User) -> bool:
    """Typed again without seeing the first typing."""

    def act(given: dict[str, Any]) -> str:
        outcome = confirm_paper_marks(paper=paper, marks=form.typed, actor=user, now=timezone.now())
        return f"两次录入一致，已计入：{outcome.total} 分。"

    return perform(request, form, act)


def _discard(paper: PaperEntry, user: User) -> str:
    discard_paper_marks(paper=paper, actor=user, now=timezone.now())
    return "这次录入已作废，可以重新录入。"
