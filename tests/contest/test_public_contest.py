"""The public call: read by anybody, changed by nobody, gone when it is withdrawn."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contest.models import Contest


@pytest.fixture
def call(call):
    now = timezone.now()
    call.registration_opens_at = now - timedelta(days=1)
    call.registration_closes_at = now + timedelta(days=3, hours=1, minutes=30)
    call.call_text = "第一段。\n\n<script>alert(1)</script>"
    call.save()
    return call


def test_call_says_when_who_and_what(call, client):
    page = client.get(reverse("public_contest", args=[call.pk])).content.decode()

    for words in ("还有 3 天 1 小时", "北京时间", "少年组", "及以后出生", "介绍视频", "MP4 视频，不超过 100 MB"):
        assert words in page
    assert f'href="{reverse("my_register", args=[call.pk])}"' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_rules_are_readable_before_the_contest(call, client):
    page = client.get(reverse("public_contest_rules", args=[call.pk])).content.decode()

    assert "内容陈述" in page
    assert "怎样计分" in page
    assert "举例" in page


def test_stored_copy_is_good_until_something_changes(call, client, settings):
    address = reverse("public_contest", args=[call.pk])
    first = client.get(address)

    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Contest.objects.update(venue="市科技馆")
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "市科技馆" in again.content.decode()) == (200, True)


def test_closed_call_offers_no_button(call, client):
    Contest.objects.update(registration_closes_at=timezone.now())

    page = client.get(reverse("public_contest", args=[call.pk])).content.decode()

    assert "截止" in page
    assert "我要报名" not in page


def test_call_of_units_only_says_so(call, client):
    Contest.objects.update(individuals_may_register=False)

    page = client.get(reverse("public_contest", args=[call.pk])).content.decode()

    assert "不接受个人报名" in page
    assert "我要报名" not in page


@pytest.mark.parametrize("name", ["public_contest", "public_contest_rules"])
def test_unpublished_call_and_rehearsal_do_not_exist(call, client, edition, name):
    address = reverse(name, args=[call.pk])
    edition.is_rehearsal = True
    edition.save()
    assert client.get(address).status_code == 404
    edition.is_rehearsal = False
    edition.save()
    Contest.objects.update(call_published_at=None)
    assert client.get(address).status_code == 404


def test_home_page_names_open_calls(call, client, django_assert_num_queries):
    # Editions, both programmes' calls, periods that run, notices, results, works.
    with django_assert_num_queries(7):
        page = client.get(reverse("home")).content.decode()

    assert f'href="{reverse("public_contest", args=[call.pk])}"' in page
    assert "还有 3 天" in page


def test_visitor_on_the_way_to_register_signs_in_or_signs_up_first(call, client):
    answer = client.get(reverse("my_register", args=[call.pk]))

    assert answer["Location"].startswith(reverse("sign_in"))
    assert f"/sign-up/?next=/my/contests/{call.pk}/register/" in client.get(answer["Location"]).content.decode()
