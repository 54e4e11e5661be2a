"""评审 of a kind: setting it up, who reviews what, how far everybody is."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import DomainError
from scoring.models import Panel, Round, ScoreSheet, Seat
from scoring.rendering import progress_bar
from scoring.selectors import lock_blockers, open_blockers
from scoring.services import ReviewTerms, set_review_terms
from works.forms.review import SetUpForm, TermsForm, TieForm
from works.models import Admission, KindRound, Reminder
from works.selectors.assignments import AssignmentTable, Load, assignment_table
from works.selectors.exhibits import uncleaned_works
from works.services.admission import follow_works, waiting_works
from works.services.reminders import remind_reviewers
from works.services.reviewing import add_reviewer, assign_reviews, change_reviewer
from works.services.rounds import set_up_review
from works.services.ties import declare_ties
from works.views.review_loading import actor_of, load_kind, load_kind_round

ENTRIES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A kind's review: set up first, then its next step, progress and reminders."""
    kind = load_kind(request, slug, pk)
    row: KindRound | None = getattr(kind, "kind_round", None)
    if row is None:
        return _set_up(request, slug, kind)
    row.round.edition = kind.selection.edition
    row.round.rulebook = kind.selection.rulebook
    form = TermsForm(request.POST or None, initial=_terms_of(row.round))
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            terms = ReviewTerms(**form.cleaned_data)
            set_review_terms(round=row.round, terms=terms, actor=actor_of(request), now=timezone.now())
            return "评审期限和写意见的要求已保存。"

        if _done(request, form, act):
            return redirect("organise_kind_review", slug, pk)
    return render(request, "works/organise_review.html", _review_context(row, form))


def _set_up(request: HttpRequest, slug: str, kind: Any) -> HttpResponse:
    edition = kind.selection.edition
    form = SetUpForm(request.POST or None, panels=Panel.objects.filter(edition=edition).order_by("pk"))
    if form.is_valid():

        def act() -> str:
            round = set_up_review(kind=kind, **form.cleaned_data, actor=actor_of(request), now=timezone.now())
            return f"“{round.title}”已设置，{round.entries.count()} 件作品进入评审。"

        if _done(request, form, act):
            return redirect("organise_kind_review", slug, kind.pk)
    context = {
        "edition": edition,
        "selection": kind.selection,
        "kind": kind,
        "here": "selection",
        "form": form,
        "accepted": waiting_works(kind).count(),
        "panels": Panel.objects.filter(edition=edition).exists(),
    }
    return render(request, "works/organise_review_new.html", context)


def _review_context(row: KindRound, form: forms.Form) -> dict[str, Any]:
    round, kind = row.round, row.kind
    table = assignment_table(round)
    is_draft, is_open = round.state == Round.State.DRAFT, round.state == Round.State.OPEN
    blockers = open_blockers(round) if is_draft else lock_blockers(round) if is_open else []
    today = timezone.localdate()
    reminded = dict(Reminder.objects.filter(round=round).order_by("pk").values_list("judge_id", "sent_on"))
    return {
        "edition": kind.selection.edition,
        "selection": kind.selection,
        "kind": kind,
        "round": round,
        "here": "selection",
        "form": form,
        "table": table,
        "blockers": [each for each in blockers if each.blocks],
        "warnings": [each for each in blockers if not each.blocks],
        "waiting": waiting_works(kind).count() if round.state != Round.State.LOCKED else 0,
        "uncleaned": uncleaned_works(kind) if round.state != Round.State.LOCKED else [],
        "short": sum(line.count < kind.reviews_each for line in table.entries),
        "done": sum(load.done for load in table.loads),
        "owing": sum(load.done < load.of for load in table.loads),
        "lines": [(load, reminded.get(load.seat.judge_id), _progress(load)) for load in table.loads],
        "reminded_today": sum(day == today for day in reminded.values()),
        "overdue": bool(is_open and round.due_at and round.due_at < timezone.now()),
    }


