"""Pages of an edition's layouts: how they look, their versions, a new one, a test page for preprinted stock (套打)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from certificates.engine.layout_reading import parse_layout
from certificates.engine.pictures import check_pictures
from certificates.engine.preflight import check_layout
from certificates.engine.shipped import CODES, DEFAULT, shipped_document
from certificates.engine.wording import layout_difference
from certificates.forms.layout_new import LayoutNewForm
from certificates.rendering import EXAMPLE, LONGEST, example_pdf, example_png, known_pictures
from certificates.selectors import LayoutVersion, layout_at, layout_choices, layout_document, layout_versions
from certificates.services.layouts import copy_layout
from certificates.views.loading import load_edition
from core.canonical import digest
from core.exceptions import DomainError

SMALL, LARGE = 60, 150  # pixels per inch: to choose from, to look at
KEPT_SECONDS = 24 * 60 * 60


@require_safe
def organise_layouts(request: HttpRequest, slug: str) -> HttpResponse:
    """证书版式: each with a specimen as it prints and what its boxes want looking at."""
    edition = load_edition(request, slug)
    choices = [(each, parse_layout(each.document)) for each in layout_choices(edition)]
    pictures = known_pictures(edition, *(design for _, design in choices))
    layouts = [(each, [*check_pictures(design, pictures), *check_layout(design)]) for each, design in choices]
    context = {"edition": edition, "here": "certificates", "layouts": layouts}
    return render(request, "certificates/organise_layouts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_layout_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A layout of one's own from any that is there; the editor comes next."""
    edition = load_edition(request, slug)
    initial = {"start": request.GET.get("start", "classic")}
    form = LayoutNewForm(request.POST or None, layouts=layout_choices(edition), initial=initial)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        given = form.cleaned_data
        try:
            layout = copy_layout(
                edition=edition, title=given["title"], code=given["start"], actor=request.user, now=timezone.now()
            )
        except DomainError as refused:
            form.add_error("title", refused.message)
        else:
            messages.success(request, f"“{layout.title}”已建立，现在可以逐项修改。")
            return redirect("organise_layout_edit", slug, layout.code)
    context = {"edition": edition, "here": "certificates", "form": form}
    return render(request, "certificates/organise_layout_new.html", context)


@dataclass(frozen=True)
class VersionLine:
    """A version with what it changed against the one before."""

    version: LayoutVersion
    changes: list[str]


@require_safe
def organise_layout(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One layout: ordinary and longest words side by side, what wants looking at, every version and its use."""
    edition = load_edition(request, slug)
    versions = layout_versions(edition, code)
    if not versions and code not in CODES:
        raise Http404
    document = versions[0].layout.document if versions else shipped_document(code)
    design = parse_layout(document)
    context = {
        "edition": edition,
        "here": "certificates",
        "code": code,
        "title": design.title,
        "newest": versions[0].layout.version if versions else 0,
        "is_shipped": code in CODES,
        "findings": [*check_pictures(design, known_pictures(edition, design)), *check_layout(design)],
        "lines": _lines(code, versions),
    }
    return render(request, "certificates/organise_layout.html", context)


@require_safe
def organise_layout_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """A specimen of `?code=` as PNG, `&version=` of a version, `&words=longest` of the longest words, `&large=1` to
    look at; typeset once and kept."""
    edition = load_edition(request, slug)
    code, version = request.GET.get("code") or DEFAULT, request.GET.get("version", "")
    is_number = version.isdecimal() and len(version) < 5
    document = layout_at(edition, code, int(version)) if is_number else layout_document(edition, code)
    words, ppi = request.GET.get("words") == "longest", LARGE if request.GET.get("large") else SMALL
    design = parse_layout(document)
    there = [sha256 for sha256, picture in sorted(known_pictures(edition, design).items()) if picture.is_whole]
    key = f"certificate-layout:{digest([document, there])}:{ppi}:{words}"
    picture = cache.get(key)
    if picture is None:
        picture = example_png(design, ppi=ppi, words=LONGEST if words else EXAMPLE, lenient=True)
        cache.set(key, picture, KEPT_SECONDS)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


@require_safe
def organise_layout_test_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A specimen of `?code=` as PDF for preprinted stock: words alone, boxes framed, to hold against a sheet."""
    edition = load_edition(request, slug)
    document = layout_document(edition, request.GET.get("code") or DEFAULT)
    content = example_pdf(parse_layout({**document, "prints": "overprint"}))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="test-page.pdf"'
    return response


def _lines(code: str, versions: list[LayoutVersion]) -> list[VersionLine]:
    """Each against the one before it; the first against what ships, where something of that code does."""
    designs = [parse_layout(each.layout.document) for each in versions]
    before = [*designs[1:], parse_layout(shipped_document(code)) if code in CODES else None][: len(designs)]
    pairs = zip(versions, designs, before, strict=True)
    return [VersionLine(each, layout_difference(old, new) if old else []) for each, new, old in pairs]
