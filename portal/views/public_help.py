"""帮助: the manual, for anybody. Which page there is, the folder says: an address never becomes a file name."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.caching import public_page
from portal.rendering.manual import AUDIENCES, LONGEST_SEARCH, manual, search


@login_not_required
@require_safe
@public_page(unkept=("q",))
def help_front(request: HttpRequest) -> HttpResponse:
    """The audiences, and a search over titles and texts."""
    words = str(request.GET.get("q", "")).strip()[:LONGEST_SEARCH]
    pages = manual()
    context = {
        "front": pages[""],
        "audiences": [(pages[each], sum(page.audience == each for page in pages.values()) - 1) for each in AUDIENCES],
        "words": words,
        "found": [(page, pages[page.audience] if page.path else None) for page in search(words)],
    }
    return render(request, "portal/help.html", context)


@login_not_required
@require_safe
@public_page()
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """One page, with what its audience has besides, and the pages before and after it."""
    pages = manual()
    shown = pages.get(page)
    if shown is None or not shown.path:
        raise Http404
    context = {
        "shown": shown,
        "audience": pages[shown.audience],
        "contents": [each for each in pages.values() if each.audience == shown.audience and "/" in each.path],
        "previous": pages.get(shown.previous) if shown.previous else None,
        "following": pages.get(shown.following) if shown.following else None,
    }
    return render(request, "portal/help_page.html", context)
