"""Which rulebook a contest's coming rounds follow."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest.services import adopt_rulebook
from contest.views.loading import actor_of, load_contest
from core.exceptions import DomainError
from scoring.selectors.rulebooks import newest_rulebooks


@require_http_methods(["GET", "HEAD", "POST"])
def contest_rulebook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The contest's rulebook, and the newest version of each of the edition's to adopt instead."""
    contest = load_contest(request, slug, pk)
    offered = [each for each in newest_rulebooks(contest.edition) if each.pk != contest.rulebook_id]
    chosen = next((each for each in offered if str(each.pk) == request.POST.get("rulebook")), None)
    if request.method == "POST" and chosen is not None:
        try:
            adopt_rulebook(contest=contest, rulebook=chosen, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"“{contest.title}”已采用《{chosen.title}》第 {chosen.version} 版。")
            return redirect("organise_contest", slug, pk)
    own_first = sorted(offered, key=lambda each: each.code != contest.rulebook.code)
    context = {"edition": contest.edition, "here": "contest", "contest": contest, "offered": own_first}
    return render(request, "contest/contest_rulebook.html", context)
