import json

import pytest
from django.db import IntegrityError, transaction

from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import Locked, MarksInvalid, SheetChanged, SheetClosed
from scoring.models import LateMark, Recusal, ScoreSheet, SheetRevision
from scoring.selectors import live_table
from scoring.services import (
    confirm_recusal,
    declare_recusal,
    lock_entry,
    mark_absent,
    remove_seat,
    return_sheet,
    save_draft,
    submit_sheet,
)
from tests.scoring.conftest import FULL, marks_of, new_id


@pytest.fixture
def sheet(open_one, sheet_of) -> ScoreSheet:
    return sheet_of(open_one, "01", 1)


@pytest.fixture
def save(now):
    """Return a function: save marks on a sheet as its judge."""

    def act(service, sheet, marks, *, base=None, submission_id=None, actor=None):
        return service(
            sheet_id=sheet.pk,
            marks=marks,
            submission_id=submission_id or new_id(),
            base_version=sheet.version if base is None else base,
            actor=actor or sheet.judge,
            now=now,
        )

    return act


@pytest.fixture
def lock_first(open_one, entry_of, sheet_of, submit, organiser, now):
    """Return a function: lock entry 01, the two other judges having submitted."""

    def act(*, first_submits=True):
        for seat in (1, 2, 3) if first_submits else (2, 3):
            if sheet_of(open_one, "01", seat).state != "submitted":
                submit(open_one, "01", seat)
        if not first_submits:
            sheet = sheet_of(open_one, "01", 1)
            mark_absent(sheet=sheet, reason="迟到", actor=organiser, now=now)
        return lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    return act


def stored(sheet):
    sheet.refresh_from_db()
    revisions = sheet.revisions.order_by("number").values_list("number", "kind", "marks", "total")
    return sheet.state, sheet.version, [(n, kind, marks, str(total)) for n, kind, marks, total in revisions]


def test_submit_sheet_stores_a_revision_and_makes_it_current(sheet, save):
    outcome = save(submit_sheet, sheet, {"content": "46", "delivery": "27.5", "image": "18"}, submission_id="a")

    marks = {"content": "46", "delivery": "27.5", "image": "18"}
    assert (outcome.kind, outcome.number, outcome.state, outcome.marks, outcome.total, outcome.message) == (
        "saved",
        1,
        "submitted",
        marks,
        "91.5",
        "已提交。",
    )
    assert stored(sheet) == ("submitted", 1, [(1, "submission", marks, "91.50")])
    assert sheet.current == SheetRevision.objects.get(sheet=sheet)


def test_submit_sheet_takes_full_width_digits(sheet, save):
    outcome = save(submit_sheet, sheet, {"content": "４５．５", "delivery": "３０", "image": "0"})

    assert (outcome.marks, outcome.total) == ({"content": "45.5", "delivery": "30", "image": "0"}, "75.5")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("50.5", "分数 50.5 超出范围：应在 0 至 50 之间。"),
        ("45.3", "分数 45.3 不合评分间隔：应为 0.5 分的整数倍。"),
        ("", "请填写分数。"),
        ("1e2", "“1e2”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。"),
        ("NaN", "“NaN”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。"),
        ("1_0", "“1_0”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。"),
        ("-1", "“-1”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。"),
    ],
)
def test_submit_sheet_refuses_what_is_no_mark_and_changes_nothing(sheet, save, typed, sentence):
    save(save_draft, sheet, {"content": "40"})
    before = stored(sheet)

    with pytest.raises(MarksInvalid) as refused:
        save(submit_sheet, sheet, {**FULL, "content": typed})

    assert refused.value.errors == {"content": sentence}
    assert stored(sheet) == before


def test_submit_sheet_names_every_wrong_and_every_unknown_criterion(sheet, save):
    with pytest.raises(MarksInvalid) as refused:
        save(submit_sheet, sheet, {"content": "99", "delivery": "30", "luck": "1"})

    assert refused.value.errors == {
        "luck": "本环节没有评分项“luck”。",
        "content": "分数 99 超出范围：应在 0 至 50 之间。",
        "image": "请填写分数。",
    }


def test_pitfall_05_a_draft_never_counts(open_one, sheet, save, submit):
    submit(open_one, "01", 2)
    submit(open_one, "01", 3)
    outcome = save(save_draft, sheet, {"content": "10", "delivery": "10", "image": "10"})

    row = live_table(open_one).rows[0]
    assert (outcome.kind, outcome.state, outcome.total) == ("saved", "draft", "30")
    assert (row.rank, row.reason, row.shown, row.cells[0].state, row.cells[0].total) == (
        None,
        "waiting",
        "",
        "draft",
        "",
    )
    assert not Event.objects.filter(kind="sheet_submitted", payload__contains=f'"sheet":{sheet.pk},').exists()


def test_save_draft_leaves_blanks_out(sheet, save):
    outcome = save(save_draft, sheet, {"content": "40", "delivery": " ", "image": ""})

    assert (outcome.marks, outcome.total) == ({"content": "40"}, None)
    assert stored(sheet) == ("draft", 1, [(1, "draft", {"content": "40"}, "None")])


