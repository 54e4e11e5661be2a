"""Rulebooks of an edition: the list with where each is used, a new one, one to read, two versions side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import or_404
from core.exceptions import DomainError
from scoring.documents.rulebook_difference import rulebook_difference
from scoring.forms.rulebook_new import RulebookNewForm
from scoring.models import Rulebook
from scoring.permissions import can_organise
from scoring.selectors.rulebooks import edition_rulebooks, field_of, newest_rulebooks, versions_of
from scoring.services import create_rulebook
from scoring.views.asking import asker
from scoring.views.loading import load_edition
from scoring.views.rulebook_page import rules_context


def load_rulebook(request: HttpRequest, slug: str, pk: int) -> Rulebook:
    """A version of an edition's rulebook, for whoever organises the edition."""
    rulebooks = Rulebook.objects.select_related("edition", "created_by")
    rulebook = get_object_or_404(rulebooks, pk=pk, edition__slug=slug)
    or_404(can_organise(asker(request), rulebook.edition))
    return rulebook


@require_safe
def organise_rulebooks(request: HttpRequest, slug: str) -> HttpResponse:
    """评分细则: each with its versions, which rounds follow which, and what to do with them."""
    edition = load_edition(slug)
    or_404(can_organise(asker(request), edition))
    context = {"edition": edition, "here": "rulebooks", "lines": edition_rulebooks(edition)}
    return render(request, "scoring/organise/rulebooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_rulebook_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A rulebook from a preset or a copy; the editor comes next."""
    edition = load_edition(slug)
    or_404(can_organise(asker(request), edition))
    form = RulebookNewForm(request.POST if request.method == "POST" else None, own=newest_rulebooks(edition))
    if form.is_valid():
        given = form.cleaned_data
        try:
            rulebook = create_rulebook(
                edition=edition,
                code=given["code"],
                title=given["title"],
                document=form.document(),
                actor=asker(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error("code" if refused.code == "taken" else None, refused.message)
        else:
            messages.success(request, f"“{rulebook.title}”已建立，现在可以逐项修改。")
            return redirect("organise_rulebook_edit", slug=slug, pk=rulebook.pk)
    context = {"edition": edition, "here": "rulebooks", "form": form}
    return render(request, "scoring/organise/rulebook_new.html", context)


@require_safe
def organise_rulebook_version(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """计分办法 of one version, with a worked example and what the linter says."""
    rulebook = load_rulebook(request, slug, pk)
    context: dict[str, Any] = {
        "edition": rulebook.edition,
        "here": "rulebooks",
        "may_edit": True,
        **rules_context(rulebook, field_of(rulebook)),
    }
    return render(request, "scoring/rulebook.html", context)


@require_safe
def organise_rulebook_diff(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a version changed against an earlier one (`?old=` number; else the one before)."""
    rulebook = load_rulebook(request, slug, pk)
    versions = list(versions_of(rulebook))
    asked = request.GET.get("old", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else rulebook.version - 1
    old = next((each for each in versions if each.version == number), None)
    context = {
        "edition": rulebook.edition,
        "here": "rulebooks",
        "rulebook": rulebook,
        "old": old,
        "others": [each for each in versions if each.pk != rulebook.pk],
        "old_title": f"第 {number} 版",
        "new_title": f"第 {rulebook.version} 版",
        "sections": rulebook_difference(old.document, rulebook.document) if old else [],
    }
    return render(request, "scoring/organise/rulebook_diff.html", context)
