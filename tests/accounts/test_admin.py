"""The administrator's pages: accounts and set-up, nothing that is judged."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Role, RoleGrant, Unit, User
from accounts.services import create_unit
from core.models import Edition
from ledger.models import Event


@pytest.fixture
def office(signed_in, stranger):
    """The test client, signed in as an administrator."""
    User.objects.filter(pk=stranger.pk).update(is_staff=True, is_superuser=True)
    return signed_in(stranger)


def test_admin_holds_accounts_and_set_up_only():
    assert {model._meta.label for model in admin.site._registry} == {
        "accounts.RoleGrant",
        "accounts.Unit",
        "accounts.User",
        "core.Edition",
    }


@pytest.mark.parametrize("model", ["accounts_user", "accounts_unit", "accounts_rolegrant", "core_edition"])
def test_admin_lists_open_for_the_administrator_only(client, office, signed_in, organiser, model):
    url = reverse(f"admin:{model}_changelist")

    assert office.get(url).status_code == 200
    assert signed_in(organiser).get(url).status_code == 302


def test_admin_sets_a_password_by_the_same_rule(office, judge):
    url = reverse("admin:accounts_user_change", args=[judge.pk])
    fields = {"name": "柳评委", "email": "Judge@example.com", "is_active": "on"}
    assert "138****1234" in office.get(url).content.decode()

    weak = office.post(url, {**fields, "new_password": "short"})
    office.post(url, {**fields, "new_password": "a brand new one"})

    assert "密码太短，至少要 10 位" in weak.content.decode()
    judge.refresh_from_db()
    assert (judge.check_password("a brand new one"), judge.email) == (True, "judge@example.com")


def test_admin_adds_an_account_without_password(office):
    office.post(
        reverse("admin:accounts_user_add"), {"name": "新人", "email": "", "new_password": "", "is_active": "on"}
    )

    user = User.objects.get(name="新人")
    assert (user.email, user.has_usable_password()) == (None, False)


def test_admin_grants_and_revokes_through_the_ledger(office, edition, judge, organiser, stranger):
    unit = create_unit(name="示范区科协")
    fields = {"user": judge.pk, "edition": edition.pk, "role": "coordinator", "unit": unit.pk}

    assert office.post(reverse("admin:accounts_rolegrant_add"), fields).status_code == 302
    grant = RoleGrant.objects.get(role=Role.COORDINATOR)
    event = Event.objects.latest("number")
    assert (event.kind, event.actor, grant.granted_by) == ("role_granted", stranger, stranger)

    selected = [grant.pk, organiser.grants.get().pk]
    action = {"action": "revoke", "_selected_action": selected}
    page = office.post(reverse("admin:accounts_rolegrant_changelist"), action, follow=True).content.decode()
    assert "已收回柳评委的“单位联络员”" in page
    assert "唯一的组委会成员" in page
    assert Event.objects.latest("number").kind == "role_revoked"


def test_admin_neither_edits_nor_deletes_grants_and_accounts(office, edition, judge):
    grant = judge.grants.get()

    assert office.post(reverse("admin:accounts_rolegrant_change", args=[grant.pk]), {}).status_code == 403
    assert office.post(reverse("admin:accounts_rolegrant_delete", args=[grant.pk])).status_code == 403
    assert office.post(reverse("admin:accounts_user_delete", args=[judge.pk])).status_code == 403
    assert office.post(reverse("admin:core_edition_delete", args=[edition.pk])).status_code == 403


def test_admin_keeps_unit_names_clean(office):
    inline = {"aliases-TOTAL_FORMS": 1, "aliases-INITIAL_FORMS": 0, "aliases-0-name": " 示大 "}

    office.post(reverse("admin:accounts_unit_add"), {"name": "示范 大学(南区)", "is_active": "on", **inline})

    unit = Unit.objects.get()
    assert (unit.name, [alias.name for alias in unit.aliases.all()]) == ("示范大学（南区）", ["示大"])


def test_admin_makes_an_edition_whose_slug_stays(office, edition):
    fields = {"slug": "2027", "title": "2027", "year": 2027, "organiser_name": "示范市科协", "state": "preparing"}
    assert office.post(reverse("admin:core_edition_add"), fields).status_code == 302
    made = Edition.objects.get(slug="2027")

    office.post(reverse("admin:core_edition_change", args=[made.pk]), {**fields, "slug": "other", "title": "新名称"})

    made.refresh_from_db()
    assert (made.slug, made.title) == ("2027", "新名称")
