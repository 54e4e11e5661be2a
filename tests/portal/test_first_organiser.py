import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import RoleGrant, User


@pytest.fixture
def begin(db, monkeypatch):
    def run(password):
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        out = io.StringIO()
        call_command(
            "first_organiser",
            edition="2026 年科技活动周",
            office="示范市科学技术协会",
            year=2026,
            name="郝组织",
            email="boss@example.com",
            password_stdin=True,
            stdout=out,
        )
        return out.getvalue()

    return run


def test_first_organiser_has_role_and_password(begin):
    assert "boss@example.com" in begin("a long enough one 42")

    assert User.objects.get().check_password("a long enough one 42")
    assert RoleGrant.objects.get().role == "organiser"


def test_first_organiser_twice_is_refused(begin):
    begin("a long enough one 42")

    with pytest.raises(CommandError, match="已经有账号"):
        begin("a long enough one 42")


def test_first_organiser_with_a_weak_password_leaves_nothing(begin):
    with pytest.raises(CommandError, match="密码"):
        begin("12345")

    assert User.objects.count() == 0
