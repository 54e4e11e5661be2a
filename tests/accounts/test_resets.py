"""New passwords by an organiser's code and by mail."""

import json
from datetime import timedelta

import pytest

from accounts.exceptions import AccountInvalid, CodeInvalid, RoleRefused, TooManyAttempts
from accounts.models import ResetCode, Role
from accounts.selectors import FAILURE_LIMIT
from accounts.services import create_user, grant_role, issue_reset_code, mail_reset_link, reset_password, revoke_role
from ledger.models import Event
from outbox.models import Message
from outbox.selectors import messages_of


@pytest.fixture
def code(judge, edition, organiser, now) -> str:
    return issue_reset_code(user=judge, edition=edition, actor=organiser, now=now)


def reset(code, now, *, identifier="13800001234", password="a brand new one"):
    return reset_password(identifier=identifier, code=code, password=password, address="10.0.0.1", now=now)


def test_reset_password_by_code_works_once(code, judge, now):
    assert reset(code.lower(), now) == judge

    judge.refresh_from_db()
    assert judge.check_password("a brand new one")
    with pytest.raises(CodeInvalid, match="已使用"):
        reset(code, now)


def test_issue_reset_code_is_in_the_ledger_and_told_to_the_owner(code, judge, organiser):
    row = ResetCode.objects.get()

    assert code.replace("-", "") not in row.code_digest
    event = Event.objects.latest("number")
    assert (event.kind, json.loads(event.payload)) == ("reset_code_issued", {"reset": row.pk, "user": judge.handle})
    assert [message.subject for message in messages_of(judge)] == ["密码重置码已发放"]


def test_issue_reset_code_again_replaces_the_older(code, judge, edition, organiser, now):
    second = issue_reset_code(user=judge, edition=edition, actor=organiser, now=now)

    with pytest.raises(CodeInvalid):
        reset(code, now)
    assert reset(second, now) == judge


@pytest.mark.parametrize("identifier", ["13900000000", "nobody@example.com", "organiser@example.com", "?"])
def test_reset_password_of_another_account_is_refused_in_the_same_words(code, now, identifier):
    with pytest.raises(CodeInvalid, match="账号或重置码不正确"):
        reset(code, now, identifier=identifier)


def test_reset_password_after_a_day_is_refused(code, now):
    with pytest.raises(CodeInvalid):
        reset(code, now + timedelta(hours=24))


def test_reset_password_weak_leaves_the_code_usable(code, judge, now):
    with pytest.raises(AccountInvalid):
        reset(code, now, password="short")

    assert reset(code, now) == judge


def test_reset_password_guessing_is_stopped(code, now):
    for _ in range(FAILURE_LIMIT):
        with pytest.raises(CodeInvalid):
            reset("22222-22222", now)

    with pytest.raises(TooManyAttempts):
        reset(code, now)


def test_issue_reset_code_beyond_the_organiser_is_refused(edition, organiser, supervisor, stranger, make_person, now):
    administrator = make_person("管理员", Role.CLERK, email="root@example.com")
    administrator.is_staff = True
    inactive = make_person("停用", Role.CLERK, email="gone@example.com")
    inactive.is_active = False
    nameless = make_person("无号码", Role.JUDGE)
    refused = {
        organiser: "我的账号",
        supervisor: "监督员的密码",
        administrator: "系统管理员",
        inactive: "已停用",
        nameless: "没有手机号和邮箱",
        stranger: "在本届没有角色",
    }

    for user, reason in refused.items():
        with pytest.raises(RoleRefused, match=reason):
            issue_reset_code(user=user, edition=edition, actor=organiser, now=now)

    assert not ResetCode.objects.exists()


def test_issue_reset_code_after_the_role_was_taken_back_is_refused(judge, edition, organiser, now):
    revoke_role(grant=judge.grants.get(), actor=organiser, now=now)

    with pytest.raises(RoleRefused, match="在本届没有角色"):
        issue_reset_code(user=judge, edition=edition, actor=organiser, now=now)


def test_mail_reset_link_owes_one_mail_in_two_minutes(judge, now):
    for moment in (now, now + timedelta(minutes=1), now + timedelta(minutes=3)):
        mail_reset_link(email="Judge@example.com ", origin="https://mingping.example", now=moment)

    mails = list(Message.objects.filter(channel="mail").order_by("pk"))
    assert [mail.created_at for mail in mails] == [now, now + timedelta(minutes=3)]
    assert "https://mingping.example/password/" in mails[0].body
    assert not messages_of(judge).exists()


def test_mail_reset_link_to_nobody_is_silent(judge, now):
    judge.is_active = False
    judge.save()

    mail_reset_link(email="judge@example.com", origin="https://mingping.example", now=now)
    mail_reset_link(email="nobody@example.com", origin="https://mingping.example", now=now)

    assert not Message.objects.exists()


def test_mail_reset_link_works_for_an_account_without_password(edition, organiser, now):
    user = create_user(name="新人", email="new@example.com")
    grant_role(user=user, edition=edition, role=Role.CLERK, actor=organiser, now=now)

    mail_reset_link(email="new@example.com", origin="https://mingping.example", now=now)

    assert Message.objects.get().recipient == user
