"""Fixtures of the pages of judging."""

import pytest
from django.test import Client

from accounts.models import User
from scoring.models import ScoreSheet


@pytest.fixture
def as_user():
    """Return a function: a client of its own, signed in as a user."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.PhoneOrEmailBackend")
        return client

    return sign_in


@pytest.fixture
def form_of():
    """Return a function: what the sheet's form posts, for marks by criterion."""

    def build(sheet: ScoreSheet, act: str, marks: dict[str, str], submission_id: str = "s1", base: int | None = None):
        return {
            "act": act,
            "submission_id": submission_id,
            "base_version": sheet.version if base is None else base,
            **{f"mark-{code}": text for code, text in marks.items()},
        }

    return build
