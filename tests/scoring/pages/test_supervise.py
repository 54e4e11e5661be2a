"""The supervisor's pages: a round read-only, corrections confirmed by a second account."""

import json

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.services import grant_role
from scoring.models import Correction, Round
from scoring.selectors import latest_snapshot, result_book
from scoring.services import lock_round, request_entry_correction, request_mark_correction
from tests.scoring.conftest import marks_of


@pytest.fixture
def locked(open_one, submit_all, organiser, now) -> Round:
    submit_all(open_one, {"01": ("40", "41", "42"), "02": ("43", "44", "45"), "03": ("30", "31", "32")})
    lock_round(round=open_one, actor=organiser, now=now)
    return Round.objects.get(pk=open_one.pk)


@pytest.fixture
def watch(supervisor, as_user):
    return as_user(supervisor)


@pytest.fixture
def correction(locked, sheet_of, organiser, now) -> Correction:
    sheet = sheet_of(locked, "01", 1)
    return request_mark_correction(sheet=sheet, marks=marks_of("44"), reason="看错一位", actor=organiser, now=now)


def decide(correction: Correction) -> str:
    return reverse("supervise_correction", args=[correction.entry.round.edition.slug, correction.pk])


def at(round: Round, name: str) -> str:
    return reverse(name, args=[round.edition.slug, round.pk])


def test_locked_round_shows_its_snapshot_recomputed(locked, watch):
    page = watch.get(at(locked, "supervise_round"))
    assert page.context["faults"] == []
    assert latest_snapshot(locked).sha256 in page.content.decode()
    assert "重算一致" in page.content.decode()


def test_supervisor_has_no_buttons_that_act_on_the_round(open_one, watch):
    page = watch.get(at(open_one, "supervise_round")).content.decode()
    assert "organise/" not in page
    assert page.count("<form") == 1  # signing out


def test_live_view_refreshes_for_the_supervisor(open_one, watch):
    seen = Round.objects.get(pk=open_one.pk).change_number
    assert watch.get(at(open_one, "supervise_live"), {"seen": seen}).status_code == 204


def test_correction_is_confirmed_and_makes_a_snapshot(correction, locked, watch, sheet_of):
    watch.post(decide(correction), {"act": "decide", "target": correction.pk, "way": "confirm", "note": "与纸质一致"})
    correction.refresh_from_db()
    assert (correction.state, correction.decision_note) == ("applied", "与纸质一致")
    assert sheet_of(locked, "01", 1).current.marks["content"] == "44"
    assert latest_snapshot(locked).number == 2


def test_correction_is_refused_with_a_note(correction, locked, watch, sheet_of):
    refused = watch.post(decide(correction), {"act": "decide", "target": correction.pk, "way": "refuse", "note": ""})
    assert refused.context["form"].non_field_errors() == ["请写明不同意的理由。"]
    watch.post(decide(correction), {"act": "decide", "target": correction.pk, "way": "refuse", "note": "纸质如此"})
    correction.refresh_from_db()
    assert correction.state == "refused"
    assert sheet_of(locked, "01", 1).current.marks["content"] == "40"


def test_one_account_with_both_roles_may_not_confirm_its_own(correction, edition, organiser, as_user, now):
    grant_role(user=organiser, edition=edition, role=Role.SUPERVISOR, actor=None, now=now)
    client = as_user(organiser)
    assert "须由另一个账号确认" in client.get(decide(correction)).content.decode()
    page = client.post(decide(correction), {"act": "decide", "target": correction.pk, "way": "confirm", "note": ""})
    assert page.context["form"].non_field_errors() == ["更正须由提出人以外的另一个账号确认。"]
    correction.refresh_from_db()
    assert correction.state == "requested"


