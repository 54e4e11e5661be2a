"""One work before the office: what was handed in beside what the machine found, and the decision (形式审查)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from core.files import file_response
from core.files.naming import name_by_rule
from core.text.masks import mask_phone
from works.forms.screening import DecisionForm, RevealForm, ScreeningAct, usual_due_at
from works.models import Selection, Work, WorkFile
from works.services.columns import content_texts, shown_fields
from works.services.exports import record_export
from works.services.file_names import name_parts
from works.services.missing import content_of
from works.services.quotas import set_outside_quota
from works.services.screening import ScreeningOutcome, accept_works, refuse_works, reopen_works, return_works
from works.services.work_list import ListFilter, ListRow, list_rows, work_ids
from works.views.office_loading import actor_of, load_work, load_work_file

HIDDEN = ("phone", "email", "details.address")
# A browser shows these in place (core.files.serving); anything else is only ever saved.
VIEWED = ("jpg", "png", "mp4", "mov")


@dataclass(frozen=True)
class Line:
    """One thing that happened to a work."""

    at: datetime
    what: str
    who: str
    words: str = ""
    due_at: datetime | None = None


@require_safe
def work(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was handed in, beside what the machine found; the list's filter stays, for going from one to the next."""
    return _page(request, load_work(request, slug, pk))


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One decision on the work as it was seen; back to the page, which then shows it."""
    row = load_work(request, slug, pk)
    act = request.POST.get("act", "")
    if act not in ScreeningAct.values:
        return redirect("organise_work", slug, pk)
    form = _form(row, act, data=request.POST)
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        form.add_error(None, "这一页太旧了，请重新打开再办理。")
    if not form.is_valid():
        return _page(request, row, opened=form)
    try:
        outcome = carry_out(act, [row], {row.pk: int(version)}, form.cleaned_data, request)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _page(request, row, opened=form)
    if outcome.refused:
        row = load_work(request, slug, pk)
        if not _is_open(row, form.act):
            messages.error(request, outcome.refused[0][1])
            return redirect(_address(row, ListFilter.of(request.GET)))
        form.add_error(None, outcome.refused[0][1])
        return _page(request, row, opened=form)
    messages.success(request, f"《{row.title or '未填题名'}》：{ScreeningAct(act).label}，已办好。")
    return redirect(_address(row, ListFilter.of(request.GET)))


@require_POST
def reveal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The contacts in full, once, for a purpose that is recorded."""
    row = load_work(request, slug, pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, row, reveal_form=form)
    try:
        record_export(
            selection=row.selection,
            count=1,
            reason=form.cleaned_data["purpose"],
            actor=actor_of(request),
            now=timezone.now(),
        )
    except DomainError as refused:
        form.add_error("purpose", refused.message)
        return _page(request, row, reveal_form=form)
    return _page(request, row, full=True)


@require_safe
def work_file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A file of a work, with ranges for the player; `?view` shows it in place where that is safe, `?poster` a still."""
    file = load_work_file(request, slug, pk)
    if "poster" in request.GET and file.poster_path:
        return file_response(file.poster_path, "poster.jpg", request=request, inline=True)
    parts = name_parts(file.work, material=file.requirement.title)
    name = name_by_rule(file.work.selection.file_name_rule, parts, extension=file.format)
    return file_response(file.path, name, request=request, inline="view" in request.GET)


def carry_out(
    act: str, works: list[Work], seen: Mapping[int, int], typed: Mapping[str, Any], request: HttpRequest
) -> ScreeningOutcome:
    """One act of the list's menu on works as they were seen."""
    shared: dict[str, Any] = {"works": works, "seen": seen, "actor": actor_of(request), "now": timezone.now()}
    reason = typed.get("reason", "")
    if act == ScreeningAct.ACCEPT:
        return accept_works(**shared, reason=reason, answered=typed.get("answered", ()))
    if act == ScreeningAct.RETURN:
        return return_works(**shared, reason=reason, due_at=typed["due_at"])
    if act == ScreeningAct.REFUSE:
        return refuse_works(**shared, reason=reason)
    if act == ScreeningAct.REOPEN:
        return reopen_works(**shared, reason=reason)
    return set_outside_quota(**shared, outside=act == ScreeningAct.OUTSIDE, reason=reason)


