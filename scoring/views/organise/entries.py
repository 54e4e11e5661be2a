"""One entry: times, deductions, status, its lock, every sheet and every save of it; corrections after the lock."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.access import or_404
from scoring.forms.judging import MarksForm, criterion_controls, new_submission_id
from scoring.forms.organising import reason_field
from scoring.models import Entry, Round, ScoreSheet
from scoring.permissions import can_organise
from scoring.selectors import entry_blockers
from scoring.selectors.pages import entry_revisions, entry_sheets
from scoring.selectors.rules import rules_of
from scoring.services import lock_entry, request_mark_correction
from scoring.views.acting import perform, perform_plain
from scoring.views.asking import asker
from scoring.views.loading import load_entry, load_sheet
from scoring.views.organise.entry_acts import REQUESTED, EntryActs, EntryForms
from scoring.views.sheet_page import TONES, in_minutes, segment_of


@require_http_methods(["GET", "HEAD", "POST"])
def organise_entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything about one entry."""
    entry = load_entry(slug, pk)
    or_404(can_organise(asker(request), entry.round))
    acts = EntryActs(entry, asker(request), timezone.now())
    sheets = list(entry_sheets(entry))
    deductions = list(entry.deductions.select_related("recorded_by"))
    forms = EntryForms(request, acts, sheets, deductions)
    if request.method == "POST" and forms.act():
        return redirect("organise_entry", slug=slug, pk=pk)
    titles = {each.code: each.title for each in rules_of(entry.round.rulebook).segments}
    context = {
        "edition": entry.round.edition,
        "here": "contest",
        "round": entry.round,
        "entry": entry,
        "acts": acts,
        "forms": forms,
        "seconds": [(each, form, in_minutes(entry.seconds.get(each.code))) for each, form in forms.seconds],
        "deductions": [(each, forms.undeduct[each.pk]) for each in deductions],
        "sheets": [_sheet_line(each, titles, forms) for each in sheets],
        "blockers": entry_blockers(entry) if _lockable(entry) else [],
        "lockable": _lockable(entry),
        "revisions": list(entry_revisions(entry)),
        "corrections": entry.corrections.select_related("requested_by", "decided_by").order_by("-pk"),
        "crumb": f"{entry.code} 号",
    }
    return render(request, "scoring/organise/entry.html", context)


def _lockable(entry: Entry) -> bool:
    return entry.round.state == Round.State.OPEN and entry.locked_at is None


def _sheet_line(sheet: ScoreSheet, titles: dict[str, str], forms: EntryForms) -> dict[str, Any]:
    marks = sheet.current.marks if sheet.current else {}
    return {
        "sheet": sheet,
        "segment": titles[sheet.segment],
        "tone": TONES[sheet.state],
        "marks": " + ".join(marks.values()) if sheet.state == ScoreSheet.State.SUBMITTED else "",
        "total": sheet.current.total if sheet.current and sheet.state == ScoreSheet.State.SUBMITTED else None,
        "give_back": forms.give_back[sheet.pk],
        "absent": forms.absent[sheet.pk],
        "owed": sheet.state in ScoreSheet.OWED,
    }


@require_POST
def organise_entry_lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Freeze one entry's marks, so that its score may be shown."""
    entry = load_entry(slug, pk)
    or_404(can_organise(asker(request), entry.round))

    def act() -> str:
        lock_entry(entry=entry, actor=asker(request), now=timezone.now())
        return f"{entry.code} 号已锁定，分数可以亮出。"

    perform_plain(request, act)
    return redirect("organise_entry", slug=slug, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_correction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for other marks on a locked sheet; a supervisor with another account confirms."""
    sheet = load_sheet(slug, pk)
    or_404(can_organise(asker(request), sheet.entry.round))
    form = MarksForm(request.POST or None, segment=segment_of(sheet), complete=True)
    form.fields["why"] = reason_field("更正原因")

    def ask(given: dict[str, Any]) -> str:
        request_mark_correction(
            sheet=sheet, marks=form.typed, reason=given["why"], actor=asker(request), now=timezone.now()
        )
        return REQUESTED

    if request.method == "POST" and perform(request, form, ask):
        return redirect("organise_entry", slug=slug, pk=sheet.entry_id)
    stored = sheet.current.marks if sheet.current else {}
    context = {
        "edition": sheet.entry.round.edition,
        "here": "contest",
        "round": sheet.entry.round,
        "entry": sheet.entry,
        "sheet": sheet,
        "form": form,
        "controls": criterion_controls(form.segment, form.typed if form.is_bound else stored, form.mark_errors),
        "submission_id": new_submission_id(),
        "crumb": f"更正 {sheet.entry.code} 号",
    }
    return render(request, "scoring/organise/correction.html", context)
