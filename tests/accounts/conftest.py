"""People with ways in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from accounts.services import IssuedCode, issue_sign_in_code

PASSWORD = "long enough 42"


@pytest.fixture
def judge(make_person):
    return make_person("柳评委", Role.JUDGE, phone="13800001234", email="judge@example.com")


@pytest.fixture
def issued(judge, edition, organiser) -> IssuedCode:
    """A code that is good now, by the machine's clock, which pages go by."""
    now = timezone.now()
    return issue_sign_in_code(
        user=judge, edition=edition, actor=organiser, now=now, expires_at=now + timedelta(hours=12)
    )
