"""The hall crew's pages: rounds, times, blank score sheets."""

import pytest
from django.urls import reverse

from accounts.models import Role
from scoring.models import Entry, Round


@pytest.fixture
def timekeeper(make_person):
    return make_person("计时员", Role.TIMEKEEPER, email="time@example.com")


def test_crew_sees_rounds_with_what_is_theirs(open_one, as_user, timekeeper, clerk):
    offers = {}
    for user in (timekeeper, clerk):
        (line,) = as_user(user).get(reverse("hall_home")).context["lines"]
        offers[user.name] = (line["paper"], line["times"])
    assert offers == {"计时员": (False, True), "钱统计": (True, True)}


def test_hall_without_rounds_says_so(edition, as_user, clerk):
    assert "还没有轮次" in as_user(clerk).get(reverse("hall_home")).content.decode()


def test_hall_is_not_found_for_those_who_are_no_crew(open_one, as_user, supervisor, stranger):
    for user in (supervisor, stranger, open_one.panel.seats.get(number=1).judge):
        assert as_user(user).get(reverse("hall_home")).status_code == 404


def test_timekeeper_records_a_time(open_one, as_user, timekeeper, entry_of):
    entry = entry_of(open_one, "02")
    form = {"act": "time", "entry": entry.pk, "segment": "self", "seconds": "4:10"}
    as_user(timekeeper).post(reverse("hall_times", args=[open_one.pk]), form)
    assert Entry.objects.get(pk=entry.pk).seconds == {"self": 250}


def test_timekeeper_must_say_when_a_time_is_taken_back(open_one, as_user, timekeeper, entry_of):
    entry, page, client = entry_of(open_one, "02"), reverse("hall_times", args=[open_one.pk]), as_user(timekeeper)
    form = {"act": "time", "entry": entry.pk, "segment": "self"}
    client.post(page, form | {"seconds": "4:10"})
    blank = client.post(page, form | {"seconds": ""})
    assert blank.context["form"].errors == {"seconds": ["请填用时，例如 3:52。"]}
    assert "（选填）" not in blank.content.decode()
    client.post(page, form | {"seconds": "清除"})
    assert Entry.objects.get(pk=entry.pk).seconds == {}


def test_time_that_is_none_is_refused_beside_the_field(open_one, as_user, timekeeper, entry_of):
    form = {"act": "time", "entry": entry_of(open_one, "02").pk, "segment": "self", "seconds": "abc"}
    page = as_user(timekeeper).post(reverse("hall_times", args=[open_one.pk]), form)
    assert page.context["form"].errors == {"seconds": ["请填秒数（232）或分秒（3:52）。"]}


def test_another_one_may_not_record_times(open_one, as_user, supervisor, stranger):
    for user in (supervisor, stranger):
        assert as_user(user).get(reverse("hall_times", args=[open_one.pk])).status_code == 404


def test_blank_sheets_carry_codes_and_maxima_for_each_judge(open_one, as_user, clerk):
    page = as_user(clerk).get(reverse("hall_blank_sheets", args=[open_one.pk])).content.decode()
    assert page.count('class="paper-sheet"') == 3
    for words in ("评委 2 号", "（满分 50）", "评委签名", "<td>03</td>"):
        assert words in page


def test_hall_leaves_out_what_is_assigned_and_checks_nobody_in_where_a_video_is_watched(open_one, as_user, clerk):
    client = as_user(clerk)
    assert "检录" in client.get(reverse("hall_home")).content.decode()

    Entry.objects.filter(round=open_one).update(exhibit="/judge/exhibits/1/")
    watched = client.get(reverse("hall_home")).content.decode()
    assert open_one.title in watched
    assert "检录" not in watched

    Round.objects.filter(pk=open_one.pk).update(assigned=True)
    assert open_one.title not in client.get(reverse("hall_home")).content.decode()
