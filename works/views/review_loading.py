"""Rows of the review of works by address, or 404 for whoever may not see them."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from core.access import or_404
from scoring.models import Entry
from works.models import Kind, KindRound
from works.permissions import can_manage_selection


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def load_kind(request: HttpRequest, slug: str, pk: int) -> Kind:
    found = Kind.objects.select_related("selection__edition", "selection__rulebook", "kind_round__round")
    kind = get_object_or_404(found, pk=pk, selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, kind.selection.edition))
    return kind


def load_kind_round(request: HttpRequest, slug: str, pk: int) -> KindRound:
    """A kind's review by the key of its scoring round."""
    found = KindRound.objects.select_related("kind__selection__edition", "round__rulebook", "round__panel")
    row = get_object_or_404(found, round=pk, round__edition__slug=slug)
    row.round.edition = row.kind.selection.edition
    or_404(can_manage_selection(request.user, row.round.edition))
    return row


def load_reviewed_entry(request: HttpRequest, slug: str, pk: int) -> Entry:
    """An entry that is a work, with round and edition."""
    found = Entry.objects.select_related("round__edition", "round__kind_round__kind__selection")
    entry = get_object_or_404(found, pk=pk, round__edition__slug=slug, round__kind_round__isnull=False)
    or_404(can_manage_selection(request.user, entry.round.edition))
    return entry
