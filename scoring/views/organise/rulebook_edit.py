"""The rulebook editor: every act of its form comes back with what was typed; saving makes the next version."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.exceptions import DomainError
from scoring import engine
from scoring.documents.wording import panel_segments, rules_in_words
from scoring.exceptions import RulebookRefused
from scoring.forms.rulebook import RulebookForm, field_id
from scoring.forms.rulebook_new import RulebookReasonForm
from scoring.models import Rulebook
from scoring.selectors.rulebooks import CHANGEABLE, Field, field_of, rules_in_force, versions_of
from scoring.services import Revision, revise_and_follow
from scoring.views.asking import asker
from scoring.views.organise.rulebooks import load_rulebook
from scoring.views.rulebook_page import findings_shown

SAVE, CHECK = "save", "check"


@require_http_methods(["GET", "HEAD", "POST"])
def organise_rulebook_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a version into the next one."""
    rulebook = load_rulebook(request, slug, pk)
    in_force = rules_in_force(rulebook)
    newest = versions_of(rulebook).first()
    assert newest is not None  # the rulebook itself at least
    locked: dict[str, Any] = {"locked": in_force.document, "changeable": CHANGEABLE} if in_force else {}
    if request.method != "POST":
        form = RulebookForm.of_document(rulebook.document, **locked)
        return _page(request, rulebook, form, RulebookReasonForm(), in_force, newest.version)
    form = RulebookForm.of_post(request.POST.dict(), **locked)
    posted, base = request.POST.get("base", ""), newest.version
    act = request.POST.get("act", CHECK)
    if act != SAVE:
        if not form.change_rows(act):
            form.is_valid()
        reason = RulebookReasonForm(initial=request.POST.dict())
        base = int(posted) if posted.isdecimal() and len(posted) < 10 else base
    else:
        reason = RulebookReasonForm(request.POST)
        revision = None
        if form.is_valid() & reason.is_valid():
            seen = int(posted) if posted.isdecimal() and len(posted) < 10 else 0
            revision = _save(request, rulebook, form, reason, seen)
        if revision is not None:
            messages.success(request, _said(revision))
            return redirect("organise_rulebooks", slug=slug)
    return _page(request, rulebook, form, reason, in_force, base)


def _save(
    request: HttpRequest, rulebook: Rulebook, form: RulebookForm, reason: RulebookReasonForm, base: int
) -> Revision | None:
    """The new version; None where it was refused, with the sentences at their places."""
    try:
        return revise_and_follow(
            rulebook=rulebook,
            document=form.document,
            reason=reason.cleaned_data["reason"],
            base_version=base,
            actor=asker(request),
            now=timezone.now(),
        )
    except RulebookRefused as refused:
        form.add_faults(refused.faults)
    except DomainError as refused:
        reason.add_error(None, refused.message)
    return None


def _said(revision: Revision) -> str:
    saved = f"已保存《{revision.rulebook.title}》第 {revision.rulebook.version} 版。"
    if revision.rounds:
        return f"{saved}还没有开放的轮次已经换用：{'、'.join(round.title for round in revision.rounds)}。"
    return saved


def _page(
    request: HttpRequest,
    rulebook: Rulebook,
    form: RulebookForm,
    reason: RulebookReasonForm,
    in_force: Rulebook | None,
    base: int,
) -> HttpResponse:
    """The editor; `base` is the newest version that whoever edits has seen."""
    fixed = in_force.document if in_force else None
    context = {
        "edition": rulebook.edition,
        "here": "rulebooks",
        "rulebook": rulebook,
        "base": base,
        "form": form,
        "reason": reason,
        "in_force": in_force,
        "fixed_segments": panel_segments(fixed) if fixed else [],
        "fixed_sentences": _fixed_sentences(fixed) if fixed else [],
        "errors": form.error_list(),
        "findings": _findings(form, field_of(rulebook)),
    }
    return render(request, "scoring/organise/rulebook_edit.html", context)


def _findings(form: RulebookForm, field: Field) -> list[dict[str, str]]:
    """What the linter says of the rules as typed, each with its place on the page."""
    found = engine.lint_document(form.document, entrants=field.entrants, panel=field.panel)
    if form.errors:
        found = ()  # the errors themselves are listed, in the words of the form
    return findings_shown(found, {each.path: field_id(form.place(each.path)) for each in found})


def _fixed_sentences(document: Mapping[str, Any]) -> list[str]:
    """The sentences about what can no longer change: scoring and rounding, without penalties, ties and lines."""
    plain = {**document, "penalties": [], "tie_chain": []}
    return rules_in_words({"rulebook": plain})[:-1]
