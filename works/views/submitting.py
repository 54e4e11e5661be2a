"""One work in the hands of whoever submits it, written once for the author's pages and the unit's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from core.exceptions import DomainError
from works import services
from works.exceptions import FieldFault, StaleWork, WorkFaulty, WorkRefused
from works.forms.submission import ReasonForm, WorkForm, row_words, units_to_choose
from works.models import Work
from works.services.columns import shown_fields
from works.services.declaration import NEWEST, TEXTS
from works.services.fields import FieldSpec, form_fields
from works.services.submissions import submission_record
from works.services.typed import moved_rows, typed_rows, with_rows
from works.services.window import refuse_late
from works.views.files import file_lines

Status = Work.Status


@dataclass(frozen=True)
class Place:
    """Who looks at a work: its author (`my_work`) or its unit (`unit_work`), and the page's frame."""

    prefix: str
    base: str
    back: str
    back_title: str
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_authors(self) -> bool:
        return self.prefix == "my_work"

    def address(self, work: Work, act: str = "", *more: int) -> str:
        return reverse(f"{self.prefix}_{act}" if act else self.prefix, args=[work.pk, *more])

    def addresses(self, work: Work) -> dict[str, str]:
        acts = ("", "autosave", "recall", "withdraw", "form", "history")
        return {act or "page": self.address(work, act) for act in acts}


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def work_page(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """The form as typed so far; once handed in, what was, with its state. `?edit` opens what was handed in again."""
    if request.method == "POST":
        return _receive(request, place, work)
    if work.status in Work.EDITABLE or (may_change(work, timezone.now()) and _is_being_edited(request, work)):
        return form_page(request, place, work, _form_of(place, work))
    return state_page(request, place, work)


def autosave_answer(request: HttpRequest, place: Place, work: Work) -> JsonResponse:
    """Saving for the page's own script: what was kept, as JSON; 409 where it was not, and why."""
    try:
        saved = _keep(request, work, WorkForm.sent(work.kind, request.POST))
    except StaleWork as stale:
        return JsonResponse({"state": "conflict", "message": stale.message, "version": stale.version}, status=409)
    except DomainError as refused:
        return JsonResponse({"state": "refused", "message": refused.message}, status=409)
    return JsonResponse({"state": "saved", "version": saved.version, "at": f"{timezone.localtime():%H:%M}"})


def recall_answer(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """撤回提交: a draft again."""
    try:
        services.recall_work(work=work, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已撤回，现在是草稿。改好后请记得重新提交。")
    return redirect(place.address(work))


def withdraw_page(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """不参加了: a draft that was never submitted goes without a trace, anything else with a reason, for good."""
    form = ReasonForm(request.POST or None)
    may_delete = work.status == Status.DRAFT and work.submitted_at is None and not work.files.exists()
    if request.method == "POST" and request.POST.get("act") == "delete":
        try:
            services.delete_draft(work=work, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(place.address(work, "withdraw"))
        messages.success(request, "草稿已删除。")
        return redirect(place.back)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.withdraw_work(work=work, reason=reason, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"已办理退出：{work.title or '这件作品'}。")
            return redirect(place.back)
    context = {**_frame(place, work), "form": form, "may_delete": may_delete}
    return render(request, "works/submit_withdraw.html", context)


def history_page(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """Everything that was handed in, the newest first: replaced, never overwritten."""
    entries = []
    for one in work.submissions.select_related("submitted_by").order_by("-number"):
        record = submission_record(one)
        texts = record["texts"]
        rows = [("作者", row_words(texts, "authors")), ("ISBN", row_words(texts, "volumes"))]
        shown = [row for row in [*shown_fields(work.kind, texts), *rows] if row[1]]
        entries.append({"submission": one, "rows": shown, "files": record["files"]})
    files = work.files.select_related("requirement").order_by("-pk")
    context = {**_frame(place, work), "entries": entries, "files": files}
    return render(request, "works/submit_history.html", context)


def printed_page(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """推荐表 filled in as typed so far, to print, sign, stamp and scan."""
    texts = services.typed_values(work)
    long = {spec.label for spec in _long_fields(work)}
    shown = shown_fields(work.kind, texts)
    context = {
        **_frame(place, work),
        "rows": [row for row in shown if row[0] not in long],
        "texts": [row for row in shown if row[0] in long],
        "authors": typed_rows(texts, "authors"),
        "isbns": row_words(texts, "volumes"),
        "declaration": TEXTS[work.declared_version or NEWEST],
        "printed_at": timezone.now(),
    }
    return render(request, "works/submit_form.html", context)


def may_change(work: Work, now: datetime) -> bool:
    """Whether whoever submits a work may still change what it holds."""
    if work.status not in (*Work.EDITABLE, Status.SUBMITTED):
        return False
    return not late_message(work, now)


def late_message(work: Work, now: datetime) -> str:
    """Why a work cannot be handed in at this moment; empty while it can."""
    try:
        refuse_late(work, now)
    except WorkRefused as refused:
        return refused.message
    return ""


def due_at(work: Work) -> datetime | None:
    """Until when whoever submits may still act."""
    if work.status == Status.RETURNED:
        return work.completion_due_at
    return work.selection.closes_at if work.status in (Status.DRAFT, Status.SUBMITTED) else None


def form_page(
    request: HttpRequest,
    place: Place,
    work: Work,
    form: WorkForm,
    *,
    conflict: Sequence[tuple[str, str, str]] = (),
    version: int | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form, what is still missing, and a place for each file."""
    now = timezone.now()
    context = {
        **_frame(place, work),
        "form": form,
        "faults": form.fault_lines(),
        "error": error,
        "conflict": conflict,
        "base_version": work.version if version is None else version,
        "missing": services.missing_items(work),
        "files": file_lines(work, lambda requirement: place.address(work, "hand_in", requirement)),
        "late": late_message(work, now) if work.status in (*Work.EDITABLE, Status.SUBMITTED) else "",
        "due_at": due_at(work),
        "may_edit": work.status in Work.EDITABLE or may_change(work, now),
        "may_change_files": may_change(work, now),
        "declaration": TEXTS[NEWEST],
    }
    return render(request, "works/submit_work.html", context, status=status)


def state_page(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """What was handed in, where it stands, what the office said, and what may still be done."""
    now = timezone.now()
    texts = services.typed_values(work)
    context = {
        **_frame(place, work),
        "rows": shown_fields(work.kind, texts),
        "authors": row_words(texts, "authors"),
        "isbns": row_words(texts, "volumes"),
        "missing": services.missing_items(work),
        "files": file_lines(work, lambda requirement: place.address(work, "hand_in", requirement)),
        "decisions": work.decisions.exclude(act="reopen").order_by("-pk"),
        "may_change": may_change(work, now) and work.status == Status.SUBMITTED,
        "may_change_files": may_change(work, now),
        "due_at": due_at(work),
        "has_left": work.status in Work.LEFT,
        "submission_count": work.submissions.count(),
    }
    return render(request, "works/submit_state.html", context)


def _receive(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    """Keep what was typed, then do what the button says: a row more or less, hand in, or nothing more."""
    form = WorkForm.sent(work.kind, request.POST, _units(place))
    act = request.POST.get("act", "save")
    if act == "discard":
        return _discard(request, place, work)
    rows, _, move = act.partition(":")
    if rows in ("authors", "volumes"):
        form = WorkForm(work.kind, _with_moved(form.typed, rows, move), units=form.units)
    try:
        saved = _keep(request, work, form)
    except StaleWork as stale:
        conflict = form.differences(stale.stored, stale.typed)
        return form_page(request, place, work, form, conflict=conflict, version=stale.version, status=409)
    except DomainError as refused:
        return form_page(request, place, work, form, error=refused.message, status=409)
    if rows in ("authors", "volumes"):
        return redirect(f"{place.address(work)}?edit#part-{rows}")
    if act != "submit":
        words = "修改已保存，还没有提交；已提交的那一份仍然有效。" if work.submitted_at else "草稿已保存，还没有提交。"
        messages.success(request, words)
        return redirect(f"{place.address(work)}?edit")
    return _submit(request, place, saved, form)


def _discard(request: HttpRequest, place: Place, work: Work) -> HttpResponse:
    try:
        services.discard_changes(work=work, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已放弃修改，已提交的那一份没有变。")
    return redirect(place.address(work))


def _submit(request: HttpRequest, place: Place, work: Work, form: WorkForm) -> HttpResponse:
    try:
        services.submit_work(work=work, seen=work.version, actor=actor_of(request), now=timezone.now())
    except WorkFaulty as refused:
        found: list[FieldFault] = refused.faults
        return form_page(request, place, work, WorkForm(work.kind, form.typed, found, form.units))
    except DomainError as refused:
        return form_page(request, place, work, form, error=refused.message, status=409)
    if place.is_authors:
        return redirect("my_work_receipt", work.pk)
    messages.success(request, "已提交，等待组委会形式审查。")
    return redirect(place.address(work))


def _keep(request: HttpRequest, work: Work, form: WorkForm) -> Work:
    text = request.POST.get("base_version", "")
    seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    return services.save_draft(work=work, typed=form.typed, seen=seen, actor=actor_of(request), now=timezone.now())


def _with_moved(typed: Mapping[str, str], rows: Any, move: str) -> dict[str, str]:
    """The draft after a row's button: `add`, `remove-2`, `up-2`, `down-2`."""
    name, _, number = move.partition("-")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    return with_rows(typed, rows, moved_rows(typed_rows(typed, rows), name, place))


def _is_being_edited(request: HttpRequest, work: Work) -> bool:
    return work.status == Status.SUBMITTED and ("edit" in request.GET or work.typed is not None)


def _form_of(place: Place, work: Work) -> WorkForm:
    return WorkForm(work.kind, services.typed_values(work), units=_units(place))


def _units(place: Place) -> list[Unit]:
    return units_to_choose() if place.is_authors else []


def _long_fields(work: Work) -> list[FieldSpec]:
    return [spec for spec in form_fields(work.kind) if spec.shape == "long"]


def _frame(place: Place, work: Work) -> dict[str, Any]:
    return {**place.context, "place": place, "work": work, "pages": place.addresses(work)}