def test_corrections_are_listed_with_old_and_new(correction, locked, entry_of, organiser, watch, now):
    entry = entry_of(locked, "02")
    for subject, new in (
        ("seconds", {"segment": "self", "seconds": 250}),
        ("deduction", {"points": "2", "reason": "道具"}),
        ("status", {"status": "ineligible", "reason": "超龄"}),
    ):
        request_entry_correction(entry=entry, subject=subject, new=new, reason="复核", actor=organiser, now=now)
    lines = watch.get(reverse("supervise_corrections", args=[locked.edition.slug])).context["waiting"]
    assert [line["changes"] for line in lines] == [
        [("参评状态", "参评", "资格不符（超龄）")],
        [("增加扣分", "–", "扣 2 分：道具")],
        [("自主命题讲解用时", "–", "4 分 10 秒")],
        [("内容陈述", "40", "44"), ("表达效果", "25", "25"), ("整体形象", "15", "15")],
    ]


def test_no_corrections_says_how_they_come(edition, watch):
    page = watch.get(reverse("supervise_corrections", args=[edition.slug])).content.decode()
    assert "没有等待确认的更正" in page


@pytest.mark.parametrize("count", [1, 3])
def test_corrections_take_the_same_queries_for_any_number(
    count, locked, sheet_of, organiser, watch, now, django_assert_num_queries
):
    for seat in range(1, count + 1):
        sheet = sheet_of(locked, "01", seat)
        request_mark_correction(sheet=sheet, marks=marks_of("20"), reason="复核", actor=organiser, now=now)
    page = reverse("supervise_corrections", args=[locked.edition.slug])
    with django_assert_num_queries(6):
        assert watch.get(page).status_code == 200


def test_another_one_may_not(correction, locked, as_user, organiser, clerk, stranger):
    for user in (organiser, clerk, stranger):
        client = as_user(user)
        for name in ("supervise_round", "supervise_live"):
            assert client.get(at(locked, name)).status_code == 404
        assert client.get(reverse("supervise_corrections", args=[locked.edition.slug])).status_code == 404
        form = {"act": "decide", "target": correction.pk, "way": "confirm", "note": ""}
        assert client.post(decide(correction), form).status_code == 404
    correction.refresh_from_db()
    assert correction.state == "requested"


@pytest.mark.parametrize("audience", ["organise", "supervise"])
def test_result_book_is_handed_out_as_json_xlsx_and_page(audience, locked, as_user, organiser, supervisor):
    client = as_user(organiser if audience == "organise" else supervisor)
    answer = client.get(at(locked, f"{audience}_book_json"))
    assert json.loads(answer.content) == result_book(latest_snapshot(locked))
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(at(locked, f"{audience}_book_xlsx")).content[:2] == b"PK"
    assert latest_snapshot(locked).sha256[:8] in client.get(at(locked, f"{audience}_book_print")).content.decode()


def test_an_older_snapshot_is_still_handed_out(correction, locked, watch):
    watch.post(decide(correction), {"act": "decide", "target": correction.pk, "way": "confirm", "note": ""})
    book = json.loads(watch.get(at(locked, "supervise_book_json"), {"snapshot": "1"}).content)
    assert book["snapshot"]["number"] == 1
    assert watch.get(at(locked, "supervise_book_json"), {"snapshot": "9"}).status_code == 404


def test_result_book_is_not_found_before_the_lock_or_for_others(open_one, as_user, organiser, clerk, stranger):
    for name in ("organise_book_json", "organise_book_xlsx", "organise_book_print"):
        for user in (organiser, clerk, stranger, open_one.panel.seats.get(number=1).judge):
            assert as_user(user).get(at(open_one, name)).status_code == 404


@pytest.mark.parametrize("name", ["organise_rulebook", "supervise_rulebook"])
def test_rules_are_readable(name, open_one, as_user, organiser, stranger):
    page = as_user(organiser).get(at(open_one, name)).content.decode()
    for words in ("各评委总分去掉 1 个最高分、1 个最低分", "内容陈述", "金奖", "2 名"):
        assert words in page
    assert as_user(stranger).get(at(open_one, name)).status_code == 404
