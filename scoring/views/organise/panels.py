"""评委组: seats, and the codes with which judges sign in."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.services import issue_sign_in_code
from core.access import or_404
from core.exceptions import DomainError
from core.qr import qr_svg
from scoring.forms.organising import ReasonGiven, SeatForm, ValidUntilForm
from scoring.models import Panel, Seat
from scoring.permissions import can_organise
from scoring.selectors.pages import seatable_judges
from scoring.services import add_seat, remove_seat
from scoring.views.acting import form_for, is_act, perform
from scoring.views.asking import asker
from scoring.views.loading import load_panel


@require_http_methods(["GET", "HEAD", "POST"])
def organise_panel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The panel's seats; add a judge, remove one with a reason."""
    panel = load_panel(slug, pk)
    or_404(can_organise(asker(request), panel))
    seats = list(panel.seats.select_related("judge", "unit"))
    seat_form = form_for(request, SeatForm, "add", judges=seatable_judges(panel.edition))
    removals = {seat.pk: form_for(request, ReasonGiven, "remove", seat.pk) for seat in seats}
    if request.method == "POST" and _acted(request, panel, seats, seat_form, removals):
        return redirect("organise_panel", slug=slug, pk=pk)
    context = {
        "edition": panel.edition,
        "here": "contest",
        "panel": panel,
        "rounds": panel.rounds.order_by("pk"),
        "seats": [(seat, removals[seat.pk]) for seat in seats],
        "seated": sum(seat.removed_at is None for seat in seats),
        "seat_form": seat_form,
    }
    return render(request, "scoring/organise/panel.html", context)


def _acted(
    request: HttpRequest, panel: Panel, seats: list[Seat], seat_form: SeatForm, removals: dict[int, ReasonGiven]
) -> bool:
    now, actor = timezone.now(), asker(request)

    def add(given: dict[str, Any]) -> str:
        seat = add_seat(panel=panel, actor=actor, now=now, **given)
        return f"{seat.judge.name} 已在 {seat.number} 号席位。"

    if is_act(request, "add"):
        return perform(request, seat_form, add)
    for seat in seats:
        if is_act(request, "remove", seat.pk):

            def remove(given: dict[str, Any], seat: Seat = seat) -> str:
                remove_seat(seat=seat, reason=given["reason"], actor=actor, now=now)
                return f"{seat.number} 号席位已撤。已提交的评分保留并计入，没交的记为缺席。"

            return perform(request, removals[seat.pk], remove)
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organise_codes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Sign-in cards: a POST makes new codes and shows them this once, to be printed and cut."""
    panel = load_panel(slug, pk)
    or_404(can_organise(asker(request), panel))
    seats = list(panel.seats.filter(removed_at__isnull=True).select_related("judge"))
    form = form_for(request, ValidUntilForm, "issue", initial={"days": 3})
    cards: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        cards = _issue_cards(request, panel, _wanted(request, seats), form.cleaned_data["days"])
    context = {
        "edition": panel.edition,
        "here": "contest",
        "panel": panel,
        "seats": seats,
        "form": form,
        "cards": cards,
    }
    return render(request, "scoring/organise/codes.html", context)


def _wanted(request: HttpRequest, seats: list[Seat]) -> list[Seat]:
    """The chosen seats, all where none was chosen."""
    chosen = set(request.POST.getlist("seat"))
    return [seat for seat in seats if str(seat.pk) in chosen] if chosen else seats


def _issue_cards(request: HttpRequest, panel: Panel, seats: list[Seat], days: int) -> list[dict[str, Any]]:
    now = timezone.now()
    expires_at = now + timedelta(days=days)
    origin = settings.PUBLIC_ORIGIN or request.build_absolute_uri("/").rstrip("/")
    cards = []
    for seat in seats:
        try:
            issued = issue_sign_in_code(
                user=seat.judge, edition=panel.edition, actor=asker(request), now=now, expires_at=expires_at
            )
        except DomainError as error:
            messages.error(request, f"{seat.number} 号 {seat.judge.name}：{error.message}")
            continue
        address = origin + reverse("code_sign_in", args=[issued.token])
        label = f"{seat.judge.name}的登录二维码"
        cards.append(
            {
                "seat": seat,
                "code": issued.code,
                "qr": qr_svg(address, label=label),
                "site": origin,
                "expires_at": expires_at,
            }
        )
    return cards
