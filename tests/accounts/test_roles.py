"""Roles: given, taken back, asked for."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.exceptions import RoleRefused
from accounts.models import Role
from accounts.permissions import can_manage_people, has_role, roles_of
from accounts.services import create_unit, create_user, grant_role, revoke_role
from core.models import Edition
from ledger.models import Event


def test_grant_role_writes_an_event_without_personal_data(edition, organiser, now):
    user = create_user(name="柳评委", phone="13800001234")

    grant = grant_role(user=user, edition=edition, role=Role.JUDGE, actor=organiser, now=now)

    event = Event.objects.latest("number")
    assert (event.kind, event.actor, event.at) == ("role_granted", organiser, now)
    assert json.loads(event.payload) == {"grant": grant.pk, "user": user.handle, "role": "judge", "unit": None}
    assert roles_of(user, edition) == {"judge"}


def test_grant_role_twice_is_refused_and_leaves_one(edition, organiser, now):
    with pytest.raises(RoleRefused, match="郝组织在本届已经是组委会"):
        grant_role(user=organiser, edition=edition, role=Role.ORGANISER, actor=organiser, now=now)

    assert organiser.grants.count() == 1
    assert Event.objects.count() == 1


def test_grant_role_coordinator_needs_a_unit(edition, organiser, stranger, now):
    with pytest.raises(RoleRefused, match="必须属于一个单位"):
        grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, actor=organiser, now=now)

    unit = create_unit(name="示范区科协")
    grant = grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, unit=unit, actor=organiser, now=now)
    assert grant.unit == unit


def test_grant_role_coordinator_of_several_units_once_each(edition, organiser, stranger, now):
    first, second = create_unit(name="示范区科协"), create_unit(name="市天文爱好者协会")
    for unit in (first, second):
        grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, unit=unit, actor=organiser, now=now)

    with pytest.raises(RoleRefused, match="路人在本届已经是市天文爱好者协会的单位联络员"):
        grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, unit=second, actor=organiser, now=now)

    assert {grant.unit for grant in stranger.grants.all()} == {first, second}
    assert roles_of(stranger, edition) == {"coordinator"}


def test_grant_role_unknown_is_refused(edition, organiser, stranger, now):
    with pytest.raises(RoleRefused, match="没有这种角色"):
        grant_role(user=stranger, edition=edition, role="emperor", actor=organiser, now=now)


def test_revoke_role_keeps_the_row_and_frees_the_role(edition, organiser, make_person, now):
    judge = make_person("柳评委", Role.JUDGE)
    grant = judge.grants.get()

    revoke_role(grant=grant, actor=organiser, now=now)

    assert roles_of(judge, edition) == frozenset()
    assert Event.objects.latest("number").kind == "role_revoked"
    grant_role(user=judge, edition=edition, role=Role.JUDGE, actor=organiser, now=now)
    assert judge.grants.count() == 2


def test_revoke_role_twice_is_refused(organiser, make_person, now):
    grant = make_person("柳评委", Role.JUDGE).grants.get()
    revoke_role(grant=grant, actor=organiser, now=now)

    with pytest.raises(RoleRefused, match="已经收回"):
        revoke_role(grant=grant, actor=organiser, now=now)


def test_revoke_role_of_the_last_organiser_is_refused(organiser, make_person, now):
    with pytest.raises(RoleRefused, match="唯一的组委会成员"):
        revoke_role(grant=organiser.grants.get(), actor=organiser, now=now)

    second = make_person("第二位", Role.ORGANISER)
    revoke_role(grant=organiser.grants.get(), actor=second, now=now)
    assert organiser.grants.get().revoked_at is not None


def test_roles_of_asks_once_per_edition(edition, organiser, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert has_role(organiser, edition, Role.JUDGE, Role.ORGANISER)
        assert not has_role(organiser, edition, Role.JUDGE)
        assert can_manage_people(organiser, edition)


def test_roles_of_belongs_to_one_edition(edition, organiser, now):
    other = Edition.objects.create(slug="2027", title="2027", year=2027, organiser_name="示范市科协", created_at=now)

    assert roles_of(organiser, other) == frozenset()


def test_roles_of_superuser_has_none_of_his_own(edition, stranger):
    stranger.is_superuser = stranger.is_staff = True
    stranger.save()

    assert roles_of(stranger, edition) == frozenset()


def test_roles_of_inactive_account_has_none(edition, organiser):
    organiser.is_active = False

    assert roles_of(organiser, edition) == frozenset()


def test_roles_of_nobody_has_none(edition):
    assert roles_of(AnonymousUser(), edition) == frozenset()
