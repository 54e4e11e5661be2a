"""An edition's own settings, and beginning, closing, reopening it."""

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from contest.models import Contestant
from contest.services import propose_group_result
from core.exceptions import ConflictError
from core.models import Edition
from ledger.models import Event
from portal.exceptions import EditionRefused
from portal.selectors.editions import closing_blockers
from portal.services.editions import change_edition, details_mark, details_of, set_edition_state
from results.services import confirm_result, publish_result
from scoring.services import lock_round, open_round

RUNNING, CLOSED, PREPARING = Edition.State.RUNNING, Edition.State.CLOSED, Edition.State.PREPARING


@pytest.fixture
def set_state(edition, organiser, now):
    def do(state: str) -> Edition:
        return set_edition_state(edition=edition, state=state, actor=organiser, now=now)

    return do


def test_edition_begins_closes_and_is_opened_again(edition, set_state):
    states = [set_state(state).state for state in (RUNNING, CLOSED, RUNNING)]

    assert states == [RUNNING, CLOSED, RUNNING]
    events = Event.objects.filter(kind="edition_state_changed").order_by("number")
    assert [json.loads(event.payload) for event in events] == [
        {"from": "preparing", "to": "running"},
        {"from": "running", "to": "closed"},
        {"from": "closed", "to": "running"},
    ]


@pytest.mark.parametrize("state", [PREPARING, CLOSED, "nonsense", ""])
def test_state_that_does_not_follow_is_refused(edition, set_state, state):
    with pytest.raises(EditionRefused, match="现在是“筹备中”"):
        set_state(state)

    assert Edition.objects.get().state == PREPARING


def test_closing_names_what_is_left_undone(edition, drawn, judge_all, set_state, organiser, supervisor, now):
    set_state(RUNNING)
    round = drawn(6)
    assert closing_blockers(edition) == []  # in preparation: never held

    open_round(round=round, actor=organiser, now=now)
    assert closing_blockers(edition) == ["“成年组决赛”还在评分，请先封存"]
    with pytest.raises(EditionRefused) as refused:
        set_state(CLOSED)
    assert refused.value.message == "还不能结束：“成年组决赛”还在评分，请先封存。"

    judge_all(round, ("49", "48", "47", "46", "45", "44"))
    lock_round(round=round, actor=organiser, now=now)
    roster = propose_group_result(round=round, actor=organiser, now=now)
    assert closing_blockers(edition) == ["《2026 年科普讲解大赛》成年组的结果待确认，还没有公布"]

    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    assert closing_blockers(edition) == []

    Contestant.objects.filter(name="选手1").update(name="选手甲")
    propose_group_result(round=round, actor=organiser, now=now, reason="更正姓名")
    assert closing_blockers(edition) == ["《2026 年科普讲解大赛》成年组有更新的名册 v2 没有公布"]


def test_settings_are_kept_and_recorded_without_their_words(edition, organiser, now):
    wanted = replace(details_of(edition), theme="科技点亮生活", supervision_phone="0000-12345", publicity_days=7)

    changed = change_edition(edition=edition, details=wanted, actor=organiser, now=now)

    assert details_of(changed) == details_of(Edition.objects.get()) == wanted
    event = Event.objects.get(kind="edition_changed")
    assert json.loads(event.payload) == {
        "fields": ["publicity_days", "supervision_phone", "theme"],
        "publicity_days": 7,
    }


def test_settings_as_they_were_are_no_event(edition, organiser, now):
    change_edition(edition=edition, details=details_of(edition), actor=organiser, now=now)

    assert not Event.objects.filter(kind="edition_changed").exists()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": "  "}, "title", "请填写名称"),
        ({"organiser_name": ""}, "organiser_name", "请填写主办单位"),
        ({"theme": "字" * 121}, "theme", "最多 120 个字"),
        ({"title": "科技\u202e周"}, "title", "不能打印"),
        ({"supervision_phone": "1" * 41}, "supervision_phone", "最多 40"),
        ({"publicity_days": 31}, "publicity_days", "0 到 30"),
        ({"publicity_days": -1}, "publicity_days", "0 到 30"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(edition, organiser, now, change, field, words):
    with pytest.raises(EditionRefused, match=words) as refused:
        change_edition(edition=edition, details=replace(details_of(edition), **change), actor=organiser, now=now)

    assert refused.value.field == field


def test_pitfall_20_settings_that_a_colleague_changed_are_not_overwritten(edition, organiser, now):
    seen = details_mark(edition)
    change_edition(edition=edition, details=replace(details_of(edition), theme="甲"), actor=organiser, now=now)

    with pytest.raises(ConflictError):
        change_edition(
            edition=edition, details=replace(details_of(edition), theme="乙"), seen=seen, actor=organiser, now=now
        )

    assert Edition.objects.get().theme == "甲"


def typed(edition, **changes) -> dict[str, object]:
    return {**vars(details_of(edition)), "seen": details_mark(edition), **changes}


def test_page_saves_and_keeps_what_was_typed(edition, signed_in, organiser):
    client, address = signed_in(organiser), reverse("organise_edition_settings", args=[edition.slug])

    assert client.post(address, typed(edition, theme="新主题")).status_code == 302
    wrong = client.post(address, typed(Edition.objects.get(), theme="另一个", publicity_days=99))
    stale = client.post(address, typed(edition, theme="第三个"))

    assert Edition.objects.get().theme == "新主题"
    assert (wrong.status_code, stale.status_code) == (422, 422)
    assert "另一个" in wrong.content.decode()
    assert "第三个" in stale.content.decode()
    assert "别人刚刚改过" in stale.content.decode()
    again = {field.name: field.value() for field in stale.context["form"]}
    assert client.post(address, again).status_code == 302  # the second time it is meant
    assert Edition.objects.get().theme == "第三个"


def test_page_changes_the_state_by_post_alone(edition, signed_in, organiser):
    client, address = signed_in(organiser), reverse("organise_edition_state", args=[edition.slug])

    assert client.get(address).status_code == 405
    assert client.post(address, {"state": "running"}).status_code == 302
    refused = client.post(address, {"state": "preparing"})

    assert Edition.objects.get().state == RUNNING
    assert refused.status_code == 422
    assert "不能这样改" in refused.content.decode()


def test_page_says_what_keeps_the_edition_open(edition, drawn, set_state, signed_in, organiser, now):
    set_state(RUNNING)
    open_round(round=drawn(3), actor=organiser, now=now)

    page = signed_in(organiser).get(reverse("organise_edition_settings", args=[edition.slug])).content.decode()

    assert "<li>“成年组决赛”还在评分，请先封存</li>" in page


@pytest.mark.parametrize("name", ["organise_edition_settings", "organise_edition_state", "organise_edition_next"])
def test_others_meet_what_does_not_exist(edition, signed_in, stranger, supervisor, name):
    address = reverse(name, args=[edition.slug])
    for user in (stranger, supervisor):
        client = signed_in(user)
        assert client.post(address, {"state": "running"}).status_code == 404
    assert Edition.objects.get().state == PREPARING
