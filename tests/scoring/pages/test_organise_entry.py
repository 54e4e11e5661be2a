"""The organiser's page of one entry, before and after its lock."""

import pytest
from django.urls import reverse

from scoring.models import Correction, Entry, ScoreSheet
from scoring.services import add_deduction, lock_entry, lock_round
from tests.scoring.conftest import marks_of


@pytest.fixture
def entry(open_one, entry_of) -> Entry:
    return entry_of(open_one, "01")


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


@pytest.fixture
def locked(open_one, entry, submit, organiser, now) -> Entry:
    for seat in (1, 2, 3):
        submit(open_one, "01", seat, marks_of("40"))
    return lock_entry(entry=entry, actor=organiser, now=now)


def address(entry: Entry, name: str = "organise_entry") -> str:
    return reverse(name, args=[entry.round.edition.slug, entry.pk])


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


@pytest.mark.parametrize(("typed", "seconds"), [("232", 232), ("3:52", 232), ("3分52秒", 232), ("３：５２", 232)])
def test_time_is_recorded_as_it_is_read_off_the_watch(office, entry, typed, seconds):
    answer = office.post(address(entry), {"act": "seconds", "target": "self", "seconds": typed})
    assert answer.status_code == 302
    assert fresh(entry).seconds == {"self": seconds}


def test_time_that_is_none_keeps_what_was_typed(office, entry):
    page = office.post(address(entry), {"act": "seconds", "target": "self", "seconds": "四分钟"})
    (_, form, _), *_ = page.context["seconds"]
    assert form.errors == {"seconds": ["请填秒数（232）或分秒（3:52）。"]}
    assert form.data["seconds"] == "四分钟"
    assert fresh(entry).seconds == {}


def test_blank_time_takes_a_wrong_one_back(office, entry):
    office.post(address(entry), {"act": "seconds", "target": "self", "seconds": "232"})
    office.post(address(entry), {"act": "seconds", "target": "self", "seconds": ""})
    assert fresh(entry).seconds == {}


def test_deduction_is_added_and_cancelled(office, entry):
    office.post(address(entry), {"act": "deduct", "points": "1.5", "reason": "超出道具规定"})
    deduction = entry.deductions.get()
    assert (str(deduction.points), deduction.reason) == ("1.50", "超出道具规定")
    office.post(address(entry), {"act": "undeduct", "target": deduction.pk})
    assert entry.deductions.get().cancelled_at is not None


def test_deduction_that_makes_no_sense_says_so_in_its_form(office, entry):
    page = office.post(address(entry), {"act": "deduct", "points": "-1", "reason": "x"})
    assert "不是分数" in page.context["forms"].deduct.non_field_errors()[0]
    assert not entry.deductions.exists()


def test_status_is_changed_with_a_reason(office, entry):
    page = office.post(address(entry), {"act": "status", "status": "forfeited", "reason": ""})
    assert page.context["forms"].status.non_field_errors() == ["请写明改变参评状态的原因。"]
    office.post(address(entry), {"act": "status", "status": "forfeited", "reason": "迟到 1 分钟"})
    assert (fresh(entry).status, fresh(entry).status_reason) == ("forfeited", "迟到 1 分钟")


def test_sheet_is_returned_with_a_reason(office, entry, open_one, submit, sheet_of):
    submit(open_one, "01", 1)
    sheet = sheet_of(open_one, "01", 1)
    office.post(address(entry), {"act": "return", "target": sheet.pk, "reason": "漏看整体形象"})
    assert (sheet_of(open_one, "01", 1).state, sheet_of(open_one, "01", 1).state_reason) == ("returned", "漏看整体形象")


def test_sheet_is_marked_absent_and_present(office, entry, open_one, sheet_of):
    sheet = sheet_of(open_one, "01", 1)
    office.post(address(entry), {"act": "absent", "target": sheet.pk, "reason": "离席"})
    assert sheet_of(open_one, "01", 1).state == "absent"
    office.post(address(entry), {"act": "present", "target": sheet.pk})
    assert sheet_of(open_one, "01", 1).state == "pending"


def test_lock_is_refused_while_sheets_are_owed(office, entry):
    page = office.post(address(entry, "organise_entry_lock"), follow=True)
    assert "还有未提交的评分" in page.content.decode()
    assert fresh(entry).locked_at is None


def test_lock_freezes_the_entry(office, entry, open_one, submit):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    office.post(address(entry, "organise_entry_lock"))
    assert fresh(entry).locked_at is not None


def test_every_save_is_listed(office, entry, open_one, submit, sheet_of):
    submit(open_one, "01", 1, marks_of("40"))
    submit(open_one, "01", 1, marks_of("41"))
    revisions = office.get(address(entry)).context["revisions"]
    assert [(each.number, each.kind, str(each.total)) for each in revisions] == [
        (2, "submission", "81.00"),
        (1, "submission", "80.00"),
    ]


