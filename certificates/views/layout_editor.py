"""The layout editor: every act of its form comes back with what was typed and a picture of it; saving makes the next
version."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Unit, User
from certificates.engine.layout import PLACEHOLDERS, Layout
from certificates.engine.layout_reading import parse_layout
from certificates.engine.pictures import check_pictures
from certificates.engine.preflight import STOP, Finding, check_layout
from certificates.engine.shipped import CODES
from certificates.engine.wording import ARTS, FONTS, layout_difference
from certificates.exceptions import CannotTypeset
from certificates.forms.layout import LayoutForm, Pictures
from certificates.models import Asset
from certificates.models import Layout as LayoutRow
from certificates.rendering import EXAMPLE, LONGEST, check_example, example_png, known_pictures
from certificates.rendering.fonts import leading_families
from certificates.selectors import layout_at, layout_document, live_assets, newest_layout
from certificates.services import save_layout
from certificates.views.loading import load_edition
from core.exceptions import ConflictError, DomainError
from core.models import Edition

SAVE, CHECK, PREVIEW = "save", "check", "preview"
PPI = 96
_OVERWRITE = re.compile(r"overwrite ([0-9]{1,4})")
_VERSION = re.compile(r"[0-9]{1,4}")


@require_http_methods(["GET", "HEAD", "POST"])
def organise_layout_edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Edit a layout into its next version; `?version=` begins from an older one. With `act=preview` sent by the page's
    script only the picture and the findings come back."""
    edition = load_edition(request, slug)
    newest = newest_layout(edition, code)
    if newest is None and code not in CODES:
        raise Http404
    version = newest.version if newest else 0
    pictures = pictures_of(edition)
    if request.method != "POST":
        form = LayoutForm.of_document(_document_asked(request, edition, code), pictures)
        return _page(request, edition, code, form, version)
    form = LayoutForm.of_post(request.POST.dict(), pictures)
    act = request.POST.get("act", CHECK)
    base = _base(request, version)
    overwrite = _OVERWRITE.fullmatch(act)
    if act == PREVIEW and request.headers.get("HX-Request"):
        context = {"edition": edition, "code": code, "form": form, **preview_of(edition, form)}
        return render(request, "certificates/layout_preview.html", context)
    if act == SAVE or overwrite:
        outcome = _save(request, edition, code, form, int(overwrite[1]) if overwrite else base)
        if outcome.saved is not None:
            saved = outcome.saved
            messages.success(request, f"已保存“{saved.title}”第 {saved.version} 版。以后签发用这一版，已签发的不变。")
            return redirect("organise_layout", slug, code)
        return _page(request, edition, code, form, base, outcome)
    form.change_boxes(act)
    return _page(request, edition, code, form, base)


def pictures_of(edition: Edition) -> Pictures:
    """What the editor offers: backgrounds and seals that are in use; every unit may get a seal."""
    backgrounds = {asset.sha256: asset.title for asset in live_assets(edition, Asset.Kind.BACKGROUND)}
    seals = {asset.unit.name: asset.sha256 for asset in live_assets(edition, Asset.Kind.SEAL) if asset.unit}
    names = Unit.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)
    others = [edition.organiser_name, *names]
    return Pictures(backgrounds, {**seals, **{name: "" for name in others if name not in seals}}, tuple(ARTS.items()))


def preview_of(edition: Edition, form: LayoutForm) -> dict[str, Any]:
    """The layout as typed with ordinary and with the longest words, what is wrong, and what wants looking at."""
    form.is_valid()
    design = form.drawable()
    if design is None:
        return {"errors": form.error_list(), "findings": [], "pictures": []}
    words = (("普通的文字", EXAMPLE), ("最长的文字：十二位作者、三十字标题、生僻字", LONGEST))
    pictures = [(label, _picture(design, each)) for label, each in words]
    errors = form.error_list()
    findings: list[Finding] = []  # of a part of the layout they would not be true
    if not errors:
        findings = [*check_pictures(design, known_pictures(edition, design)), *_trials(design), *check_layout(design)]
    return {
        "errors": errors,
        "findings": list(dict.fromkeys(findings)),
        "pictures": [(label, picture) for label, picture in pictures if picture],
        "page": design.page,
    }


def _trials(design: Layout) -> list[Finding]:
    """What would stop an ordinary certificate or the longest one: an example, so nothing is forbidden by it."""
    try:
        ordinary, longest = check_example(design, EXAMPLE), check_example(design, LONGEST)
    except CannotTypeset as error:
        return [Finding(STOP, "cannot_typeset", "版式", error.message)]
    named = [(each, "普通样张") for each in ordinary] + [(each, "最长样张") for each in longest if each not in ordinary]
    return [
        Finding(each.level, each.code, each.place, f"{which}：{each.message}", each.character)
        for each, which in named
        if each.level == STOP
    ]


def _picture(design: Layout, words: Any) -> str:
    try:
        content = example_png(design, ppi=PPI, words=words, lenient=True)
    except CannotTypeset:
        return ""
    return f"data:image/png;base64,{b64encode(content).decode()}"


@dataclass(frozen=True)
class Outcome:
    """Of a save: the new version; or what somebody else has saved meanwhile; or why it was refused."""

    saved: LayoutRow | None = None
    conflict: dict[str, Any] | None = None
    refusal: str = ""


def _save(request: HttpRequest, edition: Edition, code: str, form: LayoutForm, base: int) -> Outcome:
    if not form.is_valid():
        return Outcome()
    assert isinstance(request.user, User)
    try:
        saved = save_layout(
            edition=edition,
            code=code,
            document=form.document,
            base_version=base,
            actor=request.user,
            now=timezone.now(),
        )
    except ConflictError as refused:
        return Outcome(conflict=_conflict(edition, code, form), refusal=refused.message)
    except DomainError as refused:
        return Outcome(refusal=refused.message)
    return Outcome(saved=saved)


def _conflict(edition: Edition, code: str, form: LayoutForm) -> dict[str, Any] | None:
    """The newest version beside what was typed: who saved it, how it looks, what is different."""
    newest = newest_layout(edition, code)
    if newest is None:
        return None
    theirs, mine = parse_layout(newest.document), parse_layout(form.document)
    return {"theirs": newest, "picture": _picture(theirs, EXAMPLE), "changes": layout_difference(theirs, mine)}


def _document_asked(request: HttpRequest, edition: Edition, code: str) -> dict[str, Any]:
    asked = request.GET.get("version", "")
    if _VERSION.fullmatch(asked):
        return layout_at(edition, code, int(asked))
    return layout_document(edition, code)


def _base(request: HttpRequest, version: int) -> int:
    """The version that whoever edits has seen."""
    posted = request.POST.get("base", "")
    return int(posted) if _VERSION.fullmatch(posted) else version


def _page(
    request: HttpRequest, edition: Edition, code: str, form: LayoutForm, base: int, outcome: Outcome | None = None
) -> HttpResponse:
    fonts = [(FONTS[role], name or "别的字体", is_own) for role, (name, is_own) in leading_families().items()]
    context = {
        "edition": edition,
        "here": "certificates",
        "code": code,
        "base": base,
        "form": form,
        "outcome": outcome,
        "fonts": fonts,
        "placeholders": PLACEHOLDERS,
        **preview_of(edition, form),
    }
    return render(request, "certificates/layout_editor.html", context)
