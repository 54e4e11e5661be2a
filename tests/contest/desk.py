"""Fixtures of a recommending unit: its coordinator, an open call by the server's own clock, entries of the unit."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Unit, User
from accounts.services import create_unit, grant_role
from contest.models import Contest, Contestant
from contest.services import Registration, import_contestants


@pytest.fixture
def unit(db) -> Unit:
    return create_unit(name="市天文爱好者协会")


@pytest.fixture
def make_coordinator(edition, make_person, now):
    """Return a function: an account that coordinates units."""

    def make(name: str, *units: Unit) -> User:
        user = make_person(name, email=f"c{User.objects.count()}@example.com")
        for each in units:
            grant_role(user=user, edition=edition, role=Role.COORDINATOR, unit=each, actor=None, now=now)
        return user

    return make


@pytest.fixture
def coordinator(unit, make_coordinator) -> User:
    return make_coordinator("连联络", unit)


@pytest.fixture
def open_call(call) -> Contest:
    """The call, open at the tests' moment and by the clock on the wall, which pages ask."""
    call.registration_closes_at = timezone.now() + timedelta(days=10)
    call.save()
    return call


@pytest.fixture
def bring(contest, unit, registration, coordinator, now):
    """Return a function: the unit's drafts from a workbook, and their rows by the contestants' numbers."""

    def do(*serials: int, **changes) -> tuple[list[Contestant], dict[int, Registration]]:
        rows = [registration(serial, **changes) for serial in serials]
        import_contestants(contest=contest, rows=rows, unit=unit, actor=coordinator, now=now)
        found = [Contestant.objects.get(id_index=row.id_index) for row in rows]
        return found, {one.pk: row for one, row in zip(found, rows, strict=True)}

    return do


def desk_address(name: str, unit: Unit, *more: int) -> str:
    """Address of a unit's page in the edition of the tests."""
    return reverse(name, args=["2026", unit.pk, *more])
