"""检录: one tap each; absent is 弃权 and never 0 (pitfall 26); two people may work at once (pitfall 20)."""

import json

import pytest
from django.urls import reverse

from accounts.models import Role
from contest.exceptions import CheckInChanged, ContestRefused
from contest.models import Appearance
from contest.selectors import check_in_state
from contest.services import check_in
from ledger.models import Event
from scoring.models import Entry
from scoring.selectors import latest_snapshot
from scoring.services import lock_round, open_round, set_entry_status


def row(code: str) -> Appearance:
    return Appearance.objects.get(entry__code=code)


def facts(code: str) -> tuple[str, str, str]:
    entry = Entry.objects.get(code=code)
    return entry.appearance.check_in, entry.status, entry.status_reason


@pytest.fixture
def tap(organiser, now):
    """Return a function: one tap on the state that stands."""

    def do(code: str, state: str, seen: str | None = None, actor=None) -> Appearance:
        found = row(code)
        return check_in(appearance=found, state=state, seen=seen or found.check_in, actor=actor or organiser, now=now)

    return do


@pytest.fixture
def clerk(make_person):
    return make_person("单统计", Role.CLERK, email="clerk@example.com")


def test_present_late_and_undone(drawn, tap, organiser, now):
    round = drawn(3)
    tap("01", "present")
    done = tap("02", "late")
    assert (done.checked_in_at, done.checked_in_by) == (now, organiser)
    state = check_in_state(round.group_round)
    assert (state.counts, state.next_up.entry.code) == ({"expected": 1, "present": 1, "late": 1, "absent": 0}, "03")
    undone = tap("01", "expected")
    assert (undone.check_in, undone.checked_in_at, undone.checked_in_by) == ("expected", None, None)
    payloads = [json.loads(event.payload) for event in Event.objects.filter(kind="checked_in").order_by("number")]
    assert payloads == [
        {"round": round.pk, "entry": "01", "check_in": "present"},
        {"round": round.pk, "entry": "02", "check_in": "late"},
        {"round": round.pk, "entry": "01", "check_in": "expected"},
    ]


def test_pitfall_26_absent_forfeits_and_is_no_zero(drawn, tap, judge_all, organiser, now):
    round = drawn(4)
    tap("02", "absent")
    assert facts("02") == ("absent", "forfeited", "检录缺席")
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, {"01": "49", "02": "50", "03": "47", "04": "46"})
    lock_round(round=round, actor=organiser, now=now)
    output = latest_snapshot(round).document["output"]
    standings = {line["entry"]: (line["rank"], line["reason"], line["shown"]) for line in output["standings"]}
    assert standings["02"] == (None, "forfeited", None)
    assert [standings[code][0] for code in ("01", "03", "04")] == [1, 2, 3]


def test_absent_and_back_while_the_round_is_open(drawn, tap, organiser, now):
    round = drawn(3)
    open_round(round=round, actor=organiser, now=now)
    tap("01", "absent")
    assert facts("01")[:2] == ("absent", "forfeited")
    tap("01", "late")
    assert facts("01")[:2] == ("late", "competing")
    tap("01", "absent")
    tap("01", "expected")
    assert facts("01")[:2] == ("expected", "competing")


def test_after_the_lock(drawn, tap, judge_all, organiser, now):
    round = drawn(3)
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, ["49", "48", "47"])
    lock_round(round=round, actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="已经封存"):
        tap("01", "absent")


def test_who_is_out_for_another_reason_is_not_checked_in(drawn, tap, organiser, now):
    drawn(3)
    entry = Entry.objects.get(code="01")
    set_entry_status(entry=entry, status="ineligible", reason="资格不符", actor=organiser, now=now)
    for state in ("present", "absent"):
        with pytest.raises(ContestRefused, match="资格不符"):
            tap("01", state)
    assert facts("01") == ("expected", "ineligible", "资格不符")


def test_unknown_state(drawn, tap):
    drawn(2)
    with pytest.raises(ContestRefused, match="从按钮中选择"):
        tap("01", "zero")


def test_pitfall_20_the_second_of_two_is_told(drawn, tap, clerk):
    drawn(2)
    tap("01", "present", actor=clerk)
    with pytest.raises(CheckInChanged, match="01 号刚刚已由单统计改为“已检录”"):
        tap("01", "absent", seen="expected")
    assert facts("01") == ("present", "competing", "")
    tap("01", "present", seen="expected")
    assert Event.objects.filter(kind="checked_in").count() == 1


def test_page_for_the_crew(drawn, signed_in, make_person, clerk):
    round = drawn(3)
    address = reverse("hall_check_in", args=[round.pk])
    for person in (
        clerk,
        make_person("石计时", Role.TIMEKEEPER, email="t@example.com"),
        make_person("朱主持", Role.HOST, email="h@example.com"),
    ):
        page = signed_in(person).get(address).content.decode()
        assert "下一位待检录" in page
    client = signed_in(clerk)
    tap = {"appearance": row("01").pk, "seen": "expected", "state": "absent"}
    response = client.post(address, tap)
    assert response.url == f"{address}#n01"
    assert "01 号选手1：缺席，记为弃权。" in client.get(address).content.decode()
    page = client.post(address, tap | {"state": "present"}, follow=True).content.decode()
    assert "刚刚已由单统计改为“缺席”" in page
    assert client.post(address, tap | {"appearance": "x"}).status_code == 404
    assert client.post(address, tap | {"appearance": "99999"}).status_code == 404
    assert "检录" in client.get(reverse("hall_home")).content.decode()


def test_page_asks_for_what_has_changed(drawn, tap, signed_in, clerk):
    round = drawn(3)
    address = reverse("hall_check_in", args=[round.pk])
    client = signed_in(clerk)
    token = check_in_state(round.group_round).token
    assert client.get(address, {"seen": token}).status_code == 204
    tap("02", "late")
    page = client.get(address, {"seen": token}).content.decode()
    assert "<html" not in page
    assert "迟到" in page


def test_page_is_not_there_for_others(drawn, signed_in, stranger, supervisor, make_person):
    round = drawn(2)
    address = reverse("hall_check_in", args=[round.pk])
    judge = round.panel.seats.first().judge
    for person in (stranger, supervisor, judge):
        client = signed_in(person)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_as_many_queries_for_one_as_for_three(drawn, signed_in, clerk, django_assert_num_queries, count):
    round = drawn(count)
    client = signed_in(clerk)
    with django_assert_num_queries(5):
        client.get(reverse("hall_check_in", args=[round.pk]))
