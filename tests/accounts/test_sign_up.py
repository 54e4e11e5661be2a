"""An account by oneself: made by phone or e-mail, saying to nobody who has one, and trusted by nobody unchecked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.exceptions import AccountInvalid, TooManyAttempts
from accounts.models import Role, User
from accounts.selectors import SIGN_UPS_OF_ONE_ACCOUNT, find_user
from accounts.services import PRIVACY_VERSION, add_person, sign_up, take_over_account
from outbox.models import Message
from tests.accounts.conftest import PASSWORD

FIELDS = {"name": "周 小禾", "identifier": "19900001234", "password": PASSWORD, "agreed": "on"}


def post(client, **changes):
    return client.post(reverse("sign_up"), FIELDS | changes)


@pytest.fixture
def make(now):
    """Return a function: the service with a whole form."""

    def do(**changes):
        fields = {"name": "周小禾", "identifier": "19900001234", "password": PASSWORD, "agreed": True}
        sign_up(**(fields | {"address": "203.0.113.7", "origin": "https://example.org", "now": now} | changes))

    return do


def test_sign_up_makes_an_account_that_says_it_is_unchecked(db, make, now):
    make()

    user = User.objects.get()
    assert (user.name, user.phone, user.email, user.self_registered_at, user.privacy_version) == (
        "周小禾",
        "19900001234",
        None,
        now,
        PRIVACY_VERSION,
    )
    assert user.check_password(PASSWORD)


def test_sign_up_then_sign_in_goes_on_to_where_one_was_heading(db, client):
    answer = post(client, next="/my/messages/")
    assert answer["Location"] == f"{reverse('sign_in')}?next=%2Fmy%2Fmessages%2F"

    page = client.get(answer["Location"]).content.decode()
    assert "请用刚才填的手机号或邮箱和密码登录" in page
    entered = client.post(
        reverse("sign_in"), {"username": "199 0000 1234", "password": PASSWORD, "next": "/my/messages/"}
    )
    assert entered["Location"] == "/my/messages/"


def test_sign_up_never_leads_to_another_site(db, client):
    assert post(client, next="https://evil.cn/")["Location"] == reverse("sign_in")


@pytest.mark.parametrize("identifier", ["13800001234", "judge@example.com", "JUDGE@example.com "])
def test_sign_up_with_a_known_account_answers_the_same_and_changes_nothing(judge, client, identifier):
    before = User.objects.values().get(pk=judge.pk)

    known, fresh = post(client, identifier=identifier), post(Client(), identifier="19900009999")

    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert User.objects.values().get(pk=judge.pk) == before
    assert User.objects.filter(name="周 小禾").count() == 1


def test_sign_up_with_a_known_mail_sends_its_owner_a_link(judge, make):
    make(identifier="judge@example.com")

    [message] = Message.objects.all()
    assert (message.recipient, "/password/" in message.body) == (judge, True)
    assert mail.outbox == []  # the worker sends it


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"agreed": ""}, "agreed", "请先阅读并同意隐私说明。"),
        ({"password": "1234567890"}, "password", "密码不能只有数字"),
        ({"identifier": "138"}, "identifier", "不是电话号码"),
        ({"identifier": "12345678901"}, "identifier", "请核对 11 位号码"),
        ({"identifier": "a@b"}, "identifier", "不是电子邮箱地址"),
        ({"name": "王\ue001"}, "name", "自造字区"),
    ],
)
def test_sign_up_faults_stand_at_their_field_and_what_was_typed_stays(db, client, changes, field, words):
    answer = post(client, **changes)

    page = answer.content.decode()
    assert words in page[page.index(f'id="id_{field}"') :]
    assert f'value="{(FIELDS | changes)["identifier"]}"' in page
    assert PASSWORD not in page
    assert User.objects.count() == 0


def test_sign_up_escapes_a_name(db, client):
    assert "<script>alert" not in post(client, name="<script>alert(1)</script>", agreed="").content.decode()


def test_sign_up_of_one_account_again_and_again_is_stopped_and_others_are_not(db, make, now):
    """Pitfall 29: one address may be a whole school."""
    for _ in range(SIGN_UPS_OF_ONE_ACCOUNT):
        make()

    with pytest.raises(TooManyAttempts):
        make()
    make(identifier="19900005555")
    make(now=now + timedelta(minutes=16))
    assert User.objects.count() == 2


def test_sign_up_from_one_address_without_end_is_stopped(db, make):
    for number in range(60):
        make(identifier=f"1990001{number:04d}")

    with pytest.raises(TooManyAttempts):
        make(identifier="19900020000")


def test_sign_up_without_agreement_is_refused_by_the_service_too(db, make):
    with pytest.raises(AccountInvalid):
        make(agreed=False)


def test_sign_up_of_somebody_signed_in_goes_on(signed_in, judge):
    assert signed_in(judge).get(reverse("sign_up"))["Location"] == reverse("start")


def test_role_given_to_a_self_made_account_does_not_go_to_whoever_signed_up_first(db, make, edition, organiser, now):
    make(name="柳评委", identifier="13800001234")
    intruder = Client()
    intruder.post(reverse("sign_in"), {"username": "13800001234", "password": PASSWORD})
    assert intruder.get(reverse("my_account")).status_code == 200

    person = add_person(name="柳评委", phone="13800001234", edition=edition, role=Role.JUDGE, actor=organiser, now=now)

    assert person == find_user("13800001234")
    assert not person.has_usable_password()
    assert intruder.get(reverse("my_account")).status_code == 302
    assert User.objects.get(pk=person.pk).self_registered_at is None


def test_taking_over_leaves_an_account_that_the_office_made(judge):
    take_over_account(user=judge)

    assert User.objects.get(pk=judge.pk).check_password(PASSWORD)


def test_privacy_notice_names_its_version_and_who_answers(edition, client):
    page = client.get(reverse("privacy")).content.decode()

    assert PRIVACY_VERSION in page
    assert "示范市科学技术协会" in page
    assert client.post(reverse("privacy")).status_code == 405


def test_sign_in_page_leads_to_the_sign_up(db, client):
    page = client.get(f"{reverse('sign_in')}?next=/my/").content.decode()

    assert f'href="{reverse("sign_up")}?next=/my/"' in page
