"""Registrations: the office's list, a person's own, and their certificates."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from accounts.models import User
from certificates.models import Certificate
from contest.models import Contest, Contestant
from results.services.certificates import certificate_family


def registered(
    contest: Contest, *, group: str = "", status: str = "", search: str = ""
) -> "QuerySet[Contestant, Contestant]":
    """Registrations of a contest, narrowed by group code, status and a word of name, title or workplace."""
    found = Contestant.objects.filter(contest=contest).select_related("group", "unit").order_by("pk")
    if group:
        found = found.filter(group__code=group)
    if status:
        found = found.filter(status=status)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(title__icontains=search) | Q(workplace__icontains=search))
    return found


def own_registrations(user: User) -> "QuerySet[Contestant, Contestant]":
    """Registrations that belong to an account: its own, or those of the children whose guardian it is."""
    found = Contestant.objects.filter(user=user).select_related("contest__edition", "group")
    return found.prefetch_related("appearances__entry__round__result__published").order_by("-pk")


def own_certificates(registrations: Sequence[Contestant]) -> dict[int, list[Certificate]]:
    """Issued certificates of registrations, by registration: also those made before its account was opened.

    They are found by the entry that was honoured; the frozen roster cannot know an account that came later.
    """
    owners: dict[str, int] = {}
    for contestant in registrations:
        for appearance in contestant.appearances.all():
            if (result := getattr(appearance.entry.round, "result", None)) is not None:
                owners[f"{certificate_family(result)}{appearance.entry.code}:"] = contestant.pk
    found: dict[int, list[Certificate]] = {}
    if not owners:
        return found
    wanted = reduce(or_, (Q(award_key__startswith=beginning) for beginning in owners))
    for certificate in Certificate.objects.filter(wanted, state=Certificate.State.ISSUED).order_by("pk"):
        beginning = certificate.award_key.rpartition(":")[0] + ":"
        found.setdefault(owners[beginning], []).append(certificate)
    return found
