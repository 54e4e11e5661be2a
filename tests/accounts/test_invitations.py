"""Invitations: made, accepted once, revoked."""

from datetime import timedelta

import pytest

from accounts.exceptions import AccountExists, CodeInvalid, RoleRefused
from accounts.models import Invitation, Role, User
from accounts.selectors import open_invitations
from accounts.services import accept_invitation, create_unit, invite, join_by_invitation, revoke_invitation
from accounts.services.invitations import INVITATION_LIFE
from ledger.models import Event


@pytest.fixture
def invited(edition, organiser, now):
    return invite(edition=edition, role=Role.CLERK, name="统小计", actor=organiser, now=now)


def join(token, now, **changes):
    fields = {"name": "统小计", "email": "clerk@example.com", "phone": "", "password": "long enough 42", **changes}
    return join_by_invitation(token=token, now=now, **fields)


def test_join_by_invitation_makes_an_account_with_the_role(invited, edition, organiser, now):
    invitation, token = invited

    user = join(token, now)

    assert user.roles_in(edition) == {"clerk"}
    assert user.grants.get().granted_by == organiser
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.accepted_at) == (user, now)
    assert list(Event.objects.order_by("number").values_list("kind", flat=True)) == [
        "role_granted",
        "invitation_issued",
        "role_granted",
    ]
    assert not open_invitations(edition, now).exists()


def test_join_by_invitation_keeps_no_token(invited):
    invitation, token = invited

    assert token not in Invitation.objects.get().token_digest
    assert str(invitation) == "统小计 统计员"


def test_accept_invitation_twice_is_refused(invited, stranger, organiser, edition, now):
    accept_invitation(token=invited[1], user=stranger, now=now)

    with pytest.raises(CodeInvalid, match="已使用"):
        join(invited[1], now)

    assert not User.objects.filter(email="clerk@example.com").exists()


def test_accept_invitation_expired_is_refused(invited, stranger, now):
    with pytest.raises(CodeInvalid, match="已过期"):
        accept_invitation(token=invited[1], user=stranger, now=now + INVITATION_LIFE + timedelta(seconds=1))


def test_accept_invitation_by_one_who_holds_the_role_leaves_it_open(invited, edition, make_person, now):
    clerk = make_person("已有", Role.CLERK)

    with pytest.raises(RoleRefused, match="已经是统计员"):
        accept_invitation(token=invited[1], user=clerk, now=now)

    assert open_invitations(edition, now).count() == 1


def test_join_by_invitation_with_a_taken_email_leaves_it_open(invited, edition, stranger, now):
    with pytest.raises(AccountExists):
        join(invited[1], now, email="stranger@example.com")

    assert open_invitations(edition, now).count() == 1


def test_revoke_invitation_makes_the_link_worthless_once(invited, organiser, stranger, now):
    invitation, token = invited
    revoke_invitation(invitation=invitation, actor=organiser, now=now)

    with pytest.raises(CodeInvalid):
        accept_invitation(token=token, user=stranger, now=now)
    with pytest.raises(CodeInvalid, match="已经被接受或撤销"):
        revoke_invitation(invitation=invitation, actor=organiser, now=now)


@pytest.mark.parametrize("role", ["emperor", Role.COORDINATOR])
def test_invite_refuses_what_could_not_be_granted(edition, organiser, now, role):
    with pytest.raises(RoleRefused):
        invite(edition=edition, role=role, name="某人", actor=organiser, now=now)

    assert not Invitation.objects.exists()


def test_invite_coordinator_brings_the_unit(edition, organiser, stranger, now):
    unit = create_unit(name="示范区科协")
    _, token = invite(edition=edition, role=Role.COORDINATOR, name="某人", unit=unit, actor=organiser, now=now)

    accept_invitation(token=token, user=stranger, now=now)

    assert stranger.grants.get().unit == unit
