"""Calls and registrations for programs: the pages' rules, in JSON."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.services import create_unit, grant_role
from contest.models import Contest, Contestant
from contest.services import start_registration
from tests.contest.office import id_number


@pytest.fixture
def called(contest):
    """The contest with a published call, open for another week."""
    contest.call_text, contest.call_published_at = "欢迎报名", timezone.now()
    contest.registration_closes_at = timezone.now() + timedelta(days=7)
    contest.save()
    return contest


@pytest.fixture
def api(signed_in, stranger):
    """Return a function: the stranger asks the API; the answer's status and body."""
    client = signed_in(stranger)

    def ask(method: str, name: str, *ids: int, **body):
        address = reverse(name, args=ids)
        answer = getattr(client, method)(address, body or None, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    return ask


def values(adult, **changes) -> dict[str, str]:
    born = date(1990, 5, 1)
    return {
        "group": str(adult.pk),
        "name": "路人",
        "gender": "女",
        "id_number": id_number(born),
        "workplace": "市实验小学",
        "title": "蜜蜂与数学",
        "phone": "19900000001",
        **changes,
    }


def test_published_calls_are_for_everybody(client, called, adult):
    [line] = client.get(reverse("api_contests")).json()["results"]
    assert (line["title"], line["edition"], line["individuals_may_register"]) == (called.title, "2026", True)
    found = client.get(reverse("api_contest", args=[called.pk])).json()
    assert [group["title"] for group in found["groups"]] == ["成年组", "少年组"]
    assert found["call_text"] == "欢迎报名"


def test_call_that_is_not_published_is_not_there(client, contest):
    Contest.objects.update(call_published_at=None)
    assert client.get(reverse("api_contests")).json() == {"count": 0, "results": []}
    assert client.get(reverse("api_contest", args=[contest.pk])).status_code == 404


def test_registration_from_draft_to_submission_and_back(api, called, adult):
    code, made = api("post", "api_registrations", contest=called.pk, group=adult.pk)
    assert (code, made["status"], made["version"]) == (201, "draft", 0)
    code, saved = api("put", "api_registration", made["id"], values=values(adult, phone="１２"), version=0)
    assert (code, saved["fields"]["phone"], saved["version"]) == (200, "１２", 1)
    code, refused = api("post", "api_registration_submit", made["id"], version=1)
    assert (code, refused["code"], list(refused["errors"])) == (422, "invalid", ["phone"])
    api("put", "api_registration", made["id"], values=values(adult), version=1)
    code, submitted = api("post", "api_registration_submit", made["id"], version=2)
    assert (code, submitted["status"]) == (200, "submitted")
    code, recalled = api("post", "api_registration_recall", made["id"])
    assert (code, recalled["status"], recalled["fields"]["name"]) == (200, "draft", "路人")


def test_pitfall_20_older_version_is_told_what_is_stored(api, called, adult):
    _, made = api("post", "api_registrations", contest=called.pk, group=adult.pk)
    api("put", "api_registration", made["id"], values=values(adult), version=0)
    code, answer = api("put", "api_registration", made["id"], values=values(adult, title="别的题目"), version=0)
    assert (code, answer["version"], answer["stored"]["title"]) == (409, 1, "蜜蜂与数学")


def test_deadline_is_the_servers(api, called, adult):
    _, made = api("post", "api_registrations", contest=called.pk, group=adult.pk)
    api("put", "api_registration", made["id"], values=values(adult), version=0)
    called.registration_closes_at = timezone.now()
    called.save()
    code, answer = api("post", "api_registration_submit", made["id"], version=1)
    assert (code, answer["code"]) == (409, "too_late")
    assert "截止" in answer["message"]


def test_draft_is_thrown_away(api, called, adult):
    _, made = api("post", "api_registrations", contest=called.pk, group=adult.pk)
    assert api("delete", "api_registration", made["id"]) == (204, None)
    assert not Contestant.objects.exists()


def test_registration_of_somebody_else_is_not_there(api, called, adult, organiser, now):
    other = start_registration(
        contest=called,
        group=adult,
        channel=Contestant.Channel.INDIVIDUAL,
        owner=organiser,
        actor=organiser,
        now=now,
    )
    assert api("get", "api_registration", other.pk)[0] == 404
    assert api("put", "api_registration", other.pk, values={}, version=0)[0] == 404
    assert api("post", "api_registration_submit", other.pk, version=0)[0] == 404
    assert api("get", "api_registrations") == (200, {"count": 0, "results": []})


def test_unit_registers_by_its_coordinator_only(api, called, adult, edition, stranger, now):
    unit = create_unit(name="红旗区科学技术协会")
    assert api("post", "api_registrations", contest=called.pk, group=adult.pk, unit=unit.pk)[0] == 404
    grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    code, made = api("post", "api_registrations", contest=called.pk, group=adult.pk, unit=unit.pk)
    assert (code, made["unit"]) == (201, unit.pk)
    assert api("get", "api_registrations")[1]["count"] == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_registrations_take_a_fixed_number_of_queries(
    signed_in, stranger, called, adult, now, rows, django_assert_num_queries
):
    for _ in range(rows):
        start_registration(
            contest=called,
            group=adult,
            channel=Contestant.Channel.INDIVIDUAL,
            owner=stranger,
            actor=stranger,
            now=now,
        )
    client = signed_in(stranger)
    with django_assert_num_queries(7):
        assert client.get(reverse("api_registrations")).json()["count"] == rows
