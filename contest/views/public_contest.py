"""报名通知, as anybody may read it, and how the contest is judged."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from contest.models import Contest
from contest.selectors import deadline_words
from contest.selectors.open_calls import birth_words, is_open, published_calls
from contest.services import asked_fields
from core.files import format_labels, readable_size
from scoring.documents.rulebook_example import example_page
from scoring.documents.wording import panel_segments, quota_words, rules_in_words
from scoring.selectors.rules import rules_of


@login_not_required
@require_safe
def public_contest(request: HttpRequest, pk: int) -> HttpResponse:
    """The call with dates, groups, what to prepare and a way to register.

    Its ETag is of the page itself, for the time left is in it: a stored copy is as good as what would be sent.
    """
    contest = get_object_or_404(published_calls(), pk=pk)
    response = render(request, "contest/public_contest.html", _call(contest, timezone.now()))
    if request.user.is_authenticated:
        return response
    etag = quote_etag(hashlib.sha256(response.content).hexdigest())
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response) or response
    patch_cache_control(answer, no_cache=True)
    return answer


@login_not_required
@require_safe
def public_contest_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """计分办法 before the contest, in words and with a worked example."""
    contest = get_object_or_404(published_calls().select_related("rulebook"), pk=pk)
    document = contest.rulebook.document
    context = {
        "contest": contest,
        "edition": contest.edition,
        "rulebook": contest.rulebook,
        "sentences": rules_in_words({"rulebook": document}),
        "segments": panel_segments(document),
        "groups": [(group, [(tier, quota_words(tier)) for tier in group["tiers"]]) for group in document["groups"]],
        "example": example_page(rules_of(contest.rulebook), panel=None),
    }
    return render(request, "contest/public_contest_rules.html", context)


def _call(contest: Contest, now: datetime) -> dict[str, Any]:
    groups = contest.groups.select_related("contest").order_by("pk")
    requirements = contest.material_requirements.order_by("order", "pk")
    return {
        "contest": contest,
        "edition": contest.edition,
        "groups": [(group, birth_words(group)) for group in groups],
        "fields": asked_fields(contest),
        "materials": [
            (each, f"{format_labels(each.formats)}，不超过 {readable_size(each.max_bytes)}") for each in requirements
        ],
        "is_open": is_open(contest, now),
        "is_over": contest.registration_closes_at is not None and now >= contest.registration_closes_at,
        "deadline": deadline_words(contest, now),
    }
