"""Rows that name nobody any more, wherever the public reads (design §13)."""

import json

import pytest
from django.urls import reverse

from contest.models import Contestant
from contest.services import propose_group_result
from ledger.models import Event
from ledger.selectors import chain_faults
from notices.models import Notice
from notices.selectors import public_document
from results.exceptions import ResultRefused
from results.models import HiddenEntry, Result
from results.rendering import public_rows, tiers_of
from results.selectors import hidden_codes, hidden_names
from results.services import (
    draft_result_notice,
    hide_entry,
    publish_result_notice,
    set_publication,
    set_publicity_days,
    show_entry,
    start_publicity,
)


@pytest.fixture
def hidden(published, organiser, now) -> Result:
    hide_entry(result=published, entry="02", reason="本人要求", actor=organiser, now=now)
    return published


def test_hide_is_stored_with_its_reason_and_recorded_by_code_alone(hidden, organiser, now):
    row = HiddenEntry.objects.get()
    assert (row.entry, row.reason, row.hidden_by, row.hidden_at) == ("02", "本人要求", organiser, now)
    assert hidden_codes(hidden) == frozenset({"02"})
    event = Event.objects.order_by("-number").first()
    assert (event.kind, json.loads(event.payload)) == ("entry_hidden", {"result": hidden.pk, "entry": "02"})
    assert chain_faults(hidden.edition) == []


def test_public_page_and_api_name_nobody_in_the_row(hidden, client, organiser, now):
    set_publication(result=hidden, book_access="supervisor", shows_everybody=True, actor=organiser, now=now)
    page = client.get(reverse("public_result", args=[hidden.pk])).content.decode()
    assert "选手2" not in page
    assert page.count("某某") == 2
    assert "题目2" in page
    rows = client.get(reverse("api_result", args=[hidden.pk])).json()["rows"]
    assert [row["people"] for row in rows[:3]] == [["选手1"], ["某某"], ["选手3"]]


def test_a_stored_copy_does_not_outlive_the_name(published, client, organiser, now):
    address = reverse("public_result", args=[published.pk])
    etag = client.get(address)["ETag"]
    hide_entry(result=published, entry="02", reason="本人要求", actor=organiser, now=now)
    answer = client.get(address, HTTP_IF_NONE_MATCH=etag)
    assert (answer.status_code, "选手2" in answer.content.decode()) == (200, False)


def test_notices_before_and_after_name_nobody(confirmed, organiser, now):
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    first = start_publicity(result=confirmed, actor=organiser, now=now).notice
    assert "选手2" in json.dumps(public_document(first), ensure_ascii=False)
    hide_entry(result=confirmed, entry="02", reason="本人要求", actor=organiser, now=now)
    assert "选手2" not in json.dumps(public_document(Notice.objects.get()), ensure_ascii=False)


def test_a_notice_made_later_names_nobody(hidden, organiser, now):
    notice = draft_result_notice(result=hidden, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)
    document = public_document(Notice.objects.select_related("text").get())
    assert "选手2" not in json.dumps(document, ensure_ascii=False)
    assert document["lists"][0]["tiers"][1]["rows"][0]["people"] == ["某某"]


def test_a_period_that_starts_after_the_row_was_hidden_names_nobody(confirmed, organiser, now):
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    hide_entry(result=confirmed, entry="02", reason="本人要求", actor=organiser, now=now)
    assert not Notice.objects.exists()
    start_publicity(result=confirmed, actor=organiser, now=now)
    notice = Notice.objects.select_related("text").get()
    assert notice.hidden_names == ["选手2"]
    document = public_document(notice)
    assert "选手2" not in json.dumps(document, ensure_ascii=False)
    assert document["lists"][0]["tiers"][1]["rows"][0]["people"] == ["某某"]


def test_a_draft_made_after_the_row_was_hidden_begins_with_its_names(hidden, organiser, now):
    assert not Notice.objects.exists()
    notice = draft_result_notice(result=hidden, actor=organiser, now=now)
    assert (notice.hidden_names, Notice.objects.get().hidden_names) == (["选手2"], ["选手2"])


def test_names_of_every_version_are_hidden(hidden, organiser, now):
    Contestant.objects.filter(name="选手2").update(name="选手二")
    propose_group_result(round=hidden.round, reason="更正姓名", actor=organiser, now=now)
    assert hidden_names(hidden) == ["选手2", "选手二"]


def test_a_new_version_hides_its_new_name_in_notices_too(hidden, organiser, supervisor, now):
    notice = draft_result_notice(result=hidden, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)
    Contestant.objects.filter(name="选手2").update(name="选手二")
    propose_group_result(round=hidden.round, reason="更正姓名", actor=organiser, now=now)
    assert Notice.objects.get().hidden_names == ["选手2", "选手二"]


def test_show_again(hidden, client, organiser, now):
    show_entry(result=hidden, entry="02", reason="本人撤回要求", actor=organiser, now=now)
    assert hidden_codes(hidden) == frozenset()
    assert "选手2" in client.get(reverse("public_result", args=[hidden.pk])).content.decode()
    assert Event.objects.order_by("-number").first().kind == "entry_shown"


def test_what_is_refused(hidden, organiser, now):
    for act, entry, reason, message in (
        (hide_entry, "02", "再次", "已经不公开"),
        (hide_entry, "99", "原因", "没有编号 99"),
        (hide_entry, "01", " ", "请写明原因"),
        (hide_entry, "01", "长" * 201, "最多 200 个字"),
        (show_entry, "01", "原因", "本来就公开"),
        (show_entry, "02", "", "请写明原因"),
    ):
        with pytest.raises(ResultRefused, match=message):
            act(result=hidden, entry=entry, reason=reason, actor=organiser, now=now)
    assert HiddenEntry.objects.count() == 1


def test_juniors_are_shown_by_name_and_school_alone(published):
    roster = published.published
    roster.rows[1]["tutors"] = ["辅导老师"]
    roster.rows[2]["tutors"] = ["指导教师"]
    roster.rows[1]["recipients"][0]["salutation"] = "同学"
    rows = public_rows(roster, everybody=False)
    assert [row["tutors"] for row in rows[1:3]] == [[], ["指导教师"]]
    assert [row["tutors"] for row in tiers_of(roster)[1].rows] == [[], ["指导教师"]]


def test_organisers_page_hides_and_shows(published, signed_in, organiser):
    client = signed_in(organiser)
    address = reverse("organise_hidden", args=["2026", published.pk])
    assert "名单上的姓名都公开" in client.get(address).content.decode()
    answer = client.post(address, {"act": "hide", "entry": "02", "reason": "本人要求"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert "02 · 选手2 · 一等奖" in page
    assert "本人要求" in page
    refused = client.post(address, {"act": "show", "entry": "02", "reason": ""})
    assert refused.status_code == 422
    assert client.post(address, {"act": "show", "entry": "02", "reason": "撤回"}).status_code == 302
    assert not HiddenEntry.objects.exists()


@pytest.mark.parametrize("given", [{}, {"act": "hide", "entry": "99", "reason": "x"}, {"act": "show", "entry": "02"}])
def test_organisers_page_refuses(published, signed_in, organiser, given):
    answer = signed_in(organiser).post(reverse("organise_hidden", args=["2026", published.pk]), given)
    assert answer.status_code == 422
    assert not HiddenEntry.objects.exists()
