"""The supervisor's pages of judging: a round read-only, and corrections to confirm."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import or_404
from scoring.forms.organising import NoteForm
from scoring.models import Correction, Entry
from scoring.permissions import can_confirm_correction, can_supervise
from scoring.selectors import snapshot_faults
from scoring.selectors.pages import count_conflicts, edition_corrections, round_recusals, round_snapshots
from scoring.selectors.rules import rules_of
from scoring.services import confirm_correction, refuse_correction
from scoring.views.acting import form_for, is_act, perform
from scoring.views.asking import asker
from scoring.views.loading import load_edition, load_round
from scoring.views.round_page import live_answer, round_context
from scoring.views.sheet_page import in_minutes

PER_PAGE = 100


@require_safe
def supervise_round(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A round as it stands, its snapshots with digests, recomputed before the reader's eyes."""
    round = load_round(slug, pk)
    or_404(can_supervise(asker(request), round))
    context = round_context(round, entry_url="", live_url="supervise_live")
    context |= {
        "workspace": "supervise",
        "here": "overview",
        "snapshots": list(round_snapshots(round)),
        "faults": snapshot_faults(context["snapshot"]) if context["snapshot"] else [],
        "recusals": list(round_recusals(round)),
        "conflicts": count_conflicts(round),
        "decisions": round.tie_decisions.select_related("decided_by").order_by("-pk"),
    }
    return render(request, "scoring/supervise/round.html", context)


@require_safe
def supervise_live(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The live table alone, for the page's refresh."""
    round = load_round(slug, pk)
    or_404(can_supervise(asker(request), round))
    return live_answer(request, round, entry_url="", live_url="supervise_live")


@require_safe
def supervise_corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """Corrections that wait, and those that were decided."""
    edition = load_edition(slug)
    or_404(can_supervise(asker(request), edition))
    found = edition_corrections(edition)
    waiting = found.filter(state=Correction.State.REQUESTED)
    context = {
        "edition": edition,
        "workspace": "supervise",
        "here": "corrections",
        "waiting": [_line(each, request) for each in waiting],
        "decided": [_line(each, request) for each in found.exclude(state=Correction.State.REQUESTED)[:PER_PAGE]],
    }
    return render(request, "scoring/supervise/corrections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def supervise_correction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One correction: old, new, reason; confirm or refuse it."""
    correction = get_object_or_404(edition_corrections(load_edition(slug)), pk=pk)
    or_404(can_supervise(asker(request), correction.entry.round))
    form = form_for(request, NoteForm, "decide", pk)
    if is_act(request, "decide", pk) and perform(request, form, _decider(request, correction)):
        return redirect("supervise_corrections", slug=slug)
    context = {
        "edition": correction.entry.round.edition,
        "workspace": "supervise",
        "here": "corrections",
        "line": _line(correction, request),
        "form": form,
    }
    return render(request, "scoring/supervise/correction.html", context)


def _decider(request: HttpRequest, correction: Correction) -> Any:
    def decide(given: dict[str, Any]) -> str:
        now, actor = timezone.now(), asker(request)
        if request.POST.get("way") == "refuse":
            refuse_correction(correction=correction, note=given["note"], actor=actor, now=now)
            return "已记为不同意，原值不变。"
        confirm_correction(correction=correction, note=given["note"], actor=actor, now=now)
        return "更正已确认并生效。本轮若已封存，已产生新的定格成绩。"

    return decide


def _line(correction: Correction, request: HttpRequest) -> dict[str, Any]:
    return {
        "correction": correction,
        "may_decide": can_confirm_correction(asker(request), correction),
        "changes": _changes(correction),
    }


def _changes(correction: Correction) -> list[tuple[str, str, str]]:
    """(what, old, new) in words."""
    old, new = correction.old or {}, correction.new
    rules = rules_of(correction.entry.round.rulebook)
    if correction.subject == Correction.Subject.MARKS and correction.sheet is not None:
        criteria = rules.segment(correction.sheet.segment).criteria
        return [(each.title, old.get(each.code, "–"), new.get(each.code, "–")) for each in criteria]
    if correction.subject == Correction.Subject.STATUS:
        words = dict(Entry.Status.choices)
        return [("参评状态", words.get(str(old.get("status")), "–"), f"{words.get(new['status'])}（{new['reason']}）")]
    if correction.subject == Correction.Subject.DEDUCTION:
        if "cancel" in new:
            return [("取消扣分", f"扣 {old.get('points', '–')} 分：{old.get('reason', '')}", "不扣")]
        return [("增加扣分", "–", f"扣 {new['points']} 分：{new['reason']}")]
    title = rules.segment(new["segment"]).title
    if correction.subject == Correction.Subject.SECONDS:
        return [(f"{title}用时", in_minutes(old.get("seconds")) or "–", in_minutes(new["seconds"]) or "清除")]
    return [(f"{title}得分", old.get("score") or "–", new["score"])]
