"""Rows of a contest's office, or 404 for whoever does not organise its edition."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from contest.models import (
    Contest,
    Contestant,
    ExcludedPerson,
    Finalist,
    Group,
    GroupRound,
    Material,
    MaterialRequirement,
)
from contest.permissions import can_organise
from core.access import or_404
from core.models import Edition
from results.models import Result
from scoring.models import Round


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def load_edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_organise(request.user, edition))
    return edition


def load_contest(request: HttpRequest, slug: str, pk: int) -> Contest:
    found = Contest.objects.select_related("edition", "rulebook")
    contest = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_organise(request.user, contest.edition))
    return contest


def load_contest_and_groups(request: HttpRequest, slug: str, pk: int) -> tuple[Contest, dict[int, Group]]:
    """A contest with its groups by number, in one query."""
    found = Group.objects.filter(contest=pk, contest__edition__slug=slug).select_related("contest__edition")
    groups = {group.pk: group for group in found.order_by("pk")}
    if not groups:
        return load_contest(request, slug, pk), {}
    contest = next(iter(groups.values())).contest
    or_404(can_organise(request.user, contest.edition))
    for group in groups.values():
        group.contest = contest
    return contest, groups


def page_number(request: HttpRequest) -> int:
    """The page that an address asks for, 1 where it names none."""
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def load_group(request: HttpRequest, slug: str, pk: int) -> Group:
    found = Group.objects.select_related("contest__edition")
    group = get_object_or_404(found, pk=pk, contest__edition__slug=slug)
    or_404(can_organise(request.user, group.contest.edition))
    return group


def load_contestant(request: HttpRequest, slug: str, pk: int) -> Contestant:
    found = Contestant.objects.select_related("contest__edition", "group", "unit", "user")
    contestant = get_object_or_404(found, pk=pk, contest__edition__slug=slug)
    or_404(can_organise(request.user, contestant.contest.edition))
    return contestant


def load_requirement(request: HttpRequest, slug: str, pk: int) -> MaterialRequirement:
    found = MaterialRequirement.objects.select_related("contest__edition")
    requirement = get_object_or_404(found, pk=pk, contest__edition__slug=slug)
    or_404(can_organise(request.user, requirement.contest.edition))
    return requirement


def load_exclusion(request: HttpRequest, slug: str, pk: int) -> ExcludedPerson:
    found = ExcludedPerson.objects.select_related("contest__edition")
    person = get_object_or_404(found, pk=pk, contest__edition__slug=slug)
    or_404(can_organise(request.user, person.contest.edition))
    return person


def load_material(request: HttpRequest, slug: str, pk: int) -> Material:
    found = Material.objects.select_related("contestant__contest__edition", "contestant__group", "requirement")
    material = get_object_or_404(found, pk=pk, contestant__contest__edition__slug=slug)
    or_404(can_organise(request.user, material.contestant.contest.edition))
    return material


def load_round(request: HttpRequest, slug: str, pk: int) -> Round:
    """A round that judges one of this app's groups."""
    found = Round.objects.select_related("edition", "group_round__group__contest", "result")
    round = get_object_or_404(found, pk=pk, edition__slug=slug, group_round__isnull=False)
    or_404(can_organise(request.user, round.edition))
    return round


def load_result(request: HttpRequest, slug: str, pk: int) -> Result:
    found = Result.objects.select_related("edition", "round__group_round__group__contest")
    result = get_object_or_404(found, pk=pk, edition__slug=slug, round__group_round__isnull=False)
    or_404(can_organise(request.user, result.edition))
    return result


def load_finalist(request: HttpRequest, slug: str, pk: int) -> Finalist:
    found = Finalist.objects.select_related(
        "result__edition", "result__round__group_round__group__contest", "contestant"
    )
    finalist = get_object_or_404(found, pk=pk, result__edition__slug=slug)
    or_404(can_organise(request.user, finalist.result.edition))
    return finalist


def load_group_round(request: HttpRequest, slug: str, pk: int) -> GroupRound:
    """One of this app's rounds by the key of the scoring round."""
    found = GroupRound.objects.select_related("group__contest", "round__edition", "round__rulebook", "round__panel")
    group_round = get_object_or_404(found, round=pk, round__edition__slug=slug)
    or_404(can_organise(request.user, group_round.round.edition))
    return group_round
