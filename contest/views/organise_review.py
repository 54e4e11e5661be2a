"""Many registrations decided on at once: one page that confirms, one that says who was done and who was not."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest.forms.review import BatchForm
from contest.models import Contest, Contestant
from contest.services import close_abandoned_drafts
from contest.services.batches import Batch, BatchAct, carry_out_batch, preview_batch, usual_due_at
from contest.services.review import ReviewOutcome
from contest.services.review_list import ListFilter, registration_ids
from contest.views.loading import actor_of, load_contest
from core.exceptions import DomainError

KEPT_RESULTS = 3
_SESSION = "review_results"
# How many a page names; the others are counted.
MOST_NAMED = 200


@require_safe
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Where reviewing begins: the list of what waits for a decision."""
    contest = load_contest(request, slug, pk)
    return redirect(f"{_list_of(contest)}?status={Contestant.Status.SUBMITTED}")


@require_POST
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask once, naming how many and who cannot; then do it. A second click on the same page does nothing again."""
    contest = load_contest(request, slug, pk)
    act = request.POST.get("act", "")
    if act not in BatchAct.values:
        return redirect(_list_of(contest))
    if not request.POST.get("confirmed"):
        return _confirm(request, contest, act, None, _chosen(request, contest))
    token = request.POST.get("token", "")
    if _result(request, token) is not None:
        return redirect(_result_address(contest, token))
    seen, unable = _seen(request.POST.get("seen", "")), _keys(request.POST.get("unable", "").split(","))
    form = BatchForm(request.POST, act=act)
    if not form.is_valid():
        return _confirm(request, contest, act, form, [*seen, *unable])
    left_out = preview_batch(contest=contest, contestants=unable, act=act).refused
    try:
        outcome = carry_out_batch(
            contest=contest,
            batch=Batch(BatchAct(act), seen, form.cleaned_data.get("reason", ""), form.cleaned_data.get("due_at")),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _confirm(request, contest, act, form, [*seen, *unable])
    outcome = ReviewOutcome(outcome.done, [*outcome.refused, *left_out])
    return redirect(_result_address(contest, _keep_result(request, token, contest, BatchAct(act).label, outcome)))


@require_safe
def result(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who was done and who was not."""
    contest = load_contest(request, slug, pk)
    kept = _result(request, request.GET.get("token", ""))
    if kept is None or kept["contest"] != contest.pk:
        return redirect(_list_of(contest))
    people = (
        Contestant.objects.filter(contest=contest)
        .select_related("group", "unit")
        .in_bulk([*kept["done"], *(key for key, _ in kept["refused"])])
    )
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "label": kept["label"],
        "done": [people[key] for key in kept["done"] if key in people],
        "refused": [(people[key], reason) for key, reason in kept["refused"] if key in people],
        "query": kept["query"],
    }
    return render(request, "contest/review_result.html", context)


@require_http_methods(["GET", "POST"])
def close_drafts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """After the deadline: drafts that nobody submitted are refused, all at once."""
    contest = load_contest(request, slug, pk)
    error = ""
    reason = request.POST.get("reason", "报名已截止，草稿没有提交。")
    if request.method == "POST":
        try:
            outcome = close_abandoned_drafts(
                contest=contest, reason=reason, actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            error = refused.message
        else:
            token = _keep_result(request, "", contest, "清理没有提交的草稿", outcome)
            return redirect(_result_address(contest, token))
    drafts = Contestant.objects.filter(contest=contest, status=Contestant.Status.DRAFT, id_index__isnull=True)
    closes = contest.registration_closes_at
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "count": drafts.count(),
        "people": drafts.select_related("group", "unit").order_by("pk")[:MOST_NAMED],
        "reason": reason,
        "error": error,
        "closed": closes is not None and timezone.now() >= closes,
    }
    return render(request, "contest/review_close_drafts.html", context)


def _confirm(
    request: HttpRequest, contest: Contest, act: str, form: BatchForm | None, chosen: list[int]
) -> HttpResponse:
    outcome = preview_batch(contest=contest, contestants=chosen, act=act)
    due_at = timezone.localtime(usual_due_at(timezone.now()))
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "act": act,
        "label": BatchAct(act).label,
        "form": form or BatchForm(act=act, initial={"due_at": due_at}),
        "able": outcome.done[:MOST_NAMED],
        "count": len(outcome.done),
        "unable": outcome.refused[:MOST_NAMED],
        "unable_count": len(outcome.refused),
        "seen": ",".join(f"{one.pk}.{one.version}" for one in outcome.done),
        "unable_keys": ",".join(str(one.pk) for one, _ in outcome.refused),
        "token": request.POST.get("token") or secrets.token_urlsafe(12),
        "query": ListFilter.of(request.POST).query,
        "chosen": ListFilter.of(request.POST),
    }
    return render(request, "contest/review_confirm.html", context)


def _chosen(request: HttpRequest, contest: Contest) -> list[int]:
    """The ticked ones, or all that the list's filter means."""
    if request.POST.get("scope") == "all":
        return registration_ids(contest, ListFilter.of(request.POST))
    return _keys(request.POST.getlist("contestant"))


def _keys(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def _seen(text: str) -> dict[int, int]:
    """Version by number: "12.3,14.1"."""
    found = {}
    for pair in text.split(","):
        key, dot, version = pair.partition(".")
        if dot and key.isdecimal() and version.isdecimal() and len(key) < 19 and len(version) < 10:
            found[int(key)] = int(version)
    return found


def _list_of(contest: Contest) -> str:
    return reverse("organise_contestants", args=[contest.edition.slug, contest.pk])


def _result_address(contest: Contest, token: str) -> str:
    return f"{reverse('organise_batch_result', args=[contest.edition.slug, contest.pk])}?token={token}"


def _result(request: HttpRequest, token: str) -> dict[str, Any] | None:
    kept: dict[str, dict[str, Any]] = request.session.get(_SESSION, {})
    return kept.get(token) if token else None


def _keep_result(request: HttpRequest, token: str, contest: Contest, label: str, outcome: ReviewOutcome) -> str:
    """Numbers and reasons only: a session holds no names."""
    token = token[:40] or secrets.token_urlsafe(12)
    kept: dict[str, dict[str, Any]] = request.session.get(_SESSION, {})
    kept[token] = {
        "contest": contest.pk,
        "label": label,
        "done": [one.pk for one in outcome.done],
        "refused": [[one.pk, reason] for one, reason in outcome.refused],
        "query": ListFilter.of(request.POST).query,
    }
    request.session[_SESSION] = dict(list(kept.items())[-KEPT_RESULTS:])
    return token