def test_save_draft_over_a_submitted_sheet_is_refused_and_the_submission_keeps_counting(sheet, save):
    save(submit_sheet, sheet, FULL)
    sheet.refresh_from_db()

    with pytest.raises(SheetClosed, match="已提交，不再存草稿；要改请改好后直接提交"):
        save(save_draft, sheet, {"content": "1"})

    assert stored(sheet)[:2] == ("submitted", 1)


def test_submit_sheet_again_before_the_lock_corrects_oneself_in_a_new_revision(sheet, save):
    save(submit_sheet, sheet, FULL)
    sheet.refresh_from_db()
    outcome = save(submit_sheet, sheet, marks_of("45"))

    assert (outcome.kind, outcome.number, outcome.total) == ("saved", 2, "85")
    assert stored(sheet) == (
        "submitted",
        2,
        [(1, "submission", FULL, "100.00"), (2, "submission", marks_of("45"), "85.00")],
    )


def test_pitfall_12_a_repeated_submission_is_the_same_submission(sheet, save):
    first = save(submit_sheet, sheet, FULL, submission_id="tap")
    again = save(submit_sheet, sheet, FULL, submission_id="tap")

    assert (again.kind, again.number, again.marks, again.total) == ("repeated", first.number, first.marks, first.total)
    assert stored(sheet) == ("submitted", 1, [(1, "submission", FULL, "100.00")])
    assert Event.objects.filter(kind="sheet_submitted").count() == 1


def test_pitfall_12_a_stale_replay_never_wins_over_a_correction(sheet, save):
    save(submit_sheet, sheet, FULL, submission_id="old")
    sheet.refresh_from_db()
    save(submit_sheet, sheet, marks_of("30"), submission_id="correction")

    replay = save(submit_sheet, sheet, FULL, submission_id="old", base=0)
    with pytest.raises(SheetChanged):
        save(submit_sheet, sheet, FULL, submission_id="lost on the way", base=0)

    assert (replay.kind, replay.number) == ("repeated", 1)
    assert stored(sheet)[1] == 2
    assert sheet.current.marks == marks_of("30")


def test_pitfall_12_repeating_after_the_lock_still_gives_the_first_answer(sheet, save, lock_first):
    save(submit_sheet, sheet, FULL, submission_id="tap")
    lock_first()

    again = save(submit_sheet, sheet, FULL, submission_id="tap")

    assert (again.kind, again.number, again.marks) == ("repeated", 1, FULL)
    assert LateMark.objects.count() == 0


def test_pitfall_13_the_second_device_is_told_and_shown_what_is_stored(sheet, save):
    save(submit_sheet, sheet, FULL, base=0)

    with pytest.raises(SheetChanged) as refused:
        save(submit_sheet, sheet, marks_of("45"), base=0)

    error = refused.value
    assert (error.code, error.marks, error.total, error.version, error.state) == (
        "conflict",
        FULL,
        "100",
        1,
        "submitted",
    )
    assert stored(sheet)[:2] == ("submitted", 1)


def test_pitfall_20_a_stale_draft_is_a_conflict_not_an_overwrite(sheet, save):
    save(save_draft, sheet, {"content": "40"}, base=0)

    with pytest.raises(SheetChanged) as refused:
        save(save_draft, sheet, {"content": "41"}, base=0)

    assert (refused.value.marks, refused.value.total, refused.value.version) == ({"content": "40"}, None, 1)
    assert stored(sheet) == ("draft", 1, [(1, "draft", {"content": "40"}, "None")])


def test_pitfall_28_the_database_alone_keeps_one_revision_per_submission(sheet, save):
    """The id comes again with the version that the first save left: only the unique constraint can notice."""
    save(submit_sheet, sheet, FULL, submission_id="tap")
    again = save(submit_sheet, sheet, FULL, submission_id="tap", base=1)

    assert (again.kind, again.number, again.marks) == ("repeated", 1, FULL)
    assert stored(sheet) == ("submitted", 1, [(1, "submission", FULL, "100.00")])


