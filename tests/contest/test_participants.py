"""A contestant's account: opened by the organiser, entered by a one-time code."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.exceptions import RoleRefused
from accounts.models import Role, User
from accounts.services import create_user, sign_up
from certificates.exceptions import BatchRefused
from certificates.models import Certificate
from contest.exceptions import ContestRefused
from contest.models import Contestant
from contest.services import create_contest, import_contestants, open_participant_account, propose_group_result
from core.models import Edition
from ledger.models import Event
from results.services import confirm_result, draft_batch, publish_result
from tests.certificates.proofed import certify
from tests.contest.office import FIRST_DAY

PASSWORD = "kunlun-shan-2026"


def test_account_opened_and_entered(enter, signed_in, organiser, client):
    (contestant,) = enter(1)
    address = reverse("organise_contestant", args=["2026", contestant.pk])
    office = signed_in(organiser)
    assert "为选手开通账号" in office.get(address).content.decode()
    answer = office.post(reverse("organise_contestant_account", args=["2026", contestant.pk]))
    assert "no-store" in answer["Cache-Control"]
    code = re.search(r"<code[^>]*>([^<]+)<", answer.content.decode()).group(1)
    fields = {"identifier": contestant.phone, "code": code, "password": PASSWORD}
    client.logout()
    client.post(reverse("reset_by_code"), fields)
    client.post(reverse("sign_in"), {"username": contestant.phone, "password": PASSWORD})
    assert contestant.title in client.get(reverse("my_home")).content.decode()
    contestant.refresh_from_db()
    assert json.loads(Event.objects.get(kind="participant_account_opened").payload) == {
        "contestant": contestant.pk,
        "user": contestant.user.handle,
    }


def test_account_of_a_junior_is_the_guardians_for_all_children(contest, junior, registration, organiser, now):
    born = FIRST_DAY.replace(year=2014)
    rows = [
        registration(serial, group=junior, birth_date=born, guardian_name="唐知", phone="19900000001")
        for serial in (1, 2)
    ]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    first, second = Contestant.objects.order_by("pk")
    opened = open_participant_account(contestant=first, actor=organiser, now=now)
    opened.user.set_password(PASSWORD)
    opened.user.save()
    again = open_participant_account(contestant=second, actor=organiser, now=now)
    assert (opened.user.name, again.user, again.code) == ("唐知", opened.user, "")
    assert open_participant_account(contestant=second, actor=organiser, now=now).code != ""


def test_account_with_the_phone_of_another_name(enter, organiser, now):
    (contestant,) = enter(1)
    create_user(name="别人", phone=contestant.phone)
    with pytest.raises(ContestRefused, match="另一个姓名"):
        open_participant_account(contestant=contestant, actor=organiser, now=now)
    contestant.refresh_from_db()
    assert contestant.user is None


def test_account_without_a_phone(enter, organiser, now):
    (contestant,) = enter(1)
    Contestant.objects.update(phone=None)
    with pytest.raises(ContestRefused, match="需要联系电话"):
        open_participant_account(contestant=contestant, actor=organiser, now=now)
    assert not User.objects.filter(name=contestant.name).exists()


def test_account_with_a_role_gets_no_code(enter, make_person, organiser, now):
    """Registering a colleague under his name and phone must not hand over his account."""
    (contestant,) = enter(1)
    judge = make_person("judge", Role.JUDGE, email="judge@example.com")
    Contestant.objects.update(user=judge)
    with pytest.raises(RoleRefused, match="另有工作角色"):
        open_participant_account(contestant=contestant, actor=organiser, now=now)


def test_account_of_another_edition_gets_no_code(enter, registration, organiser, now):
    (contestant,) = enter(1)
    account = open_participant_account(contestant=contestant, actor=organiser, now=now).user
    other = Edition.objects.create(slug="2025", title="上一届", year=2025, organiser_name="市科协", created_at=now)
    before = create_contest(
        edition=other,
        title="2025 年科普讲解大赛",
        slug="jiangjie",
        first_day=FIRST_DAY.replace(year=2025),
        preset="contest-two-groups",
        actor=organiser,
        now=now,
    )
    row = registration(1, group=before.groups.get(code="adult"), name=contestant.name, phone=contestant.phone)
    import_contestants(contest=before, rows=[row], actor=organiser, now=now)
    assert before.contestants.get().user == account
    with pytest.raises(ContestRefused, match="还用于别的届次"):
        open_participant_account(contestant=contestant, actor=organiser, now=now)


def test_account_refused_says_why_on_the_page(enter, signed_in, organiser):
    (contestant,) = enter(1)
    create_user(name="别人", phone=contestant.phone)
    address = reverse("organise_contestant_account", args=["2026", contestant.pk])
    assert "另一个姓名" in signed_in(organiser).post(address, follow=True).content.decode()


def test_account_that_has_a_password_is_only_linked(enter, signed_in, organiser):
    (contestant,) = enter(1)
    create_user(name=contestant.name, phone=contestant.phone, password=PASSWORD)
    address = reverse("organise_contestant_account", args=["2026", contestant.pk])
    page = signed_in(organiser).post(address, follow=True).content.decode()
    assert "请本人用原来的密码登录" in page
    assert "重新发放密码重置码" in page


def test_certificate_made_before_the_account_is_downloaded(
    finished, organiser, supervisor, stranger, signed_in, now, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    (first, *_) = certify(finished, organiser=organiser, supervisor=supervisor, now=now)
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7 one")
    Certificate.objects.filter(pk=first.pk).update(state="issued", file="one.pdf")
    contestant = Contestant.objects.get(appearances__entry__round=finished.round, appearances__entry__code="01")
    opened = open_participant_account(contestant=contestant, actor=organiser, now=now)
    address = reverse("my_registration_certificate", args=[contestant.pk, first.pk])
    client = signed_in(opened.user)
    assert address in client.get(reverse("my_home")).content.decode()
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 one"
    other = reverse("my_registration_certificate", args=[contestant.pk, first.pk + 1])
    assert client.get(other).status_code == 404
    assert signed_in(stranger).get(address).status_code == 404


def test_a_list_proposed_again_keeps_the_certificates_of_accounts_opened_since(finished, organiser, supervisor, now):
    before = certify(finished, organiser=organiser, supervisor=supervisor, now=now)
    contestant = Contestant.objects.get(appearances__entry__round=finished.round, appearances__entry__code="01")
    opened = open_participant_account(contestant=contestant, actor=organiser, now=now)
    roster = propose_group_result(round=finished.round, reason="核对", actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    with pytest.raises(BatchRefused, match="没有需要制作的证书"):
        draft_batch(result=finished, actor=organiser, now=now)
    assert Certificate.objects.count() == len(before)
    handed = Certificate.objects.get(pk=before[0].pk)
    assert (handed.recipient_user, handed.told_at) == (opened.user, None)  # told when its file is there


@pytest.fixture
def sign_up_as(db, now):
    """Return a function: somebody makes himself an account; his browser, signed in."""

    def do(name: str, phone: str) -> Client:
        sign_up(name=name, identifier=phone, password=PASSWORD, agreed=True, address="a", origin="", now=now)
        browser = Client()
        browser.post(reverse("sign_in"), {"username": phone, "password": PASSWORD})
        return browser

    return do


def test_who_signed_up_first_with_somebodys_phone_finds_nothing_imported(sign_up_as, enter):
    browser = sign_up_as("选手1", "19900000001")

    (contestant,) = enter(1)

    assert contestant.phone == "19900000001"
    assert contestant.user is None
    assert contestant.title not in browser.get(reverse("my_home")).content.decode()


def test_who_signed_up_first_is_out_once_the_office_opens_the_account(sign_up_as, enter, organiser, now):
    browser = sign_up_as("选手1", "19900000001")
    (contestant,) = enter(1)

    opened = open_participant_account(contestant=contestant, actor=organiser, now=now)

    assert opened.code
    assert browser.get(reverse("my_home")).status_code == 302
    again = browser.post(reverse("sign_in"), {"username": "19900000001", "password": PASSWORD})
    assert "账号或密码不正确" in again.content.decode()
