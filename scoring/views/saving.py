"""Saving a sheet: one domain call, answered as a page without JavaScript and as JSON to the judge's script."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from core.exceptions import DomainError
from scoring.exceptions import MarksInvalid, SheetChanged
from scoring.forms.judging import MarksForm, criterion_controls, field_name, new_submission_id, sum_of_marks
from scoring.models import ScoreSheet
from scoring.selectors.pages import next_owed_sheet, own_sheets
from scoring.services import SaveOutcome, save_draft, submit_sheet
from scoring.views.asking import asker, wants_json
from scoring.views.sheet_page import Typed, segment_of, show_sheet

DRAFT, ASK, CONFIRM, EDIT = "draft", "submit", "confirm", "edit"


def answer_save(request: HttpRequest, sheet: ScoreSheet) -> HttpResponse:
    """Do what the button said: `draft` saves, `submit` asks once, `confirm` submits, `edit` goes back to the form."""
    act = request.POST.get("act") or ASK
    form = MarksForm(request.POST, segment=segment_of(sheet), complete=act in (ASK, CONFIRM))
    if act == EDIT:
        form.is_valid()
        return _back_to_form(request, sheet, form)
    if not form.is_valid():
        return _invalid(request, sheet, form)
    if act == ASK:
        return render(request, "scoring/judge/confirm.html", _carried(request, sheet, form))
    try:
        outcome = _save(request, sheet, form, act)
    except SheetChanged as conflict:
        return _conflict(request, sheet, form, act, conflict)
    except MarksInvalid as error:
        return _refused(request, sheet, form, error, error.errors, 422)
    except DomainError as error:
        return _refused(request, sheet, form, error, {}, 409)
    if outcome.kind == "late":
        return _late(request, sheet, form, outcome)
    return _saved(request, sheet, act, outcome)


def _save(request: HttpRequest, sheet: ScoreSheet, form: MarksForm, act: str) -> SaveOutcome:
    save = save_draft if act == DRAFT else submit_sheet
    return save(
        sheet_id=sheet.pk,
        marks=form.typed,
        submission_id=form.cleaned_data["submission_id"],
        base_version=form.cleaned_data["base_version"],
        actor=asker(request),
        now=timezone.now(),
    )


def _saved(request: HttpRequest, sheet: ScoreSheet, act: str, outcome: SaveOutcome) -> HttpResponse:
    here = reverse("judge_sheet", args=[sheet.pk])
    if act == DRAFT:
        if wants_json(request):
            return JsonResponse({"outcome": outcome.kind, "version": outcome.number, "message": "草稿已保存"})
        messages.success(request, f"{sheet.entry.code} 号：{outcome.message}")
        return redirect(here)
    following = next_owed_sheet(sheet)
    after = (
        reverse("judge_sheet", args=[following]) if following else reverse("judge_round", args=[sheet.entry.round_id])
    )
    messages.success(request, f"{sheet.entry.code} 号已提交：{outcome.total} 分")
    if wants_json(request):
        return JsonResponse({"outcome": outcome.kind, "version": outcome.number, "message": "已提交", "next": after})
    return redirect(after)


def _invalid(request: HttpRequest, sheet: ScoreSheet, form: MarksForm) -> HttpResponse:
    """Complaints beside the criteria; a page whose hidden fields are gone says so as a whole."""
    torn = "submission_id" in form.errors or "base_version" in form.errors
    message = "页面不完整，没有保存；请刷新页面后重新填写。" if torn else "有评分项没有填对，没有保存；请按提示改正。"
    if wants_json(request):
        return JsonResponse({"outcome": "invalid", "errors": form.mark_errors, "message": message}, status=422)
    return _back_to_form(request, sheet, form, message, status=422)


def _back_to_form(
    request: HttpRequest, sheet: ScoreSheet, form: MarksForm, message: str = "", status: int = 200
) -> HttpResponse:
    whole = _whole(request, sheet)
    return show_sheet(request, whole, Typed.of(form, whole, message), status=status)


def _whole(request: HttpRequest, sheet: ScoreSheet) -> ScoreSheet:
    """The sheet as a page needs it; what is saved without a page does without."""
    return own_sheets(asker(request)).get(pk=sheet.pk)


def _refused(
    request: HttpRequest, sheet: ScoreSheet, form: MarksForm, error: DomainError, errors: dict[str, str], status: int
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"outcome": "refused", "errors": errors, "message": error.message}, status=status)
    typed = Typed(form.typed, form.cleaned_data["base_version"], errors, error.message)
    return show_sheet(request, _whole(request, sheet), typed, status=status)


def _carried(request: HttpRequest, sheet: ScoreSheet, form: MarksForm) -> dict[str, Any]:
    """The typed marks, carried through the question."""
    sheet = _whole(request, sheet)
    return {
        "sheet": sheet,
        "entry": sheet.entry,
        "round": sheet.entry.round,
        "controls": criterion_controls(form.segment, form.typed),
        "total": sum_of_marks(form.segment, form.typed),
        "submission_id": form.cleaned_data["submission_id"],
        "base_version": form.cleaned_data["base_version"],
    }


def _late(request: HttpRequest, sheet: ScoreSheet, form: MarksForm, outcome: SaveOutcome) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"outcome": "late", "message": outcome.message})
    return render(request, "scoring/judge/late.html", {**_carried(request, sheet, form), "refusal": outcome.message})


def _conflict(
    request: HttpRequest, sheet: ScoreSheet, form: MarksForm, act: str, conflict: SheetChanged
) -> HttpResponse:
    """Both versions side by side (pitfalls 13, 20): what is stored, and what was just typed."""
    if wants_json(request):
        return JsonResponse({"outcome": "conflict", "message": conflict.message}, status=409)
    sheet = _whole(request, sheet)
    current, typed = sheet.current, form.typed
    lines = [
        {
            "title": each.title,
            "name": field_name(each.code),
            "saved": conflict.marks.get(each.code, ""),
            "typed": typed.get(each.code, ""),
            "differs": conflict.marks.get(each.code, "") != typed.get(each.code, ""),
        }
        for each in form.segment.criteria
    ]
    # A submitted sheet takes no drafts: then what was typed goes back to the form, to be finished and submitted.
    keep = EDIT if act == DRAFT and conflict.state == ScoreSheet.State.SUBMITTED else act
    context = {
        "sheet": sheet,
        "entry": sheet.entry,
        "round": sheet.entry.round,
        "lines": lines,
        "saved_total": sum_of_marks(form.segment, conflict.marks),
        "typed_total": sum_of_marks(form.segment, typed),
        "current_version": conflict.version,
        "saved_at": current.received_at if current else None,
        "saved_words": "由您保存" if current and current.author_id == asker(request).pk else "由工作人员录入",
        "submission_id": new_submission_id(),
        "act": keep,
    }
    return render(request, "scoring/judge/conflict.html", context, status=409)
