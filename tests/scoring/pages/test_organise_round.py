"""The organiser's page of a round: next step, blockers, live table, recusals, attendance."""

import re

import pytest
from django.urls import reverse

from scoring.exceptions import ActBlocked
from scoring.models import Round, ScoreSheet
from scoring.selectors import latest_snapshot
from scoring.services import declare_recusal, lock_entry, lock_round, set_entry_status
from tests.scoring.conftest import marks_of


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


def address(round: Round, name: str = "organise_round") -> str:
    return reverse(name, args=[round.edition.slug, round.pk])


def cells(page: str) -> list[list[str]]:
    """The live table's rows as texts."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows]


def test_round_in_preparation_is_opened_by_post_only(make_round, office):
    round = make_round()
    assert "下一步：开放评分" in office.get(address(round)).content.decode()
    assert office.get(address(round, "organise_open")).status_code == 405
    office.post(address(round, "organise_open"))
    assert Round.objects.get(pk=round.pk).state == "open"


def test_blockers_lead_to_the_page_that_deals_with_them(make_round, office):
    round = make_round(seats=1)
    obstacle, *warnings = office.get(address(round)).context["obstacles"]
    assert {(each.blocks, each.link) for each in warnings} == {
        (False, reverse("organise_rulebook", args=[round.edition.slug, round.pk]))
    }
    assert obstacle.link == reverse("organise_panel", args=[round.edition.slug, round.panel_id])
    office.post(address(round, "organise_open"))
    assert Round.objects.get(pk=round.pk).state == "draft"


def test_blockers_of_the_page_are_those_of_the_refused_act(open_one, office, submit, organiser, now):
    submit(open_one, "01", 1)
    shown = [each.text for each in office.get(address(open_one)).context["obstacles"]]
    with pytest.raises(ActBlocked) as refused:
        lock_round(round=open_one, actor=organiser, now=now)
    assert [blocker.text for blocker in refused.value.blockers] == [
        text for text in shown if text in str(refused.value)
    ]
    assert shown[:2] == ["评委 J1 还有未提交的评分：02、03。", "评委 J2 还有未提交的评分：01、02、03。"]


def test_lock_with_sheets_owed_is_refused_and_says_why(open_one, office):
    page = office.post(address(open_one, "organise_lock"), follow=True)
    assert "评委 J1 还有未提交的评分" in page.content.decode()
    assert Round.objects.get(pk=open_one.pk).state == "open"


def test_locked_round_offers_its_result_book(open_one, office, submit_all):
    submit_all(open_one, {"01": ("40", "41", "42"), "02": ("43", "44", "45"), "03": ("30", "31", "32")})
    page = office.post(address(open_one, "organise_lock"), follow=True).content.decode()
    snapshot = latest_snapshot(open_one)
    assert "成绩已封存" in page
    assert snapshot.sha256[:16] in page
    for name in ("organise_book_json", "organise_book_xlsx", "organise_book_print"):
        assert address(open_one, name) in page


def test_live_table_shows_ranks_ties_waiting_and_penalties(open_one, office, submit, submit_all):
    submit_all(open_one, {"01": ("40", "40", "40"), "03": ("40", "40", "40")})
    submit(open_one, "02", 1, marks_of("46", "27.5", "18"))
    page = office.get(address(open_one)).content.decode()
    assert cells(page) == [
        ["1=", "01 《题目1》", "80.0", "80.0", "80.0", "–", "80.00"],
        ["1=", "03 《题目3》", "80.0", "80.0", "80.0", "–", "80.00"],
        ["–", "02 《题目2》还有评分未提交", "91.5", "待评", "待评", "–", "—"],
    ]
    assert f"未封存 · 版本 {Round.objects.get(pk=open_one.pk).change_number}" in page


def test_live_table_strikes_dropped_marks_and_draws_the_line(make_open_round, office, submit_all):
    round = make_open_round(entries=8, seats=5)
    submit_all(round, {f"{n:02}": [str(49 - n), "40", "40", "40", "30"] for n in range(1, 9)})
    page = office.get(address(round)).content.decode()
    assert page.count('class="num dropped"') == 2 * 8
    line = page.split('<tr class="cut">')
    assert len(line) == 2
    assert "《题目6》" in line[1].split("</tr>")[0]
    assert "虚线以上为晋级名额（金奖 2、一等奖 4）" in page


def test_live_table_lists_withdrawn_entries_without_waiting_for_them(open_one, office, entry_of, organiser, now):
    set_entry_status(entry=entry_of(open_one, "01"), status="withdrawn", reason="退赛", actor=organiser, now=now)
    rows = cells(office.get(address(open_one)).content.decode())
    assert ["–", "01 《题目1》退出", "–", "–", "–", "–", "—"] in rows


def test_live_table_escapes_titles(open_one, office):
    open_one.entries.filter(code="01").update(title='<script>alert("x")</script>')
    page = office.get(address(open_one)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_refresh_answers_204_until_something_changes(open_one, office, submit):
    seen = Round.objects.get(pk=open_one.pk).change_number
    live = address(open_one, "organise_live")
    assert office.get(live, {"seen": seen}).status_code == 204
    submit(open_one, "01", 1)
    answer = office.get(live, {"seen": seen})
    assert answer.status_code == 200
    assert f"seen={seen + 1}" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_locked_table_no_longer_refreshes(open_one, office, submit_all, organiser, now):
    submit_all(open_one, dict.fromkeys(("01", "02", "03"), ("40", "41", "42")))
    lock_round(round=open_one, actor=organiser, now=now)
    assert "hx-get" not in office.get(address(open_one)).content.decode()


@pytest.mark.parametrize("entries", [1, 3, 40])
def test_live_table_takes_at_most_10_queries(entries, make_open_round, office, django_assert_max_num_queries):
    round = make_open_round(entries=entries)
    with django_assert_max_num_queries(10):
        assert office.get(address(round, "organise_live")).status_code == 200


@pytest.mark.parametrize("entries", [1, 3, 40])
def test_round_page_takes_the_same_queries_for_any_number_of_entries(
    entries, make_open_round, office, django_assert_num_queries
):
    round = make_open_round(entries=entries)
    with django_assert_num_queries(10):
        assert office.get(address(round)).status_code == 200


def test_progress_counts_only_what_is_waited_for(open_one, office, submit, entry_of, organiser, now):
    submit(open_one, "01", 1)
    set_entry_status(entry=entry_of(open_one, "03"), status="forfeited", reason="迟到", actor=organiser, now=now)
    bars = office.get(address(open_one)).context["bars"]
    assert [(bar.number, bar.done, bar.of, bar.owed) for bar in bars] == [
        ("1", 1, 2, ("02",)),
        ("2", 0, 2, ("01", "02")),
        ("3", 0, 2, ("01", "02")),
    ]


def test_recusal_is_confirmed_or_dismissed(open_one, office, sheet_of, now):
    for code in ("01", "02"):
        sheet = sheet_of(open_one, code, 1)
        declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="亲属", actor=sheet.judge, now=now)
    first, second = office.get(address(open_one)).context["undecided"]
    for recusal, act in ((first, "confirm"), (second, "dismiss")):
        office.post(reverse("organise_recusal", args=[open_one.edition.slug, recusal.pk]), {"act": act})
    assert sheet_of(open_one, "01", 1).state == "recused"
    assert sheet_of(open_one, "02", 1).state == "pending"


def test_organiser_names_a_recusal(open_one, office, entry_of, seat_of):
    pair = {"entry": "０１", "seat": seat_of(open_one, 2).pk}
    office.post(address(open_one), {"act": "recuse", "reason": "师生", **pair})
    recusal = entry_of(open_one, "01").recusals.get()
    assert (recusal.seat.number, recusal.source, recusal.state) == (2, "organiser", "proposed")


def test_recusal_of_an_unknown_code_says_so_beside_the_field(open_one, office, seat_of):
    pair = {"entry": "99", "seat": seat_of(open_one, 2).pk}
    page = office.post(address(open_one), {"act": "recuse", "reason": "师生", **pair})
    assert page.context["recusal_form"].errors == {"entry": ["本轮没有编号“99”，请照名次表上的编号填写。"]}


def test_recusal_without_a_reason_keeps_what_was_chosen(open_one, office, seat_of):
    chosen = {"entry": "01", "seat": seat_of(open_one, 2).pk}
    page = office.post(address(open_one), {"act": "recuse", "reason": "", **chosen})
    form = page.context["recusal_form"]
    assert form.errors == {"reason": ["请写明原因。"]}
    assert form.data["seat"] == str(chosen["seat"])


def test_judge_away_and_back_again(open_one, office, seat_of, sheet_of):
    seat = seat_of(open_one, 2)
    office.post(address(open_one), {"act": "attendance", "way": "away", "seat": seat.pk, "reason": "生病"})
    assert sheet_of(open_one, "01", 2).state == "absent"
    office.post(address(open_one), {"act": "attendance", "way": "back", "seat": seat.pk, "reason": ""})
    assert sheet_of(open_one, "01", 2).state == "pending"


def test_absence_without_a_reason_is_refused_in_the_form(open_one, office, seat_of):
    page = office.post(
        address(open_one), {"act": "attendance", "way": "away", "seat": seat_of(open_one, 2).pk, "reason": ""}
    )
    assert page.context["attendance_form"].non_field_errors() == ["请写明缺席原因。"]
    assert not ScoreSheet.objects.filter(state="absent").exists()


def test_entry_lock_shows_in_the_table(open_one, office, submit, entry_of, organiser, now):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    assert "已锁定" in office.get(address(open_one)).content.decode()


@pytest.mark.parametrize("name", ["organise_round", "organise_live", "organise_open", "organise_lock"])
def test_another_one_may_not(name, open_one, as_user, supervisor, clerk, stranger, seat_of):
    for user in (supervisor, clerk, stranger, seat_of(open_one, 1).judge):
        client = as_user(user)
        answer = (
            client.post(address(open_one, name))
            if name.endswith(("open", "lock"))
            else client.get(address(open_one, name))
        )
        assert answer.status_code == 404
    assert Round.objects.get(pk=open_one.pk).state == "open"


def test_another_one_may_not_decide_a_recusal(open_one, as_user, supervisor, sheet_of, now):
    sheet = sheet_of(open_one, "01", 1)
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="亲属", actor=sheet.judge, now=now)
    address = reverse("organise_recusal", args=[open_one.edition.slug, recusal.pk])
    for user in (supervisor, sheet.judge):
        assert as_user(user).post(address, {"act": "confirm"}).status_code == 404
    recusal.refresh_from_db()
    assert recusal.state == "proposed"


def test_round_of_another_edition_is_not_found(open_one, office):
    assert office.get(reverse("organise_round", args=["2020", open_one.pk])).status_code == 404
