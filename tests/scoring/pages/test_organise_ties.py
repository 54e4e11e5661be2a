"""Ties, runoffs and the arbitration list."""

import pytest
from django.urls import reverse

from scoring.models import Correction, LateMark, Round, TieDecision
from scoring.selectors import latest_snapshot
from scoring.services import lock_entry, lock_round, submit_sheet
from tests.scoring.conftest import marks_of, new_id


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


@pytest.fixture
def tied(make_open_round, submit_all, organiser, now) -> Round:
    """A locked round whose first three are equal in everything, across the line of 金奖 2."""
    round = make_open_round(entries=4)
    submit_all(round, {"01": ["40"] * 3, "02": ["40"] * 3, "03": ["40"] * 3, "04": ["30"] * 3})
    lock_round(round=round, actor=organiser, now=now)
    return Round.objects.get(pk=round.pk)


def address(round: Round, name: str = "organise_ties") -> str:
    return reverse(name, args=[round.edition.slug, round.pk])


def decision(order: list[str], reason: str = "评审组合议") -> dict[str, str]:
    places = {f"place-{code}": str(place) for place, code in enumerate(order, start=1)}
    return {"act": "decide", "target": "01-02-03", "reason": reason, **places}


def test_pitfall_2_tie_across_the_line_is_named_as_the_next_step(tied, office):
    page = office.get(reverse("organise_round", args=[tied.edition.slug, tied.pk])).content.decode()
    assert "下一步：处理并列" in page
    assert "01、02、03 并列，跨在“金奖”名额线上。" in page


def test_decision_orders_the_tied_and_makes_a_snapshot(tied, office):
    office.post(address(tied), decision(["03", "01", "02"]))
    snapshot = latest_snapshot(tied)
    assert TieDecision.objects.get().order == ["03", "01", "02"]
    assert snapshot.number == 2
    assert [each["entry"] for each in snapshot.document["output"]["standings"]] == ["03", "01", "02", "04"]


def test_two_in_one_place_are_refused_and_the_choice_is_kept(tied, office):
    form = decision(["03", "01", "02"]) | {"place-02": "1"}
    page = office.post(address(tied), form)
    (tie,) = page.context["sets"]
    assert tie.decide.non_field_errors() == ["每一位的先后要各不相同。"]
    assert tie.decide.data["place-02"] == "1"
    assert not TieDecision.objects.exists()


def test_decision_without_a_reason_is_refused(tied, office):
    page = office.post(address(tied), decision(["03", "01", "02"], reason=""))
    (tie,) = page.context["sets"]
    assert tie.decide.errors == {"reason": ["请写明裁定的理由，例如评审组合议的依据。"]}


def test_decided_set_may_be_decided_anew(tied, office):
    office.post(address(tied), decision(["03", "01", "02"]))
    page = office.get(address(tied))
    assert [(tie.key, tie.is_decided) for tie in page.context["sets"]] == [("01-02-03", True)]
    office.post(address(tied), decision(["02", "01", "03"], "更正合议记录"))
    assert latest_snapshot(tied).document["output"]["standings"][0]["entry"] == "02"


def test_runoff_is_a_round_of_the_tied(tied, office):
    answer = office.post(address(tied), {"act": "runoff", "target": "01-02-03", "title": "决赛加赛"})
    runoff = Round.objects.get(parent=tied)
    assert answer["Location"] == reverse("organise_round", args=[tied.edition.slug, runoff.pk])
    assert list(runoff.entries.values_list("code", flat=True)) == ["01", "02", "03"]
    assert tied.title in office.get(answer["Location"]).content.decode()


def test_runoff_under_a_taken_title_is_refused_in_its_form(tied, office):
    page = office.post(address(tied), {"act": "runoff", "target": "01-02-03", "title": tied.title})
    (tie,) = page.context["sets"]
    assert "已有轮次" in tie.runoff.non_field_errors()[0]


def test_ties_before_the_lock_say_when_they_come(open_one, office):
    assert "成绩还没有封存" in office.get(address(open_one)).content.decode()


def test_another_one_may_not_decide(tied, as_user, supervisor, clerk, stranger):
    for user in (supervisor, clerk, stranger):
        client = as_user(user)
        assert client.get(address(tied)).status_code == 404
        assert client.post(address(tied), decision(["03", "01", "02"])).status_code == 404
        assert client.get(address(tied, "organise_arbitration")).status_code == 404
    assert not TieDecision.objects.exists()


@pytest.fixture
def late(open_one, submit, entry_of, sheet_of, organiser, now) -> LateMark:
    for seat in (1, 2, 3):
        submit(open_one, "01", seat, marks_of("40"))
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    sheet = sheet_of(open_one, "01", 1)
    submit_sheet(
        sheet_id=sheet.pk, marks=marks_of("44"), submission_id=new_id(), base_version=1, actor=sheet.judge, now=now
    )
    return LateMark.objects.get()


def test_late_mark_stands_beside_what_counts(late, open_one, office):
    (line,) = office.get(address(open_one, "organise_arbitration")).context["lines"]
    assert line["marks"][0] == ("内容陈述", "40", "44")


def test_late_mark_is_settled_with_an_explanation(late, open_one, office):
    page = address(open_one, "organise_arbitration")
    refused = office.post(page, {"act": "settle", "target": late.pk, "settlement": ""})
    assert "请写明处理说明。" in refused.content.decode()
    office.post(page, {"act": "settle", "target": late.pk, "settlement": "超过时限，不计入"})
    late.refresh_from_db()
    assert (late.settlement, late.settled_at is not None) == ("超过时限，不计入", True)
    assert not Correction.objects.exists()


def test_late_mark_counts_only_by_a_correction(late, open_one, office):
    form = {"act": "settle", "target": late.pk, "settlement": "网络中断", "as_correction": "on"}
    office.post(address(open_one, "organise_arbitration"), form)
    correction = Correction.objects.get()
    assert (correction.state, correction.new["content"]) == ("requested", "44")


def test_empty_arbitration_list_says_so(open_one, office):
    assert "没有逾时的评分" in office.get(address(open_one, "organise_arbitration")).content.decode()
