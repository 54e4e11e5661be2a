"""Accounts: made, found, given passwords."""

import pytest
from django.db import IntegrityError, connection

from accounts.backends import PhoneOrEmailBackend
from accounts.exceptions import AccountExists, AccountInvalid, RoleRefused
from accounts.models import Role, User
from accounts.selectors import find_user
from accounts.services import add_person, change_password, create_unit, create_user, grant_role, set_password


def test_create_user_normalises_what_was_typed(db):
    user = create_user(name=" 李  明 ", email=" Li@Example.COM ", phone="+86 138-00001234", password="long enough 42")

    user = User.objects.get(pk=user.pk)
    assert (user.name, user.email, user.phone) == ("李 明", "li@example.com", "13800001234")
    assert user.check_password("long enough 42")


def test_create_user_keeps_no_phone_in_clear(db):
    create_user(name="李晓明", phone="13800001234")

    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM accounts_user")
        assert "13800001234" not in " ".join(cursor.fetchone())


def test_create_user_without_password_cannot_sign_in_by_one(db):
    assert not create_user(name="李晓明").has_usable_password()


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"name": " "}, "name", "请填写姓名"),
        ({"name": "李" * 61}, "name", "不能超过 60 个字"),
        ({"name": "李\ue000明"}, "name", "自造字区"),
        ({"name": "李晓明", "email": "nobody"}, "email", "不是电子邮箱地址"),
        ({"name": "李晓明", "phone": "12ab"}, "phone", "不是电话号码"),
        ({"name": "李晓明", "phone": "12345678901"}, "phone", "核对 11 位"),
        ({"name": "李晓明", "password": "short"}, "password", "密码太短，至少要 10 位。"),
        ({"name": "李晓明", "password": "38472938472"}, "password", "不能只有数字"),
        ({"name": "李晓明", "password": "password123"}, "password", "太常见"),
    ],
)
def test_create_user_refuses_what_cannot_be_kept(db, fields, field, message):
    with pytest.raises(AccountInvalid, match=message) as refusal:
        create_user(**fields)

    assert refusal.value.field == field
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"), [({"email": "A@example.com"}, "email"), ({"phone": "138 0000 1234"}, "phone")]
)
def test_create_user_refuses_a_taken_phone_or_email(db, fields, field):
    create_user(name="甲", email="a@example.com", phone="13800001234")

    with pytest.raises(AccountExists) as refusal:
        create_user(name="乙", **fields)

    assert refusal.value.field == field
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "typed", ["a@example.com", " A@Example.com", "13800001234", "１３８ ００００ 1234", "+8613800001234"]
)
def test_find_user_however_it_was_typed(db, typed):
    user = create_user(name="甲", email="a@example.com", phone="13800001234")

    assert find_user(typed) == user


@pytest.mark.parametrize("typed", ["", "b@example.com", "13900001234", "甲"])
def test_find_user_unknown(db, typed):
    create_user(name="甲", email="a@example.com", phone="13800001234")

    assert find_user(typed) is None


def test_set_password_ends_other_sessions(db):
    user = create_user(name="甲", password="long enough 42")
    before = user.get_session_auth_hash()

    set_password(user=user, password="another good one")

    assert user.get_session_auth_hash() != before
    assert user.check_password("another good one")


def test_change_password_needs_the_old_one(db):
    user = create_user(name="甲", password="long enough 42")

    with pytest.raises(AccountInvalid, match="原密码不正确"):
        change_password(user=user, old="wrong", new="another good one")

    assert user.check_password("long enough 42")


def test_session_hash_holds_under_an_old_secret_key(db, settings):
    user = create_user(name="甲", password="long enough 42")
    before = user.get_session_auth_hash()

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert user.get_session_auth_hash() != before
    assert list(user.get_session_auth_fallback_hash()) == [before]


def test_add_person_known_from_last_year_gets_the_role(edition, organiser, stranger, now):
    person = add_person(
        name="路人", email="stranger@example.com", edition=edition, role=Role.JUDGE, actor=organiser, now=now
    )

    assert person == stranger
    assert person.roles_in(edition) == {"judge"}


def test_add_person_with_another_name_is_refused(edition, organiser, stranger, now):
    with pytest.raises(AccountExists, match="另一个姓名"):
        add_person(
            name="别人", email="stranger@example.com", edition=edition, role=Role.JUDGE, actor=organiser, now=now
        )

    assert stranger.roles_in(edition) == frozenset()


def test_add_person_refused_role_makes_no_account(edition, organiser, now):
    before = User.objects.count()

    with pytest.raises(RoleRefused, match="必须属于一个单位"):
        add_person(name="新人", edition=edition, role=Role.COORDINATOR, actor=organiser, now=now)

    assert User.objects.count() == before


def test_coordinator_without_unit_is_refused_by_the_database(edition, stranger, now):
    with pytest.raises(IntegrityError):
        stranger.grants.create(edition=edition, role=Role.COORDINATOR, granted_at=now)


def test_create_superuser_is_an_administrator(db):
    user = User.objects.create_superuser(
        handle="admin", password="long enough 42", name="管理员", email="x@example.com"
    )

    assert (user.is_staff, user.is_superuser, user.get_username(), str(user)) == (True, True, "admin", "管理员")


def test_roles_of_unit_named_in_grant(edition, organiser, stranger, now):
    unit = create_unit(name="示范区科协")

    grant = grant_role(user=stranger, edition=edition, role=Role.JUDGE, unit=unit, actor=organiser, now=now)

    assert str(grant) == f"评委 {stranger.pk}"


@pytest.mark.parametrize("credentials", [{}, {"username": "a@example.com"}, {"username": "", "password": "x"}])
def test_backend_needs_both_name_and_password(db, credentials):
    create_user(name="甲", email="a@example.com", password="long enough 42")

    assert PhoneOrEmailBackend().authenticate(None, **credentials) is None
