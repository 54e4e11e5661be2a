"""Which sheets point at a contestant's video."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from contest.models import Appearance
from scoring.models import Entry, Round, ScoreSheet


def exhibit_sheets(user: User, appearance: Appearance) -> "QuerySet[ScoreSheet, ScoreSheet]":
    """The account's own sheets by which it may watch: its seat stands, no recusal, the round (or a runoff) is open."""
    return ScoreSheet.objects.filter(
        judge=user,
        seat__removed_at__isnull=True,
        entry__exhibit=reverse("judge_exhibit", args=[appearance.pk]),
        entry__status=Entry.Status.COMPETING,
        entry__round__state=Round.State.OPEN,
    ).exclude(state=ScoreSheet.State.RECUSED)
