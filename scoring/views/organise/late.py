"""仲裁: marks that arrived after their lock. They are kept and never counted silently (design §5)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.access import or_404
from scoring.forms.organising import SettlementForm
from scoring.models import LateMark
from scoring.permissions import can_organise
from scoring.selectors.pages import round_late_marks
from scoring.services import settle_late_mark
from scoring.views.acting import form_for, is_act, perform
from scoring.views.asking import asker
from scoring.views.loading import load_round
from scoring.views.sheet_page import segment_of


@require_http_methods(["GET", "HEAD", "POST"])
def organise_arbitration(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The round's late marks; each is settled with an explanation, perhaps with a correction."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))
    late_marks = list(round_late_marks(round))
    forms = {each.pk: form_for(request, SettlementForm, "settle", each.pk) for each in late_marks}
    for late in late_marks:
        if is_act(request, "settle", late.pk) and _settled(request, late, forms[late.pk]):
            return redirect("organise_arbitration", slug=slug, pk=pk)
    context = {
        "edition": round.edition,
        "here": "contest",
        "round": round,
        "lines": [_line(each, forms[each.pk]) for each in late_marks],
        "crumb": "仲裁",
    }
    return render(request, "scoring/organise/arbitration.html", context)


def _settled(request: HttpRequest, late: LateMark, form: SettlementForm) -> bool:
    def settle(given: dict[str, Any]) -> str:
        correction = settle_late_mark(late_mark=late, actor=asker(request), now=timezone.now(), **given)
        return "已处理，并提出更正，等监督员确认。" if correction else "已处理，不计入。"

    return perform(request, form, settle)


def _line(late: LateMark, form: SettlementForm) -> dict[str, Any]:
    sheet = late.sheet
    stored = sheet.current.marks if sheet.current else {}
    marks = [
        (each.title, stored.get(each.code, "–"), late.marks.get(each.code, "–")) for each in segment_of(sheet).criteria
    ]
    return {"late": late, "sheet": sheet, "marks": marks, "form": form}
