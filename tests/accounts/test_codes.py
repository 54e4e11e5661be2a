"""Judges' sign-in codes: issued, used, replaced, revoked."""

import json
import re
from datetime import timedelta

import pytest

from accounts.exceptions import CodeInvalid, RoleRefused, TooManyAttempts
from accounts.models import FailedCode, Role, SignInCode
from accounts.selectors import FAILURE_LIMIT, FAILURE_WINDOW
from accounts.services import grant_role, issue_sign_in_code, revoke_sign_in_codes, sign_in_by_code
from ledger.models import Event


@pytest.fixture
def issue(judge, edition, organiser, now):
    def issue():
        return issue_sign_in_code(
            user=judge, edition=edition, actor=organiser, now=now, expires_at=now + timedelta(hours=12)
        )

    return issue


def test_issue_sign_in_code_keeps_digests_only(issue, judge, organiser):
    issued = issue()

    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}", issued.code)
    assert len(issued.token) >= 32
    row = SignInCode.objects.get()
    kept = f"{row.token_digest}{row.code_digest}"
    assert issued.token not in kept
    assert issued.code.replace("-", "") not in kept
    event = Event.objects.latest("number")
    assert (event.kind, event.actor) == ("sign_in_code_issued", organiser)
    assert json.loads(event.payload) == {"code": row.pk, "user": judge.handle}


def test_sign_in_by_code_or_token_and_again_on_a_second_device(issue, judge, now):
    issued = issue()

    assert sign_in_by_code(token=issued.token, address="10.0.0.1", now=now).user == judge
    assert sign_in_by_code(code=issued.code, address="10.0.0.2", now=now).user == judge
    assert SignInCode.objects.get().last_used_at == now


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ")])
def test_sign_in_by_code_however_it_was_typed(issue, judge, now, spell):
    assert sign_in_by_code(code=spell(issue().code), address="10.0.0.1", now=now).user == judge


def test_sign_in_by_code_expired_is_refused(issue, now):
    issued = issue()

    for secret in ({"token": issued.token}, {"code": issued.code}):
        with pytest.raises(CodeInvalid, match="已过期或已作废"):
            sign_in_by_code(**secret, address="10.0.0.1", now=now + timedelta(hours=12))


def test_issue_sign_in_code_again_replaces_the_older_and_keeps_sessions(issue, judge, now):
    first = issue()
    session = judge.get_session_auth_hash()
    second = issue()

    with pytest.raises(CodeInvalid):
        sign_in_by_code(token=first.token, address="10.0.0.1", now=now)
    assert sign_in_by_code(token=second.token, address="10.0.0.1", now=now).user == judge
    judge.refresh_from_db()
    assert judge.get_session_auth_hash() == session


def test_revoke_sign_in_codes_ends_sessions(issue, judge, edition, organiser, now):
    issued = issue()
    session = judge.get_session_auth_hash()

    assert revoke_sign_in_codes(user=judge, edition=edition, actor=organiser, now=now) == 1

    with pytest.raises(CodeInvalid):
        sign_in_by_code(token=issued.token, address="10.0.0.1", now=now)
    judge.refresh_from_db()
    assert judge.get_session_auth_hash() != session
    assert Event.objects.latest("number").kind == "sign_in_codes_revoked"
    assert revoke_sign_in_codes(user=judge, edition=edition, actor=organiser, now=now) == 0


def test_issue_sign_in_code_in_the_past_is_refused(judge, edition, organiser, now):
    with pytest.raises(CodeInvalid, match="必须晚于现在"):
        issue_sign_in_code(user=judge, edition=edition, actor=organiser, now=now, expires_at=now)

    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SUPERVISOR])
def test_sign_in_code_never_opens_more_than_judging(issue, judge, edition, organiser, now, role):
    issued = issue()
    grant_role(user=judge, edition=edition, role=role, actor=organiser, now=now)

    with pytest.raises(RoleRefused, match="请用账号和密码登录"):
        sign_in_by_code(token=issued.token, address="10.0.0.1", now=now)
    with pytest.raises(RoleRefused):
        issue()


def test_sign_in_code_of_an_administrator_or_inactive_account_is_refused(issue, judge):
    judge.is_staff = True
    with pytest.raises(RoleRefused, match="管理或监督"):
        issue()
    judge.is_staff, judge.is_active = False, False
    with pytest.raises(RoleRefused, match="已停用"):
        issue()


def test_pitfall_29_wrong_codes_lock_a_guesser_but_not_the_hall(issue, judge, now):
    issued = issue()
    for _ in range(FAILURE_LIMIT - 1):
        with pytest.raises(CodeInvalid):
            sign_in_by_code(code="22222-22222", address="10.0.0.1", now=now)
    assert sign_in_by_code(code=issued.code, address="10.0.0.1", now=now).user == judge

    with pytest.raises(CodeInvalid):
        sign_in_by_code(code="22222-22222", address="10.0.0.1", now=now)

    with pytest.raises(TooManyAttempts):
        sign_in_by_code(code=issued.code, address="10.0.0.1", now=now)
    assert sign_in_by_code(token=issued.token, address="10.0.0.1", now=now).user == judge
    assert sign_in_by_code(code=issued.code, address="10.0.0.2", now=now).user == judge
    assert sign_in_by_code(code=issued.code, address="10.0.0.1", now=now + FAILURE_WINDOW).user == judge


def test_failed_codes_are_forgotten_after_a_day(judge, now):
    for moment in (now, now + timedelta(days=2)):
        with pytest.raises(CodeInvalid):
            sign_in_by_code(code="wrong", address="10.0.0.1", now=moment)

    assert [failed.at for failed in FailedCode.objects.all()] == [now + timedelta(days=2)]
    assert "10.0.0.1" not in FailedCode.objects.get().address_index


def test_codes_and_messages_are_named_without_secrets(issue, judge, edition, organiser, now):
    issued = issue()
    row = SignInCode.objects.get()

    assert str(row) == f"{judge.pk} 2026-11-20"
    assert issued.code not in str(row)