@pytest.mark.parametrize(
    ("form", "subject", "new"),
    [
        ({"act": "seconds", "target": "self", "seconds": "250"}, "seconds", {"segment": "self", "seconds": 250}),
        ({"act": "deduct", "points": "2", "reason": "道具"}, "deduction", {"points": "2", "reason": "道具"}),
    ],
)
def test_after_the_lock_a_change_waits_for_another_account(office, locked, form, subject, new):
    office.post(address(locked), {**form, "why": "记录员看错"})
    correction = Correction.objects.get()
    assert (correction.subject, correction.new, correction.reason, correction.state) == (
        subject,
        new,
        "记录员看错",
        "requested",
    )
    assert fresh(locked).seconds == {}
    assert not locked.deductions.exists()


def test_after_the_lock_a_deduction_is_cancelled_by_correction(
    office, entry, open_one, submit, organiser, now, make_person
):
    deduction = add_deduction(entry=entry, points="1", reason="道具", actor=organiser, now=now)
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    lock_entry(entry=entry, actor=organiser, now=now)
    office.post(address(entry), {"act": "undeduct", "target": deduction.pk, "why": "误记"})
    assert Correction.objects.get().new == {"cancel": deduction.pk}
    assert entry.deductions.get().cancelled_at is None


def test_after_the_round_lock_the_status_is_changed_by_correction(office, open_one, submit_all, entry, organiser, now):
    submit_all(open_one, dict.fromkeys(("01", "02", "03"), ("40", "41", "42")))
    lock_round(round=open_one, actor=organiser, now=now)
    office.post(address(entry), {"act": "status", "status": "ineligible", "reason": "超龄", "why": "复核发现"})
    assert Correction.objects.get().subject == "status"
    assert fresh(entry).status == "competing"


def test_correction_without_a_reason_is_refused_in_its_form(office, locked):
    page = office.post(address(locked), {"act": "seconds", "target": "self", "seconds": "250", "why": ""})
    (_, form, _), *_ = page.context["seconds"]
    assert form.errors == {"why": ["请写明更正原因。"]}
    assert not Correction.objects.exists()


def correct(sheet: ScoreSheet) -> str:
    return reverse("organise_correction", args=[sheet.entry.round.edition.slug, sheet.pk])


def test_marks_after_the_lock_are_corrected_on_request(office, locked, open_one, sheet_of):
    sheet = sheet_of(open_one, "01", 1)
    page = office.get(correct(sheet))
    assert [control.value for control in page.context["controls"]] == ["40.0", "25.0", "15.0"]
    form = {"submission_id": "x", "base_version": 1, "mark-content": "42", "mark-delivery": "25", "mark-image": "15"}
    office.post(correct(sheet), {**form, "why": "看错一位"})
    correction = Correction.objects.get()
    assert (correction.old["content"], correction.new["content"]) == ("40", "42")
    assert sheet_of(open_one, "01", 1).current.marks["content"] == "40"


def test_bad_correction_keeps_what_was_typed(office, locked, open_one, sheet_of):
    form = {"submission_id": "x", "base_version": 1, "mark-content": "51", "mark-delivery": "25", "mark-image": "15"}
    page = office.post(correct(sheet_of(open_one, "01", 1)), {**form, "why": "看错一位"})
    assert page.context["controls"][0].value == "51"
    assert "超出范围" in page.context["controls"][0].error
    assert not Correction.objects.exists()


def test_marks_before_the_lock_are_not_corrected_but_returned(office, entry, open_one, submit, sheet_of):
    submit(open_one, "01", 1)
    form = {"submission_id": "x", "base_version": 1, "mark-content": "42", "mark-delivery": "25", "mark-image": "15"}
    page = office.post(correct(sheet_of(open_one, "01", 1)), {**form, "why": "看错一位"})
    assert "还没有锁定" in page.context["form"].non_field_errors()[0]


def test_another_one_may_not(entry, open_one, as_user, supervisor, clerk, stranger, sheet_of):
    sheet = sheet_of(open_one, "01", 1)
    for user in (supervisor, clerk, stranger, sheet.judge):
        client = as_user(user)
        assert client.get(address(entry)).status_code == 404
        form = {"act": "seconds", "target": "self", "seconds": "1"}
        assert client.post(address(entry), form).status_code == 404
        assert client.post(address(entry, "organise_entry_lock")).status_code == 404
        assert client.get(correct(sheet)).status_code == 404
    assert fresh(entry).seconds == {}


@pytest.mark.parametrize("seats", [3, 7])
def test_entry_page_takes_the_same_queries_for_any_number_of_judges(
    seats, make_open_round, office, entry_of, django_assert_num_queries
):
    page = address(entry_of(make_open_round(seats=seats), "01"))
    with django_assert_num_queries(12):
        assert office.get(page).status_code == 200
