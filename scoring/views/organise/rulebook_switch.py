"""A round changes over to another version of its rules; once it is open, by another account than the author's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.access import or_404
from core.exceptions import DomainError
from scoring.documents.rulebook_difference import rulebook_difference
from scoring.models import Round, Rulebook
from scoring.permissions import can_organise
from scoring.selectors.rulebooks import newest_rulebooks, versions_of
from scoring.services import switch_fault, switch_rulebook
from scoring.views.asking import asker
from scoring.views.loading import load_round


@require_http_methods(["GET", "HEAD", "POST"])
def organise_rulebook_switch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Choose a version, look at the difference, change over."""
    round = load_round(slug, pk)
    or_404(can_organise(asker(request), round))
    offered = _offered(round)
    chosen = _chosen(request, offered)
    if request.method == "POST" and chosen is not None:
        try:
            switch_rulebook(round=round, rulebook=chosen, actor=asker(request), now=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _said(round, chosen))
            return redirect("organise_round", slug=slug, pk=pk)
    context = {
        "edition": round.edition,
        "here": "contest",
        "round": round,
        "offered": offered,
        "chosen": chosen,
        "fault": switch_fault(round=round, rulebook=chosen, actor=asker(request)) if chosen else "",
        "sections": rulebook_difference(round.rulebook.document, chosen.document) if chosen else [],
    }
    return render(request, "scoring/organise/rulebook_switch.html", context)


def _offered(round: Round) -> list[Rulebook]:
    """Other versions of the round's rulebook, the newest first; before it opens also other rulebooks."""
    offered = [each for each in versions_of(round.rulebook) if each.pk != round.rulebook_id]
    if round.state == Round.State.DRAFT:
        others = newest_rulebooks(round.edition)
        offered += [each for each in others if each.code != round.rulebook.code]
    return offered


def _chosen(request: HttpRequest, offered: list[Rulebook]) -> Rulebook | None:
    """The asked one (`rulebook`), else the first that is offered."""
    asked = request.POST.get("rulebook", request.GET.get("rulebook", ""))
    first = offered[0] if offered else None
    return next((each for each in offered if str(each.pk) == asked), None if asked else first)


def _said(round: Round, chosen: Rulebook) -> str:
    said = f"“{round.title}”已换用《{chosen.title}》第 {chosen.version} 版。"
    if round.state == Round.State.LOCKED:
        return f"{said}已另成一份定格成绩；获奖名单要按它重新提出、确认。"
    return said
