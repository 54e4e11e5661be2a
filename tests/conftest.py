"""Fixtures of every app's tests: a clock, an edition, and people by role."""

from datetime import UTC, datetime

import pytest

from accounts.models import Role, User
from accounts.services import create_user, grant_role
from core.models import Edition
from tests import append_only
from tests.at_once import at_once  # noqa: F401 (fixture)

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="session")
def _flush_append_only_tables():
    with append_only.flush_past_guards():
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def edition(db) -> Edition:
    return Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        organiser_name="示范市科学技术协会",
        publicity_days=0,
        created_at=NOW,
    )


@pytest.fixture
def make_person(edition, now):
    """Return a function that makes an account with roles in the edition."""

    def make(name: str, *roles: Role, **fields) -> User:
        user = create_user(name=name, password="long enough 42", **fields)
        for role in roles:
            grant_role(user=user, edition=edition, role=role, actor=None, now=now)
        return user

    return make


@pytest.fixture
def organiser(make_person) -> User:
    return make_person("郝组织", Role.ORGANISER, email="organiser@example.com")


@pytest.fixture
def supervisor(make_person) -> User:
    return make_person("纪监督", Role.SUPERVISOR, email="supervisor@example.com")


@pytest.fixture
def stranger(make_person) -> User:
    return make_person("路人", email="stranger@example.com")


@pytest.fixture
def signed_in(client):
    """Return a function: the test client signed in as a user."""

    def sign_in(user: User):
        client.force_login(user, backend="accounts.backends.PhoneOrEmailBackend")
        return client

    return sign_in
