"""A round: what to do next and what stands in its way, who has marked, the live table, recusals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import or_404
from scoring.forms.organising import AttendanceForm, RecusalForm
from scoring.models import Recusal, Round, Seat
from scoring.permissions import can_organise
from scoring.selectors import round_rows
from scoring.selectors.pages import count_conflicts, round_recusals
from scoring.services import (
    confirm_recusal,
    declare_recusal,
    dismiss_recusal,
    lock_round,
    mark_seat_absent,
    mark_seat_present,
    open_round,
)
from scoring.views.acting import form_for, is_act, perform, perform_plain
from scoring.views.asking import asker
from scoring.views.loading import load_round
from scoring.views.round_page import live_answer, round_context


@require_http_methods(["GET", "HEAD", "POST"])
def organise_round(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The organiser's page of a round."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))
    seats = Seat.objects.filter(panel_id=round.panel_id).select_related("judge")
    recusal_form = form_for(request, RecusalForm, "recuse", entries=round.entries.all(), seats=seats)
    attendance_form = form_for(request, AttendanceForm, "attendance", seats=seats)
    if request.method == "POST" and _acted(request, round, recusal_form, attendance_form):
        return redirect("organise_round", slug=slug, pk=pk)
    recusals = list(round_recusals(round))
    read = round_rows(round)
    recusal_form.offer(read)
    attendance_form.offer(read)
    context = round_context(round, entry_url="organise_entry", live_url="organise_live", read=read) | {
        "here": "contest",
        "undecided": [each for each in recusals if each.state == Recusal.State.PROPOSED],
        "decided": [each for each in recusals if each.state != Recusal.State.PROPOSED],
        "conflicts": count_conflicts(round),
        "recusal_form": recusal_form,
        "attendance_form": attendance_form,
    }
    return render(request, "scoring/organise/round.html", context)


def _acted(request: HttpRequest, round: Round, recusal_form: RecusalForm, attendance_form: AttendanceForm) -> bool:
    now, actor = timezone.now(), asker(request)

    def recuse(given: dict[str, Any]) -> str:
        recusal = declare_recusal(actor=actor, now=now, **given)
        return f"已提出：评委 {recusal.seat.number} 号回避 {recusal.entry.code} 号，请确认。"

    def attend(given: dict[str, Any]) -> str:
        seat = given["seat"]
        if request.POST.get("way") == "back":
            count = mark_seat_present(round=round, seat=seat, actor=actor, now=now)
            return f"评委 {seat.number} 号已到场，{count} 份评分表恢复待评。"
        count = mark_seat_absent(round=round, seat=seat, reason=given["reason"], actor=actor, now=now)
        return f"评委 {seat.number} 号记为缺席，{count} 份评分表不计入（不作 0 分）。"

    if is_act(request, "recuse"):
        return perform(request, recusal_form, recuse)
    if is_act(request, "attendance"):
        return perform(request, attendance_form, attend)
    return False


@require_safe
def organise_live(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The live table alone, for the page's refresh: 204 while nothing has changed since `seen`."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))
    return live_answer(request, round, entry_url="organise_entry", live_url="organise_live")


@require_POST
def organise_open(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the round for marks."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))

    def act() -> str:
        open_round(round=round, actor=asker(request), now=timezone.now())
        return "评分已开放，评委现在可以打分。"

    perform_plain(request, act)
    return redirect("organise_round", slug=slug, pk=pk)


@require_POST
def organise_lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock the round and take its first snapshot."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))

    def act() -> str:
        snapshot = lock_round(round=round, actor=asker(request), now=timezone.now())
        return f"成绩已封存，第 {snapshot.number} 号定格成绩。"

    perform_plain(request, act)
    return redirect("organise_round", slug=slug, pk=pk)


@require_POST
def organise_recusal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm or dismiss a recusal."""
    recusals = Recusal.objects.select_related("entry__round__edition", "seat")
    recusal = get_object_or_404(recusals, pk=pk, entry__round__edition__slug=slug)
    or_404(can_organise(asker(request), recusal.entry.round))
    pair = f"评委 {recusal.seat.number} 号与 {recusal.entry.code} 号"

    def act() -> str:
        if request.POST.get("act") == "confirm":
            confirm_recusal(recusal=recusal, actor=asker(request), now=timezone.now())
            return f"{pair}：已回避。"
        dismiss_recusal(recusal=recusal, actor=asker(request), now=timezone.now())
        return f"{pair}：不需回避。"

    perform_plain(request, act)
    return redirect("organise_round", slug=slug, pk=recusal.entry.round_id)