@require_POST
def follow(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Bring entries up to date with the works."""
    kind = load_kind(request, slug, pk)

    def act() -> str:
        done = follow_works(kind=kind, actor=actor_of(request), now=timezone.now())
        if done.locked:
            return f"{'、'.join(done.locked)} 号的作品已不在受理状态；成绩已封存，请在评审会页面登记“资格不符”。"
        if not done.changed:
            return "参评作品与受理情况一致，没有变化。"
        return f"新进入评审 {done.admitted} 件，退出 {done.taken_out} 件，恢复 {done.brought_back} 件。"

    _say(request, act)
    return redirect("organise_kind_review", slug, pk)


@require_POST
def remind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remind those who owe reviews."""
    row = load_kind_round(request, slug, pk)

    def act() -> str:
        done = remind_reviewers(round=row.round, actor=actor_of(request), now=timezone.now())
        if not done.sent:
            return f"{'、'.join(done.earlier)}今天已提醒过，没有重复发送。"
        again = f"；{'、'.join(done.earlier)}今天已提醒过" if done.earlier else ""
        return f"已提醒 {len(done.sent)} 位评审员：{'、'.join(done.sent)}{again}。"

    _say(request, act)
    return redirect("organise_kind_review", slug, row.kind_id)


@require_GET
def assignment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who reviews what, who may not and why; by the system or by hand."""
    return _assignment_page(request, load_kind_round(request, slug, pk))


@require_POST
def assign_all(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give every work the reviewers that it lacks."""
    row = load_kind_round(request, slug, pk)

    def act() -> str:
        seed = request.POST.get("seed", "")[:64]
        found = assign_reviews(round=row.round, seed=seed, actor=actor_of(request), now=timezone.now())
        short = "、".join(each.work for each in found.short)
        lacking = f"{short} 号可派的评审员不够，请增加席位。" if short else "每件作品的评审员都已派足。"
        compares = "评审员之间可以互相比较。" if found.connected else "评审员分成了几组，组与组之间没有共同评审的作品。"
        return f"新分派 {len(found.pairs)} 份。{lacking}{compares}"

    _say(request, act)
    return redirect("organise_review_assignment", slug, pk)


@require_POST
def reviewer_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One more reviewer of a work."""
    row = load_kind_round(request, slug, pk)
    entry = get_object_or_404(row.round.entries, pk=_key(request, "entry"))
    seat = get_object_or_404(Seat, pk=_key(request, "seat"), panel=row.round.panel_id)

    def act() -> str:
        add_reviewer(entry=entry, seat=seat, actor=actor_of(request), now=timezone.now())
        return f"{entry.code} 号已分派给{seat.judge.name}。"

    _say(request, act)
    return redirect(_back(request, slug, pk, entry.code))


@require_POST
def reviewer_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another reviewer, or none, instead of one; marks stay on record."""
    row = load_kind_round(request, slug, pk)
    sheets = ScoreSheet.objects.select_related("entry__round__edition", "seat__judge")
    sheet = get_object_or_404(sheets, pk=_key(request, "sheet"), entry__round=row.round)
    target = request.POST.get("seat", "")
    seat = get_object_or_404(Seat, pk=_key(request, "seat"), panel=row.round.panel_id) if target else None

    def act() -> str:
        change_reviewer(
            sheet=sheet,
            seat=seat,
            reason=request.POST.get("reason", ""),
            count_marks="count_marks" in request.POST,
            actor=actor_of(request),
            now=timezone.now(),
        )
        to = f"改派给{seat.judge.name}" if seat else "撤回分派"
        return f"{sheet.entry.code} 号：{sheet.seat.judge.name}的评审已{to}，已存的评分都留存。"

    _say(request, act)
    return redirect(_back(request, slug, pk, sheet.entry.code))


@require_POST
def tie_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A tie that the office knows of."""
    row = load_kind_round(request, slug, pk)
    form = _tie_form(row, request.POST)
    if form.is_valid():

        def act() -> str:
            given: Admission = form.cleaned_data["code"]
            seat = form.cleaned_data["seat"]
            declare_ties(
                works=[given.work],
                judge=seat.judge,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            return f"已登记：{seat.judge.name}与该作品有回避关系。分派时会避开；已经分派的，请在下面确认回避。"

        if _done(request, form, act):
            return redirect("organise_review_assignment", slug, pk)
    return _assignment_page(request, row, tie_form=form)


def _assignment_page(request: HttpRequest, row: KindRound, tie_form: TieForm | None = None) -> HttpResponse:
    table = assignment_table(row.round)
    entries = _filtered(request, row, table)
    page = Paginator(entries, ENTRIES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "edition": row.round.edition,
        "selection": row.kind.selection,
        "kind": row.kind,
        "round": row.round,
        "here": "selection",
        "table": table,
        "page": page,
        "titles": _titles(row, [line.entry.pk for line in page]),
        "show": request.GET.get("show", ""),
        "q": request.GET.get("q", ""),
        "least": min((load.of for load in table.loads), default=0),
        "most": max((load.of for load in table.loads), default=0),
        "loads": [(load, _progress(load)) for load in table.loads],
        "short": sum(line.count < row.kind.reviews_each for line in table.entries),
        "tie_form": tie_form or _tie_form(row),
        "proposed": row.round.state != Round.State.LOCKED and _proposed(row),
        "may_change": row.round.state != Round.State.LOCKED,
    }
    return render(request, "works/organise_assignment.html", context)


def _filtered(request: HttpRequest, row: KindRound, table: AssignmentTable) -> list[Any]:
    show, wanted = request.GET.get("show", ""), request.GET.get("q", "").strip().upper()
    entries = list(table.entries)
    if show == "short":
        entries = [line for line in entries if line.count < row.kind.reviews_each]
    elif show == "conflict":
        entries = [line for line in entries if line.barred]
    if wanted:
        entries = [line for line in entries if wanted in line.entry.code.upper() or wanted in line.entry.title.upper()]
    return entries


def _titles(row: KindRound, entries: list[int]) -> dict[int, str]:
    """The office sees titles of blind kinds too."""
    found = Admission.objects.filter(entry__in=entries).values_list("entry_id", "work__title")
    return dict(found)


def _proposed(row: KindRound) -> list[Any]:
    from_rows = row.round.entries.filter(recusals__state="proposed")
    return list(
        from_rows.values(
            "code", "recusals__pk", "recusals__reason", "recusals__seat__number", "recusals__seat__judge__name"
        )
    )


def _tie_form(row: KindRound, data: Any = None) -> TieForm:
    seats = Seat.objects.filter(panel=row.round.panel_id, removed_at__isnull=True).select_related("judge")
    return TieForm(data, seats=seats, round_id=row.round_id)


def _terms_of(round: Round) -> dict[str, Any]:
    return {
        "due_at": timezone.localtime(round.due_at) if round.due_at else None,
        "comment_below": round.comment_below,
        "comment_above": round.comment_above,
    }


def _progress(load: Load) -> SafeString:
    label = f"评审员 {load.seat.number} 号已交 {load.done}，共 {load.of}"
    return progress_bar(load.done, load.of, label=label, behind=load.done < load.of)


def _key(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _back(request: HttpRequest, slug: str, pk: int, code: str) -> str:
    from_page = request.POST.get("page", "")
    query = f"?page={from_page}" if from_page.isascii() and from_page.isdecimal() and len(from_page) < 7 else ""
    return f"{reverse('organise_review_assignment', args=[slug, pk])}{query}#entry-{code}"


def _say(request: HttpRequest, act: Callable[[], str]) -> None:
    try:
        messages.success(request, act())
    except DomainError as refused:
        messages.error(request, refused.message)


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], str]) -> bool:
    try:
        messages.success(request, act())
    except DomainError as refused:
        form.add_error(None, refused.message)
        return False
    return True
