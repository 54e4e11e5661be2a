"""What an author sees of his own works: the list, a new one, and each work (works.views.submitting)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import DomainError
from works import services
from works.models import Work
from works.selectors.submitting import open_selections, own_works, submission_window
from works.services import Missing
from works.views import files, submitting
from works.views.submitting import Place, actor_of, due_at, late_message

Status = Work.Status


@dataclass(frozen=True)
class Line:
    """One work of the list: what it lacks, what comes next, until when."""

    work: Work
    missing: list[Missing]
    words: str
    action: str
    is_urgent: bool
    due_at: object


@never_cache
@require_safe
def my_works(request: HttpRequest) -> HttpResponse:
    """Own works with their state and next step, and the selections that are open."""
    now = timezone.now()
    works = list(own_works(actor_of(request)))
    missing = services.missing_for(works)
    lines = [_line(work, missing[work.pk]) for work in works]
    lines.sort(key=lambda line: (line.work.status != Status.RETURNED, not line.is_urgent))
    calls = [(each, submission_window(each, now)) for each in open_selections(now) if each.individuals_may_submit]
    return render(request, "works/my_works.html", {"lines": lines, "calls": calls})


@never_cache
@require_http_methods(["GET", "POST"])
def my_work_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the kind; a tap begins a draft."""
    now = timezone.now()
    selection = get_object_or_404(open_selections(now), pk=pk)
    kinds = list(selection.kinds.order_by("order", "pk"))
    if request.method == "POST":
        chosen = next((kind for kind in kinds if str(kind.pk) == request.POST.get("kind")), None)
        if chosen is None:
            messages.error(request, "请选择作品类别。")
            return redirect("my_work_new", pk)
        try:
            actor = actor_of(request)
            work = services.start_work(kind=chosen, channel=Work.Channel.INDIVIDUAL, user=actor, actor=actor, now=now)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("my_work_new", pk)
        return redirect("my_work", work.pk)
    own = own_works(actor_of(request)).filter(selection=selection)
    context = {"selection": selection, "kinds": kinds, "window": submission_window(selection, now), "own": own}
    return render(request, "works/my_work_new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def my_work(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.work_page(request, _place(), _own(request, pk))


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.autosave_answer(request, _place(), _own(request, pk))


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.recall_answer(request, _place(), _own(request, pk))


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.withdraw_page(request, _place(), _own(request, pk))


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """申报回执: the number, when it came in, and what comes next."""
    work = _own(request, pk)
    if work.submitted_at is None:
        return redirect("my_work", pk)
    context = {"work": work, "missing": services.missing_items(work)}
    return render(request, "works/my_work_receipt.html", context)


@never_cache
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.history_page(request, _place(), _own(request, pk))


@never_cache
@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.printed_page(request, _place(), _own(request, pk))


@require_POST
def hand_in(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    return files.receive_file(request, _own(request, pk), requirement, back=reverse("my_work", args=[pk]))


@never_cache
@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    return files.send_file(request, _own(request, pk), file)


@require_POST
def take_back(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    return files.take_back(request, _own(request, pk), file, back=reverse("my_work", args=[pk]))


def _place() -> Place:
    return Place(
        prefix="my_work",
        base="base.html",
        back=reverse("my_works"),
        back_title="我的作品",
        context={"here": "my_works"},
    )


def _own(request: HttpRequest, pk: int) -> Work:
    """A work of the account; another's does not exist here."""
    return get_object_or_404(own_works(actor_of(request)), pk=pk)


def _line(work: Work, missing: list[Missing]) -> Line:
    """The one next step; what the office sent back comes before everything else."""
    now, facts = timezone.now(), [item for item in missing if item.code != "unsubmitted"]
    if work.status == Status.RETURNED:
        late = late_message(work, now)
        words, action, urgent = late or f"请改好后重新提交：{work.status_reason}", "去补正", not late
    elif work.status == Status.DRAFT:
        late = late_message(work, now)
        words, action, urgent = late or "还没有提交。", "查看草稿" if late else "继续填写", not late
    elif work.status == Status.SUBMITTED:
        words, action, urgent = "已提交，等待组委会形式审查；结果会发到“我的消息”。", "查看", bool(facts)
        if work.typed is not None:
            words, action, urgent = "有修改还没有提交；已提交的那一份仍然有效。", "继续修改", True
        elif facts:
            words, action = "已提交，还有材料没有齐，齐了才能受理。", "补齐"
    elif work.status == Status.ACCEPTED:
        words, action, urgent = "已受理，进入评审。", "查看", False
    else:
        words, action, urgent = work.status_reason, "查看", False
    return Line(work, missing, words, action, urgent, due_at(work))
