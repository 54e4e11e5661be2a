"""Many works decided on at once: one page that confirms, one that says which were done and which were not."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from works.forms.screening import DecisionForm, ScreeningAct, usual_due_at
from works.models import Selection, Work
from works.services.quotas import why_not
from works.services.screening import ScreeningOutcome, preview_screening
from works.services.work_list import ListFilter, work_ids
from works.views.office_loading import load_selection
from works.views.organise_work import carry_out

KEPT_RESULTS = 3
_SESSION = "screening_results"
# How many a page names; the others are counted.
MOST_NAMED = 200


@require_POST
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask once, naming how many and which cannot; then do it. A second click on the same page does nothing again."""
    selection = load_selection(request, slug, pk)
    act = request.POST.get("act", "")
    if act not in ScreeningAct.values:
        return redirect("organise_works", slug, pk)
    if not request.POST.get("confirmed"):
        return _confirm(request, selection, act, None, _chosen(request, selection))
    token = request.POST.get("token", "")
    if _result(request, token) is not None:
        return redirect(_result_address(selection, token))
    seen, unable = _seen(request.POST.get("seen", "")), _keys(request.POST.get("unable", "").split(","))
    works = _works(selection, seen)
    form = DecisionForm(request.POST, act=act, forms_asked=_forms(works))
    if not form.is_valid():
        return _confirm(request, selection, act, form, [*seen, *unable])
    left_out = _preview(selection, unable, act).refused
    try:
        outcome = carry_out(act, works, seen, form.cleaned_data, request)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _confirm(request, selection, act, form, [*seen, *unable])
    outcome = ScreeningOutcome(outcome.done, [*outcome.refused, *left_out])
    return redirect(_result_address(selection, _keep_result(request, token, selection, act, outcome)))


@require_safe
def result(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Which were done and which were not."""
    selection = load_selection(request, slug, pk)
    kept = _result(request, request.GET.get("token", ""))
    if kept is None or kept["selection"] != selection.pk:
        return redirect("organise_works", slug, pk)
    found = {work.pk: work for work in _works(selection, [*kept["done"], *(key for key, _ in kept["refused"])])}
    context = {
        "edition": selection.edition,
        "here": "works",
        "selection": selection,
        "label": ScreeningAct(kept["act"]).label,
        "done": [found[key] for key in kept["done"] if key in found],
        "refused": [(found[key], reason) for key, reason in kept["refused"] if key in found],
        "query": kept["query"],
    }
    return render(request, "works/screening_result.html", context)


def _confirm(
    request: HttpRequest, selection: Selection, act: str, form: DecisionForm | None, chosen: list[int]
) -> HttpResponse:
    outcome = _preview(selection, chosen, act)
    due_at = timezone.localtime(usual_due_at(timezone.now()))
    context = {
        "edition": selection.edition,
        "here": "works",
        "selection": selection,
        "act": act,
        "label": ScreeningAct(act).label,
        "form": form or DecisionForm(act=act, forms_asked=_forms(outcome.done), initial={"due_at": due_at}),
        "able": outcome.done[:MOST_NAMED],
        "count": len(outcome.done),
        "unable": outcome.refused[:MOST_NAMED],
        "unable_count": len(outcome.refused),
        "seen": ",".join(f"{work.pk}.{work.version}" for work in outcome.done),
        "unable_keys": ",".join(str(work.pk) for work, _ in outcome.refused),
        "token": request.POST.get("token") or secrets.token_urlsafe(12),
        "query": ListFilter.of(request.POST).query,
        "chosen": ListFilter.of(request.POST),
    }
    return render(request, "works/screening_confirm.html", context)


def _preview(selection: Selection, keys: Iterable[int], act: str) -> ScreeningOutcome:
    works = _works(selection, keys)
    if act not in (ScreeningAct.OUTSIDE, ScreeningAct.INSIDE):
        return preview_screening(works, act)
    outcome = ScreeningOutcome()
    for work in works:
        if why := why_not(work, outside=act == ScreeningAct.OUTSIDE):
            outcome.refused.append((work, why))
        else:
            outcome.done.append(work)
    return outcome


def _works(selection: Selection, keys: Iterable[int]) -> list[Work]:
    found = Work.objects.filter(selection=selection, pk__in=list(keys))
    return list(found.select_related("selection__edition", "kind", "unit").order_by("pk"))


def _forms(works: Iterable[Work]) -> list[str]:
    return sorted({work.kind.form for work in works})


def _chosen(request: HttpRequest, selection: Selection) -> list[int]:
    """The ticked ones, or all that the list's filter means."""
    if request.POST.get("scope") == "all":
        return work_ids(selection, ListFilter.of(request.POST))
    return _keys(request.POST.getlist("work"))


def _keys(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and text.isascii() and len(text) < 19]


def _seen(text: str) -> dict[int, int]:
    """Version by number: "12.3,14.1"."""
    found = {}
    for pair in text.split(","):
        key, dot, version = pair.partition(".")
        if dot and (key + version).isascii() and key.isdecimal() and version.isdecimal() and len(key) < 19:
            found[int(key)] = int(version[:9])
    return found


def _result_address(selection: Selection, token: str) -> str:
    address = reverse("organise_screening_result", args=[selection.edition.slug, selection.pk])
    return f"{address}?token={token}"


def _result(request: HttpRequest, token: str) -> dict[str, Any] | None:
    kept: dict[str, dict[str, Any]] = request.session.get(_SESSION, {})
    return kept.get(token) if token else None


def _keep_result(request: HttpRequest, token: str, selection: Selection, act: str, outcome: ScreeningOutcome) -> str:
    """Numbers and reasons only: a session holds no names."""
    token = token[:40] or secrets.token_urlsafe(12)
    kept: dict[str, dict[str, Any]] = request.session.get(_SESSION, {})
    kept[token] = {
        "selection": selection.pk,
        "act": act,
        "done": [work.pk for work in outcome.done],
        "refused": [[work.pk, reason] for work, reason in outcome.refused],
        "query": ListFilter.of(request.POST).query,
    }
    request.session[_SESSION] = dict(list(kept.items())[-KEPT_RESULTS:])
    return token