def test_pitfall_28_two_sheets_of_one_pair_are_refused_by_the_database(sheet):
    twin = ScoreSheet(
        entry=sheet.entry, seat=sheet.seat, judge=sheet.judge, segment=sheet.segment, updated_at=sheet.updated_at
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_late_mark_is_kept_in_the_arbitration_list_and_not_counted(open_one, sheet, save, lock_first):
    lock_first()
    before = stored(sheet)
    shown = live_table(open_one).rows[0].shown

    late = save(submit_sheet, sheet, marks_of("1"), submission_id="late")
    again = save(submit_sheet, sheet, marks_of("1"), submission_id="late")

    kept = LateMark.objects.get()
    assert (late.kind, late.number, late.marks, late.total) == ("late", 0, marks_of("1"), "41")
    assert late.message == "本条目已锁定，这份评分没有计入；已收进仲裁列表，由组委会处理。"
    assert again == late
    assert (kept.sheet, kept.marks, kept.author, kept.settled_at) == (sheet, marks_of("1"), sheet.judge, None)
    assert stored(sheet) == before
    assert live_table(open_one).rows[0].shown == shown


def test_late_mark_of_an_absent_judge_is_kept_too(sheet, save, lock_first):
    lock_first(first_submits=False)

    assert save(submit_sheet, sheet, FULL).kind == "late"
    assert stored(sheet) == ("absent", 0, [])


def test_draft_after_the_lock_is_refused_with_what_to_do(sheet, save, lock_first):
    lock_first()

    with pytest.raises(Locked, match="已锁定，草稿没有保存；如仍要评分，请点“提交”"):
        save(save_draft, sheet, {"content": "1"})

    assert LateMark.objects.count() == 0


def test_invalid_marks_after_the_lock_are_named_and_nothing_is_kept(sheet, save, lock_first):
    lock_first()

    with pytest.raises(MarksInvalid):
        save(submit_sheet, sheet, {**FULL, "image": "21"})

    assert LateMark.objects.count() == 0


def test_only_the_judge_of_the_seat_may_save(open_one, sheet, sheet_of, save, organiser):
    other = sheet_of(open_one, "01", 2).judge

    for actor in (other, organiser):
        with pytest.raises(SheetClosed, match="这不是您的评分表"):
            save(submit_sheet, sheet, FULL, actor=actor)

    assert stored(sheet) == ("pending", 0, [])


def test_sheet_that_does_not_exist_is_refused_like_somebody_elses(sheet, save):
    sheet.pk += 1000

    with pytest.raises(SheetClosed, match="这不是您的评分表"):
        save(submit_sheet, sheet, FULL)


def test_recused_pair_may_not_save(sheet, save, organiser, now):
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    for service in (save_draft, submit_sheet):
        with pytest.raises(SheetClosed, match="已回避"):
            save(service, sheet, FULL)

    assert Recusal.objects.get().state == "confirmed"


def test_removed_seat_may_not_save(sheet, save, organiser, now):
    remove_seat(seat=sheet.seat, reason="另有公务", actor=organiser, now=now)

    with pytest.raises(SheetClosed, match="席位已撤"):
        save(submit_sheet, sheet, FULL)


@pytest.mark.parametrize("submission_id", ["", "x" * 65, "correction-1", "paper-1", "a\nb"])
def test_unusable_submission_id_is_refused(sheet, save, now, submission_id):
    with pytest.raises(DomainError, match="提交号无效"):
        submit_sheet(
            sheet_id=sheet.pk, marks=FULL, submission_id=submission_id, base_version=0, actor=sheet.judge, now=now
        )


def test_return_sheet_stops_it_counting_until_submitted_again(open_one, sheet, save, submit, organiser, now):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    sheet = return_sheet(sheet=sheet, reason="总分与手记不符", actor=organiser, now=now)

    returned = live_table(open_one).rows[0]
    save(save_draft, sheet, marks_of("44"))
    sheet.refresh_from_db()
    save(submit_sheet, sheet, marks_of("44"))

    assert (returned.reason, returned.cells[0].state, returned.cells[0].reason) == (
        "waiting",
        "returned",
        "总分与手记不符",
    )
    assert stored(sheet)[:2] == ("submitted", 3)
    assert sheet.state_reason == ""
    assert live_table(open_one).rows[0].rank == 1


def test_return_sheet_refuses_no_reason_a_pending_sheet_and_a_locked_entry(sheet, lock_first, organiser, now):
    with pytest.raises(DomainError, match="请写明退回原因"):
        return_sheet(sheet=sheet, reason=" ", actor=organiser, now=now)
    with pytest.raises(DomainError, match="只有已提交的才能退回"):
        return_sheet(sheet=sheet, reason="x", actor=organiser, now=now)
    lock_first()
    with pytest.raises(Locked, match="已锁定，只能通过更正改动"):
        return_sheet(sheet=sheet, reason="x", actor=organiser, now=now)


def test_submission_is_recorded_in_the_ledger_without_marks_or_names(sheet, save):
    save(submit_sheet, sheet, FULL)

    event = Event.objects.get(kind="sheet_submitted")
    payload = json.loads(event.payload)
    assert payload | {"marks": ""} == {
        "sheet": sheet.pk,
        "round": sheet.entry.round_id,
        "entry": "01",
        "judge": "J1",
        "segment": "self",
        "revision": 1,
        "marks": "",
        "total": "100",
    }
    assert len(payload["marks"]) == 64
    assert event.actor == sheet.judge


def test_one_save_takes_at_most_ten_queries(sheet, save, django_assert_max_num_queries):
    save(save_draft, sheet, {"content": "40"})  # the rules are read once per process
    sheet.refresh_from_db()
    judge = sheet.judge

    with django_assert_max_num_queries(10):
        save(submit_sheet, sheet, FULL, actor=judge)


def test_each_save_bumps_the_change_number_of_the_round(open_one, sheet, save):
    before = live_table(open_one).change_number
    save(save_draft, sheet, {"content": "40"})
    sheet.refresh_from_db()
    save(submit_sheet, sheet, FULL)

    open_one.refresh_from_db()
    assert open_one.change_number == before + 2
