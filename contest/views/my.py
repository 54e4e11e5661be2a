"""What a participant (or a child's guardian) sees of their own (design §7)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Certificate
from certificates.views.files import certificate_response
from contest import selectors, services
from contest.models import Contest, Contestant, Group, ReviewDecision
from contest.selectors.open_calls import birth_words, is_open, open_calls
from contest.services import Missing
from contest.views.loading import actor_of
from contest.views.my_loading import Step, due_at, next_step
from core.access import or_404
from core.exceptions import DomainError


@dataclass(frozen=True)
class Line:
    """One registration on the home page."""

    contestant: Contestant
    missing: list[Missing]
    step: Step
    due_at: object
    decision: ReviewDecision | None
    certificates: list[Certificate]


@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """Own registrations: their state, what is missing, what the office said, until when; results once public."""
    now = timezone.now()
    registrations = list(selectors.own_registrations(actor_of(request)).prefetch_related("decisions"))
    certificates = selectors.own_certificates(registrations)
    missing = services.missing_for([one for one in registrations if one.status not in Contestant.LEFT])
    lines = []
    for one in registrations:
        lacks = missing.get(one.pk, [])
        decisions = list(one.decisions.all())
        last = decisions[-1] if decisions else None
        own = certificates.get(one.pk, [])
        lines.append(Line(one, lacks, next_step(one, lacks, now), due_at(one), last, own))
    lines.sort(key=lambda line: (line.contestant.status != Contestant.Status.RETURNED, not line.step.is_urgent))
    calls = [contest for contest in open_calls(now) if is_open(contest, now) and contest.individuals_may_register]
    return render(request, "contest/my_home.html", {"lines": lines, "calls": calls})


@require_http_methods(["GET", "POST"])
def my_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the group by the birth date; a tap begins a draft."""
    now = timezone.now()
    contest = get_object_or_404(open_calls(now), pk=pk)
    groups = list(contest.groups.select_related("contest").order_by("pk"))
    if request.method == "POST":
        chosen = next((group for group in groups if str(group.pk) == request.POST.get("group")), None)
        if chosen is None:
            messages.error(request, "请选择组别。")
        else:
            return _start(request, contest, chosen)
    own = actor_of(request).contestants.filter(contest=contest).select_related("group").order_by("pk")
    context = {
        "contest": contest,
        "groups": [(group, birth_words(group)) for group in groups],
        "is_open": is_open(contest, now),
        "deadline": selectors.deadline_words(contest, now),
        "own": own,
    }
    return render(request, "contest/my_register.html", context)


@require_safe
def my_registration_certificate(request: HttpRequest, pk: int, certificate_pk: int) -> HttpResponseBase:
    """A certificate of an own registration, whenever its account was opened."""
    registration = get_object_or_404(selectors.own_registrations(actor_of(request)), pk=pk)
    own = selectors.own_certificates([registration]).get(registration.pk, [])
    certificate = next((each for each in own if each.pk == certificate_pk), None)
    or_404(certificate is not None)
    assert certificate is not None
    return certificate_response(certificate)


def _start(request: HttpRequest, contest: Contest, group: Group) -> HttpResponse:
    actor = actor_of(request)
    try:
        draft = services.start_registration(
            contest=contest,
            group=group,
            channel=Contestant.Channel.INDIVIDUAL,
            owner=actor,
            actor=actor,
            now=timezone.now(),
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("my_register", contest.pk)
    return redirect("my_registration", draft.pk)
