"""A reviewer's pages: own works of a round, one work with its score form, its files, and ties to declare."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.access import or_404
from core.exceptions import DomainError
from core.files import file_response
from scoring.exceptions import CommentsChanged
from scoring.models import Round, ScoreSheet
from scoring.rendering import progress_bar
from scoring.selectors import judge_queue
from scoring.selectors.pages import own_sheets
from scoring.selectors.reviews import sheet_comments
from scoring.services import save_comments
from scoring.views.asking import wants_json
from scoring.views.sheet_page import sheet_context
from works.forms.comments import CommentsForm
from works.forms.review import OwnTiesForm
from works.models import Admission
from works.permissions import can_declare_ties, can_review, can_see_exhibit
from works.selectors.exhibits import admitted, exhibit_files, exhibit_rows, facts_of, file_name, review_sheets
from works.selectors.review_queue import (
    chosen_lines,
    own_seat,
    own_ties,
    review_queue,
    reviewed_rounds,
    works_to_declare,
)
from works.services.ties import declare_ties
from works.views.review_loading import actor_of

LINES_SHOWN, TIES_SHOWN = 100, 50


@require_safe
def works(request: HttpRequest, pk: int) -> HttpResponse:
    """The reviewer's own works of a round, with progress and deadline."""
    row = get_object_or_404(reviewed_rounds(), round=pk)
    user = actor_of(request)
    seat = own_seat(user, row.round)
    or_404(seat is not None)
    queue = review_queue(user, row.round)
    show, wanted = request.GET.get("show", ""), request.GET.get("q", "")
    page = Paginator(chosen_lines(queue.lines, show, wanted), LINES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "round": row.round,
        "seat": seat,
        "queue": queue,
        "page": page,
        "show": show,
        "q": wanted,
        "meter": progress_bar(queue.done, queue.of, label=f"已提交 {queue.done}，共 {queue.of}"),
        "overdue": bool(row.round.due_at and row.round.due_at < timezone.now() and queue.owed),
        "may_declare": can_declare_ties(user, row),
    }
    return render(request, "works/judge_works.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One work: what there is to watch or read, and the score form, which saves like any sheet; a POST keeps the
    comments, answered as JSON to the page's script."""
    user = actor_of(request)
    or_404(can_review(user, pk, code))
    admission = _admission(pk, code)
    mine = review_sheets(user, pk, code).values("pk")
    sheets = list(own_sheets(user).filter(pk__in=mine).order_by("segment", "pk"))
    sheet = next((each for each in sheets if str(each.pk) == request.GET.get("sheet")), sheets[0])
    stored = sheet_comments(sheet)
    form = CommentsForm(request.POST or None, initial=_comments(stored.version, stored.to_office, stored.to_author))
    conflict = None
    if request.method == "POST":
        answer, conflict = _keep_comments(request, sheet, form)
        if answer is not None:
            return answer
    context = sheet_context(sheet, judge_queue(user, sheet.entry.round), None)
    is_open = sheet.entry.round.state == Round.State.OPEN
    blind = admission.work.kind.is_blind
    context |= {
        "work": admission.work,
        "blind": blind,
        "facts": facts_of(admission.work),
        "files": exhibit_files(admission.work, admission.entry) if is_open else [],
        "link": "" if blind or not is_open else admission.work.url,
        "is_open": is_open,
        "others": [each for each in sheets if each.pk != sheet.pk],
        "comments": form,
        "conflict": conflict,
        "terms": _terms(sheet.entry.round),
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "works/judge_work.html", context, status=status)


def _keep_comments(
    request: HttpRequest, sheet: ScoreSheet, form: CommentsForm
) -> tuple[HttpResponse | None, CommentsChanged | None]:
    """The answer to a save of comments; None where the page is shown again with what was typed."""
    conflict = None
    if form.is_valid():
        try:
            kept = save_comments(
                sheet_id=sheet.pk,
                to_office=form.cleaned_data["to_office"],
                to_author=form.cleaned_data["to_author"],
                base_version=form.cleaned_data["seen"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except CommentsChanged as changed:
            conflict = changed
            form.add_error(None, changed.message)
        except DomainError as refused:
            form.refuse(refused.message, getattr(refused, "errors", {}))
        else:
            if wants_json(request):
                return JsonResponse({"outcome": "saved", "version": kept.version, "message": "意见已保存"}), None
            messages.success(request, "意见已保存。")
            return redirect(f"{request.path}?sheet={sheet.pk}"), None
    if wants_json(request):
        said = [str(error) for errors in form.errors.values() for error in errors]
        message = "；".join(said) or "意见没有保存，请刷新页面。"
        return JsonResponse({"outcome": "refused", "message": message}, status=409 if conflict else 422), None
    if conflict is not None:
        form.saw(conflict.version)
    return None, conflict


def _comments(version: int, to_office: str, to_author: str) -> dict[str, Any]:
    return {"seen": version, "to_office": to_office, "to_author": to_author}


def _terms(round: Round) -> str:
    """Outside which totals a comment to the office is required, in words."""
    parts = []
    if round.comment_below is not None:
        parts.append(f"低于 {round.comment_below.normalize():f} 分")
    if round.comment_above is not None:
        parts.append(f"高于 {round.comment_above.normalize():f} 分")
    return f"总分{'或'.join(parts)}的，须写给组委会的意见才能提交。" if parts else ""


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def work_file(request: HttpRequest, pk: int, code: str, requirement: int) -> HttpResponseBase:
    """A file of the work, in ranges, under the work's code; of a blind kind the copy without metadata, or nothing."""
    or_404(can_see_exhibit(actor_of(request), pk, code))
    admission = _admission(pk, code)
    row = get_object_or_404(exhibit_rows(admission.work), requirement=requirement)
    blind = admission.work.kind.is_blind
    name = file_name(admission.entry, row.requirement, row.format)
    response = file_response(row.clean_path if blind else row.path, name, request=request, inline=True)
    if blind:
        # When a file came in says something of whose it is (pitfall 15).
        del response["Last-Modified"], response["ETag"]
    if row.format == "pdf":
        # The browser's own viewer shows it in a frame of the work's page; a PDF never runs as a page of ours.
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ties(request: HttpRequest, pk: int) -> HttpResponse:
    """Which works the reviewer is tied to, asked before they are assigned; never of a blind kind."""
    row = get_object_or_404(reviewed_rounds(), round=pk)
    user = actor_of(request)
    or_404(can_declare_ties(user, row))
    wanted = request.GET.get("q", "")
    found = works_to_declare(pk, wanted)
    form = OwnTiesForm(request.POST or None, admissions=works_to_declare(pk))
    if form.is_valid() and _declared(request, user, form):
        return redirect("judge_work_ties", pk)
    page = Paginator(found, TIES_SHOWN).get_page(request.GET.get("page"))
    known = own_ties(user, pk)
    context = {
        "row": row,
        "round": row.round,
        "form": form,
        "page": page,
        "q": wanted,
        "lines": [(each, known.get(each.work_id, "")) for each in page],
        "chosen": set(request.POST.getlist("works")) if form.errors else set(),
    }
    return render(request, "works/judge_ties.html", context)


def _declared(request: HttpRequest, user: User, form: OwnTiesForm) -> bool:
    given: Any = form.cleaned_data["works"]
    try:
        made = declare_ties(
            works=[each.work for each in given],
            judge=user,
            reason=form.cleaned_data["reason"],
            actor=user,
            now=timezone.now(),
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return False
    messages.success(request, f"已登记 {len(made)} 件，分派时会避开。")
    return True


def _admission(pk: int, code: str) -> Admission:
    return get_object_or_404(admitted(pk, code).prefetch_related("work__authors"))
