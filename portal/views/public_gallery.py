"""作品展示: winners of published lists for anybody, a page for each work, and the pictures and films of these pages."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from core.caching import BROWSER_SECONDS, KEPT_SECONDS, public_page
from core.files import FORMATS, file_response, safe_name
from portal.selectors import gallery as selectors
from portal.selectors.gallery import Wanted, Winner
from works.selectors.gallery import shown_file


@login_not_required
@require_safe
@public_page("kind", "edition", "tier", "page", unkept=("q",))
def gallery(request: HttpRequest) -> HttpResponse:
    """Everybody shown, by kind, edition and tier, with a search; 24 to the page."""
    asked = {name: str(request.GET.get(name, "")).strip() for name in ("kind", "edition", "tier", "q")}
    wanted = Wanted(
        kind=asked["kind"] if asked["kind"] in selectors.KINDS else "",
        edition=asked["edition"],
        tier=asked["tier"],
        words=asked["q"][: selectors.LONGEST_SEARCH],
    )
    found = selectors.gallery(wanted)
    page = Paginator(found.found, selectors.PER_PAGE).get_page(request.GET.get("page"))
    context = {"gallery": found, "wanted": wanted, "page": page, "winners": selectors.with_works(list(page))}
    return render(request, "portal/gallery.html", context)


@login_not_required
@require_safe
@public_page()
def gallery_work(request: HttpRequest, pk: int, entry: str) -> HttpResponse:
    """One winning work: who made it, what it is about, its film; metadata for whoever shares the address."""
    winner = _shown(pk, entry)
    origin = settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
    context = {
        "winner": winner,
        "work": winner.work,
        "result": winner.result,
        "edition": winner.result.edition,
        "address": f"{origin}{winner.address}",
        "image": f"{origin}{winner.picture}" if winner.picture else "",
    }
    return render(request, "portal/gallery_work.html", context)


@login_not_required
@require_safe
def gallery_cover(request: HttpRequest, pk: int, entry: str) -> HttpResponseBase:
    return _file(request, pk, entry, "cover")


@login_not_required
@require_safe
def gallery_poster(request: HttpRequest, pk: int, entry: str) -> HttpResponseBase:
    return _file(request, pk, entry, "poster")


@login_not_required
@require_safe
def gallery_video(request: HttpRequest, pk: int, entry: str) -> HttpResponseBase:
    """The film in ranges, as a player asks for them."""
    return _file(request, pk, entry, "film")


def _shown(pk: int, entry: str) -> Winner:
    winner = selectors.work_on_show(pk, entry)
    if winner is None:
        raise Http404
    return winner


def _file(request: HttpRequest, pk: int, entry: str, what: str) -> HttpResponseBase:
    """Gone with the page as soon as the result is withdrawn; a browser asks again after as long as a page is kept."""
    winner = _shown(pk, entry)
    file = shown_file(winner.result.round_id, entry, what)
    if file is None:
        raise Http404
    name = f"{safe_name(winner.title)}{FORMATS[file.format].extensions[0]}"
    response = file_response(file.path, name, request=request, inline=True)
    del response["Cache-Control"]
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS + BROWSER_SECONDS)
    return response