def _page(
    request: HttpRequest,
    row: Work,
    *,
    opened: DecisionForm | None = None,
    reveal_form: RevealForm | None = None,
    full: bool = False,
) -> HttpResponse:
    selection = row.selection
    chosen = ListFilter.of(request.GET)
    listed = list_rows(selection, Work.objects.filter(pk=row.pk))[0]
    acts = [act for act in ScreeningAct if _is_open(row, act)]
    forms = {act.value: _form(row, act, listed=listed) for act in acts}
    if opened is not None:
        forms[opened.act.value] = opened
    context = {
        "edition": selection.edition,
        "here": "works",
        "selection": selection,
        "work": row,
        "row": listed,
        "chosen": chosen,
        "query": f"?{chosen.query}" if chosen.query else "",
        **_neighbours(selection, chosen, row),
        "fields": _shown(row, full=full),
        "full": full,
        "reveal_form": reveal_form or RevealForm(),
        "files": _files(row),
        "history": _history(row),
        "forms": [(act, act.label, forms[act.value], act != ScreeningAct.ACCEPT) for act in acts],
        "opened": opened.act.value if opened else "",
        "papers": list(row.paper_copies.select_related("recorded_by").order_by("pk")) if row.kind.paper_copies else [],
    }
    return render(request, "works/organise_work.html", context)


def _form(row: Work, act: str, *, data: Any = None, listed: ListRow | None = None) -> DecisionForm:
    found = listed or list_rows(row.selection, Work.objects.filter(pk=row.pk))[0]
    return DecisionForm(
        data,
        act=act,
        forms_asked=[row.kind.form],
        has_faults=found.level == "fault",
        initial={"due_at": timezone.localtime(usual_due_at(timezone.now()))},
        auto_id=f"id_{act}_%s",
    )


def _is_open(row: Work, act: ScreeningAct) -> bool:
    moves = Work.MOVES[Work.Status(row.status)]
    if act == ScreeningAct.ACCEPT:
        return Work.Status.ACCEPTED in moves
    if act == ScreeningAct.RETURN:
        return Work.Status.RETURNED in moves
    if act == ScreeningAct.REFUSE:
        return Work.Status.REFUSED in moves
    if act == ScreeningAct.REOPEN:
        return row.status == Work.Status.REFUSED
    if row.status in Work.LEFT:
        return False
    limited = row.kind.unit_quota is not None or row.kind.author_quota is not None
    return row.outside_quota if act == ScreeningAct.INSIDE else limited and not row.outside_quota


def _address(row: Work, chosen: ListFilter) -> str:
    address = reverse("organise_work", args=[row.selection.edition.slug, row.pk])
    return f"{address}?{chosen.query}" if chosen.query else address


def _neighbours(selection: Selection, chosen: ListFilter, row: Work) -> dict[str, Any]:
    """The work's place in the list that one comes from, and what stands before and after it."""
    keys = work_ids(selection, chosen)
    if row.pk not in keys:
        return {"count": len(keys)}
    place = keys.index(row.pk)
    return {
        "count": len(keys),
        "place": place + 1,
        "before": keys[place - 1] if place else None,
        "after": keys[place + 1] if place + 1 < len(keys) else None,
    }


def _shown(row: Work, *, full: bool) -> list[tuple[str, str]]:
    """Label and text of all that was filled in; contacts masked unless somebody asked for them."""
    texts = content_texts(content_of(row))
    if not full:
        texts = {
            name: (mask_phone(text) if name == "phone" else "（已遮盖）") if name in HIDDEN else text
            for name, text in texts.items()
        }
    return shown_fields(row.kind, texts)


def _files(row: Work) -> list[dict[str, Any]]:
    """Each file that is asked for, with what came; a superseded one only in the history."""
    current = {
        file.requirement_id: file for file in row.files.filter(superseded_at__isnull=True).select_related("requirement")
    }
    asked = [(each, current.get(each.pk)) for each in row.kind.file_requirements.order_by("order", "pk")]
    return [
        {"requirement": each, "file": file, "viewed": file is not None and file.format in VIEWED}
        for each, file in asked
    ]


def _history(row: Work) -> list[Line]:
    """Everything that happened to the work, newest first."""
    lines = [Line(row.created_at, "登记", row.registered_by.name if row.registered_by else "")]
    for each in row.submissions.select_related("submitted_by"):
        lines.append(Line(each.submitted_at, f"第 {each.number} 次提交", each.submitted_by.name))
    for made in row.decisions.select_related("decided_by"):
        lines.append(Line(made.decided_at, made.get_act_display(), made.decided_by.name, made.reason, made.due_at))
    old = WorkFile.objects.filter(work=row, superseded_at__isnull=False).select_related("requirement", "uploaded_by")
    for file in old:
        assert file.superseded_at is not None
        words = f"{file.original_name}，{file.size} 字节"
        lines.append(Line(file.superseded_at, f"更换或撤下“{file.requirement.title}”", file.uploaded_by.name, words))
    return sorted(lines, key=lambda line: line.at, reverse=True)
