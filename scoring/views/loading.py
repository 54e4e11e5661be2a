"""Rows by address: below an edition's slug only what belongs to that edition exists."""

from django.shortcuts import get_object_or_404

from core.models import Edition
from scoring.models import Entry, Panel, Round, ScoreSheet


def load_edition(slug: str) -> Edition:
    return get_object_or_404(Edition, slug=slug)


def load_round(slug: str, pk: int) -> Round:
    rounds = Round.objects.select_related("edition", "rulebook", "panel", "parent")
    return get_object_or_404(rounds, pk=pk, edition__slug=slug)


def load_entry(slug: str, pk: int) -> Entry:
    entries = Entry.objects.select_related("round__edition", "round__rulebook", "round__panel")
    return get_object_or_404(entries, pk=pk, round__edition__slug=slug)


def load_panel(slug: str, pk: int) -> Panel:
    return get_object_or_404(Panel.objects.select_related("edition"), pk=pk, edition__slug=slug)


def load_sheet(slug: str, pk: int) -> ScoreSheet:
    related = ("seat__judge", "current", "entry__round__edition", "entry__round__rulebook")
    return get_object_or_404(ScoreSheet.objects.select_related(*related), pk=pk, entry__round__edition__slug=slug)
