"""The ways in, as pages."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, SignInCode, User
from accounts.selectors import FAILURE_LIMIT, identifier_index
from accounts.services import create_user, invite, issue_reset_code, revoke_sign_in_codes
from accounts.services.attempts import record_failed_code
from outbox.models import Message
from outbox.services import deliver_message
from tests.accounts.conftest import PASSWORD

LIMIT = 8


def sign_in(client, username, password, **extra):
    return client.post(reverse("sign_in"), {"username": username, "password": password}, **extra)


def signed_in_as(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("username", ["judge@example.com", "JUDGE@example.com", "138 0000 1234"])
def test_sign_in_by_phone_or_email(client, judge, username):
    response = sign_in(client, username, PASSWORD)

    assert (response.status_code, response["Location"]) == (302, reverse("start"))
    assert signed_in_as(client) == str(judge.pk)


@pytest.mark.parametrize("username", ["judge@example.com", "nobody@example.com", "13900000000"])
def test_sign_in_wrong_says_the_same_and_keeps_what_was_typed(client, judge, username):
    page = sign_in(client, username, "wrong").content.decode()

    assert "账号或密码不正确" in page
    assert f'value="{username}"' in page
    assert signed_in_as(client) is None


def test_sign_in_inactive_account_is_refused(client, judge):
    User.objects.filter(pk=judge.pk).update(is_active=False)

    assert "账号或密码不正确" in sign_in(client, "judge@example.com", PASSWORD).content.decode()


@pytest.mark.parametrize(("wanted", "destination"), [("/my/messages/", "/my/messages/"), ("https://evil.cn/", None)])
def test_sign_in_goes_on_within_the_site_only(client, judge, wanted, destination):
    fields = {"username": "judge@example.com", "password": PASSWORD, "next": wanted}

    assert client.post(reverse("sign_in"), fields)["Location"] == (destination or reverse("start"))


def test_sign_in_page_of_someone_signed_in_goes_on(signed_in, judge):
    assert signed_in(judge).get(reverse("sign_in")).status_code == 302


def test_pitfall_29_a_locked_account_does_not_lock_the_hall(client, judge):
    create_user(name="邻座", email="next@example.com", password=PASSWORD)
    for person in range(60):  # one failure each, all behind one address
        sign_in(Client(), f"1390000{person:04}", "wrong")
    for _ in range(LIMIT - 1):
        assert sign_in(Client(), "judge@example.com", "wrong").status_code == 200
    assert sign_in(Client(), "judge@example.com", "wrong").status_code == 429

    locked = sign_in(client, "judge@example.com", PASSWORD)

    assert locked.status_code == 429
    assert "暂停登录 15 分钟，其他人不受影响" in locked.content.decode()
    assert sign_in(Client(), "next@example.com", PASSWORD).status_code == 302
    assert sign_in(client, "judge@example.com", PASSWORD, REMOTE_ADDR="10.9.9.9").status_code == 302


def test_sign_in_failures_are_counted_without_the_phone_in_clear(client, judge):
    sign_in(client, "13800001234", "wrong")
    attempt = AccessAttempt.objects.get()

    assert attempt.username == identifier_index("138 0000 1234")
    assert "13800001234" not in f"{attempt.username}{attempt.post_data}{attempt.get_data}"
    assert "wrong" not in attempt.post_data


def test_sign_in_success_forgets_the_failures_before(client, judge):
    for _ in range(LIMIT - 1):
        sign_in(client, "judge@example.com", "wrong")
    sign_in(client, "judge@example.com", PASSWORD)

    assert not AccessAttempt.objects.exists()


def test_sign_out_is_by_post_only(signed_in, judge):
    client = signed_in(judge)

    assert client.get(reverse("sign_out")).status_code == 405
    assert signed_in_as(client) == str(judge.pk)
    assert client.post(reverse("sign_out"))["Location"] == reverse("home")
    assert signed_in_as(client) is None


def test_pitfall_16_opening_a_code_signs_nobody_in(client, issued, judge):
    page = client.get(reverse("code_sign_in", args=[issued.token]))

    assert "我是柳评委，登录" in page.content.decode()
    assert "2026 科技活动周" in page.content.decode()
    assert signed_in_as(client) is None
    assert SignInCode.objects.get().last_used_at is None


def test_code_sign_in_by_a_tap_ends_with_the_code(client, issued, judge):
    response = client.post(reverse("code_sign_in", args=[issued.token]))

    assert (response.status_code, response["Location"]) == (302, reverse("judge_home"))
    assert signed_in_as(client) == str(judge.pk)
    assert client.session.get_expiry_age() <= timedelta(hours=12).total_seconds()


def test_code_sign_in_starts_a_session_of_its_own(signed_in, organiser, issued, judge):
    client = signed_in(organiser)
    session = client.session
    session["left behind"] = "by the organiser"
    session.save()
    before = session.session_key

    assert "现在登录的是郝组织" in client.get(reverse("code_sign_in", args=[issued.token])).content.decode()
    client.post(reverse("code_sign_in", args=[issued.token]))

    assert signed_in_as(client) == str(judge.pk)
    assert client.session.session_key != before
    assert "left behind" not in client.session


def test_code_sign_in_revoked_ends_the_open_session(client, issued, judge, edition, organiser, now):
    client.post(reverse("code_sign_in", args=[issued.token]))
    revoke_sign_in_codes(user=judge, edition=edition, actor=organiser, now=now)

    assert client.get(reverse("my_account")).status_code == 302
    assert client.get(reverse("code_sign_in", args=[issued.token])).status_code == 404
    assert client.post(reverse("code_sign_in", args=[issued.token])).status_code == 404


def test_code_entry_by_hand(client, issued, judge):
    assert client.get(reverse("code_entry")).status_code == 200

    response = client.post(reverse("code_entry"), {"code": issued.code.lower()})

    assert (response.status_code, signed_in_as(client)) == (302, str(judge.pk))


def test_code_entry_wrong_says_what_to_do(client, issued):
    response = client.post(reverse("code_entry"), {"code": "22222-22222"})

    assert "登录码不正确、已过期或已作废" in response.content.decode()
    assert 'value="22222-22222"' in response.content.decode()


def test_code_entry_guessing_is_stopped(client, issued):
    for _ in range(FAILURE_LIMIT):
        record_failed_code(address="127.0.0.1", now=timezone.now())

    assert client.post(reverse("code_entry"), {"code": issued.code}).status_code == 429


def test_password_reset_by_mail_from_page_to_password(client, judge):
    assert client.get(reverse("password_reset")).status_code == 200
    response = client.post(reverse("password_reset"), {"email": "judge@example.com"}, follow=True)
    assert "请查收邮件" in response.content.decode()
    deliver_message(message_id=Message.objects.get().pk, now=timezone.now())
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert found is not None

    form = client.get(found[1], follow=True)
    weak = client.post(form.request["PATH_INFO"], {"password": "short"})
    done = client.post(form.request["PATH_INFO"], {"password": "a brand new one"})

    assert "密码太短，至少要 10 位" in weak.content.decode()
    assert done["Location"] == reverse("sign_in")
    assert sign_in(client, "judge@example.com", "a brand new one").status_code == 302
    assert "重设链接已使用或已过期" in Client().get(found[1], follow=True).content.decode()


def test_password_reset_of_nobody_looks_the_same(client, db):
    response = client.post(reverse("password_reset"), {"email": "nobody@example.com"})

    assert response["Location"] == reverse("password_reset_sent")
    assert not Message.objects.exists()


def test_password_reset_without_mail_says_so(client, db, settings):
    settings.EMAIL_HOST = ""

    assert "没有配置邮件服务" in client.get(reverse("password_reset")).content.decode()
    assert client.post(reverse("password_reset"), {"email": "a@example.com"}).status_code == 200


def test_reset_by_code_page(client, judge, edition, organiser):
    code = issue_reset_code(user=judge, edition=edition, actor=organiser, now=timezone.now())
    assert client.get(reverse("reset_by_code")).status_code == 200
    fields = {"identifier": "13800001234", "code": code, "password": "a brand new one"}

    wrong = client.post(reverse("reset_by_code"), {**fields, "code": "22222-22222"})
    right = client.post(reverse("reset_by_code"), fields)

    assert "账号或重置码不正确" in wrong.content.decode()
    assert right["Location"] == reverse("sign_in")
    assert sign_in(client, "13800001234", "a brand new one").status_code == 302


@pytest.fixture
def invitation_url(edition, organiser):
    _, token = invite(edition=edition, role=Role.CLERK, name="统小计", actor=organiser, now=timezone.now())
    return reverse("invitation", args=[token])


def test_invitation_makes_an_account_and_signs_in(client, invitation_url, edition):
    assert 'value="统小计"' in client.get(invitation_url).content.decode()

    response = client.post(
        invitation_url, {"name": "统小计", "phone": "13900000000", "email": "", "password": "a brand new one"}
    )

    user = User.objects.get(name="统小计")
    assert (response["Location"], signed_in_as(client)) == (reverse("start"), str(user.pk))
    assert user.roles_in(edition) == {"clerk"}
    assert Client().get(invitation_url).status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"phone": ""}, "手机号和电子邮箱至少填一项"),
        ({"phone": "12345678901"}, "请核对 11 位号码"),
        ({"password": "short"}, "密码太短，至少要 10 位"),
        ({"email": "organiser@example.com"}, "此电子邮箱已有账号"),
    ],
)
def test_invitation_with_mistakes_keeps_what_was_typed(client, invitation_url, edition, changes, message):
    before = User.objects.count()
    fields = {"name": "统小计二", "phone": "13900000000", "email": "", "password": "a brand new one", **changes}

    page = client.post(invitation_url, fields).content.decode()

    assert message in page
    assert 'value="统小计二"' in page
    assert User.objects.count() == before


def test_invitation_accepted_by_someone_signed_in(signed_in, stranger, invitation_url, edition):
    client = signed_in(stranger)
    assert "以路人的账号接受" in client.get(invitation_url).content.decode()
    assert stranger.roles_in(edition) == frozenset()
    stranger.forget_roles()

    assert client.post(invitation_url)["Location"] == reverse("start")
    assert stranger.roles_in(edition) == {"clerk"}


def test_account_page_masks_contacts_and_changes_the_password(signed_in, judge):
    client = signed_in(judge)
    page = client.get(reverse("my_account")).content.decode()
    assert "138****1234 · ju****@example.com" in page
    assert "13800001234" not in page

    wrong = client.post(reverse("my_account"), {"old_password": "wrong", "password": "a brand new one"})
    right = client.post(reverse("my_account"), {"old_password": PASSWORD, "password": "a brand new one"})

    assert "原密码不正确" in wrong.content.decode()
    assert right["Location"] == reverse("my_account")
    assert client.get(reverse("my_account")).status_code == 200, "this session goes on"
    judge.refresh_from_db()
    assert judge.check_password("a brand new one")


def test_account_page_without_password_has_no_form(signed_in, edition):
    user = create_user(name="只有登录码")
    client = signed_in(user)

    assert "用登录码登录，没有密码" in client.get(reverse("my_account")).content.decode()
    assert client.post(reverse("my_account"), {"old_password": "", "password": "a brand new one"}).status_code == 200
    user.refresh_from_db()
    assert not user.has_usable_password()
