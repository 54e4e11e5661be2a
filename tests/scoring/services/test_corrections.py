import json

import pytest
from django.db import IntegrityError, transaction

from core.exceptions import ConflictError, DomainError
from ledger.models import Event
from scoring.exceptions import MarksInvalid, SecondAccountNeeded
from scoring.models import Correction, LateMark, Snapshot
from scoring.services import (
    add_deduction,
    confirm_correction,
    confirm_recusal,
    declare_recusal,
    lock_entry,
    lock_round,
    mark_absent,
    record_quiz,
    refuse_correction,
    request_entry_correction,
    request_mark_correction,
    settle_late_mark,
    submit_sheet,
)
from tests.scoring.conftest import marks_of, new_id


@pytest.fixture
def locked(open_one, submit_all, organiser, now):
    """A locked round: 01, 02, 03 with 80, 79, 78."""
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
    lock_round(round=open_one, actor=organiser, now=now)
    open_one.refresh_from_db()
    return open_one


@pytest.fixture
def ask_marks(locked, sheet_of, organiser, now):
    """Return a function: ask for another content mark of judge 1 for entry 03."""

    def act(content="47", reason="抄录错误"):
        sheet = sheet_of(locked, "03", 1)
        return request_mark_correction(sheet=sheet, marks=marks_of(content), reason=reason, actor=organiser, now=now)

    return act


@pytest.fixture
def ask_entry(locked, entry_of, organiser, now):
    """Return a function: ask for another fact of entry 01."""

    def act(subject, new):
        entry = entry_of(locked, "01")
        return request_entry_correction(entry=entry, subject=subject, new=new, reason="复核", actor=organiser, now=now)

    return act


def totals(round):
    document = Snapshot.objects.filter(round=round).latest("number").document
    return [(s["entry"], s["rank"], s["shown"]) for s in document["output"]["standings"]]


def test_confirmed_mark_correction_is_a_new_revision_and_a_new_snapshot(
    locked, ask_marks, sheet_of, supervisor, organiser, now
):
    correction = ask_marks()
    before = totals(locked)
    correction = confirm_correction(correction=correction, actor=supervisor, now=now, note="与原表一致")

    sheet = sheet_of(locked, "03", 1)
    assert before == [("01", 1, "80.00"), ("02", 2, "79.00"), ("03", 3, "78.00")]
    assert totals(locked) == [("03", 1, "81.00"), ("01", 2, "80.00"), ("02", 3, "79.00")]
    assert (sheet.version, sheet.current.kind, sheet.current.submission_id, sheet.current.author) == (
        2,
        "correction",
        f"correction-{correction.pk}",
        organiser,
    )
    assert (correction.state, correction.old, correction.new, correction.revision, correction.decided_by) == (
        "applied",
        marks_of("38"),
        marks_of("47"),
        sheet.current,
        supervisor,
    )
    assert Snapshot.objects.latest("number").reason == f"更正：评分（第 {correction.pk} 号）"
    assert json.loads(Event.objects.get(kind="correction_applied").payload)["total"] == "87"


def test_pitfall_18_an_earlier_snapshot_is_not_moved_by_a_correction(locked, ask_marks, supervisor, now):
    first = Snapshot.objects.get()
    confirm_correction(correction=ask_marks(), actor=supervisor, now=now)

    kept = Snapshot.objects.get(number=1)
    assert (kept.document, kept.sha256) == (first.document, first.sha256)
    assert Snapshot.objects.get(number=2).sha256 != first.sha256


def test_correction_takes_two_accounts_whatever_roles_they_hold(ask_marks, organiser, now):
    correction = ask_marks()

    for act in (confirm_correction, refuse_correction):
        with pytest.raises(SecondAccountNeeded, match="提出人以外的另一个账号"):
            act(correction=correction, actor=organiser, now=now, note="x")
    with pytest.raises(IntegrityError, match="correction_takes_two_accounts"), transaction.atomic():
        Correction.objects.update(state="applied", decided_by=organiser, decided_at=now)


def test_request_mark_correction_refuses_what_makes_no_sense(ask_marks, locked, sheet_of):
    for content, reason, error, sentence in [
        ("47", " ", DomainError, "请写明更正原因"),
        ("38", "x", DomainError, "与原分数相同"),
        ("51", "x", MarksInvalid, "没有填对"),
    ]:
        with pytest.raises(error, match=sentence):
            ask_marks(content, reason)
    ask_marks()
    with pytest.raises(DomainError, match="已有一项更正等待确认"):
        ask_marks("46")


def test_request_mark_correction_refuses_an_unlocked_and_a_recused_sheet(
    open_one, submit_all, sheet_of, entry_of, organiser, now
):
    sheet = sheet_of(open_one, "01", 1)
    with pytest.raises(DomainError, match="还没有锁定，请直接改动或退回"):
        request_mark_correction(sheet=sheet, marks=marks_of("40"), reason="x", actor=organiser, now=now)
    submit_all(open_one, {"01": ["40"] * 3})
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    with pytest.raises(DomainError, match="已回避，没有分数可更正"):
        request_mark_correction(sheet=sheet, marks=marks_of("40"), reason="x", actor=organiser, now=now)


def test_correction_of_a_locked_entry_in_an_open_round_takes_no_snapshot(
    open_one, submit_all, sheet_of, entry_of, organiser, supervisor, now
):
    submit_all(open_one, {"01": ["40"] * 3})
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    correction = request_mark_correction(
        sheet=sheet_of(open_one, "01", 1), marks=marks_of("41"), reason="抄录错误", actor=organiser, now=now
    )
    confirm_correction(correction=correction, actor=supervisor, now=now)

    assert sheet_of(open_one, "01", 1).current.marks == marks_of("41")
    assert Snapshot.objects.count() == 0


def test_refused_correction_changes_nothing_and_says_why(locked, ask_marks, supervisor, now):
    correction = ask_marks()
    with pytest.raises(DomainError, match="请写明不同意的理由"):
        refuse_correction(correction=correction, note=" ", actor=supervisor, now=now)
    refused = refuse_correction(correction=correction, note="原表无误", actor=supervisor, now=now)

    assert (refused.state, refused.decision_note, refused.revision) == ("refused", "原表无误", None)
    assert totals(locked)[0] == ("01", 1, "80.00")
    with pytest.raises(DomainError, match="已经处理：不同意"):
        confirm_correction(correction=correction, actor=supervisor, now=now)


@pytest.mark.parametrize(
    ("subject", "new", "after"),
    [
        ("seconds", {"segment": "self", "seconds": 256}, [("02", 1, "79.00"), ("03", 2, "78.00"), ("01", 3, "76.00")]),
        (
            "deduction",
            {"points": "1.5", "reason": "照读"},
            [("02", 1, "79.00"), ("01", 2, "78.50"), ("03", 3, "78.00")],
        ),
        (
            "status",
            {"status": "ineligible", "reason": "超龄"},
            [("02", 1, "79.00"), ("03", 2, "78.00"), ("01", None, None)],
        ),
    ],
)
def test_confirmed_entry_correction_takes_a_new_snapshot(locked, ask_entry, supervisor, now, subject, new, after):
    confirm_correction(correction=ask_entry(subject, new), actor=supervisor, now=now)

    assert totals(locked) == after


def test_correction_of_a_quiz_score(make_open_round, quiz_rules, submit_all, entry_of, organiser, supervisor, now):
    round = make_open_round(entries=1, rules=quiz_rules)
    submit_all(round, {"01": ["40"] * 3})
    entry = entry_of(round, "01")
    record_quiz(entry=entry, segment="quiz", score="90", actor=organiser, now=now)
    lock_round(round=round, actor=organiser, now=now)
    new = {"segment": "quiz", "score": "９５"}
    correction = request_entry_correction(
        entry=entry, subject="quiz", new=new, reason="少加一题", actor=organiser, now=now
    )

    confirm_correction(correction=correction, actor=supervisor, now=now)

    assert (correction.old, correction.new) == (
        {"segment": "quiz", "score": "90"},
        {"segment": "quiz", "score": "95"},
    )
    assert totals(round) == [("01", 1, "83.00")]


def test_correction_can_cancel_a_deduction_of_the_entry(open_one, submit_all, entry_of, organiser, supervisor, now):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
    entry = entry_of(open_one, "01")
    deduction = add_deduction(entry=entry, points="3", reason="超时", actor=organiser, now=now)
    lock_round(round=open_one, actor=organiser, now=now)
    correction = request_entry_correction(
        entry=entry, subject="deduction", new={"cancel": deduction.pk}, reason="秒表有误", actor=organiser, now=now
    )

    confirm_correction(correction=correction, actor=supervisor, now=now)

    assert correction.old == {"points": "3", "reason": "超时"}
    assert totals(open_one)[0] == ("01", 1, "80.00")
    with pytest.raises(DomainError, match="没有这项扣分，或已经取消"):
        request_entry_correction(
            entry=entry, subject="deduction", new={"cancel": deduction.pk}, reason="x", actor=organiser, now=now
        )


@pytest.mark.parametrize(
    ("subject", "new", "sentence"),
    [
        ("seconds", {"segment": "song", "seconds": 1}, "没有环节"),
        ("seconds", {"segment": "self", "seconds": None}, "与原值相同"),
        ("quiz", {"segment": "self", "score": "1"}, "没有答题环节"),
        ("deduction", {"points": "0", "reason": "x"}, "大于 0"),
        ("status", {"status": "lost", "reason": "x"}, "没有这一参评状态"),
        ("marks", {}, "没有这一更正对象"),
    ],
)
def test_request_entry_correction_refuses_what_makes_no_sense(ask_entry, subject, new, sentence):
    with pytest.raises(DomainError, match=sentence):
        ask_entry(subject, new)


def test_request_entry_correction_before_the_lock_is_refused(open_one, entry_of, submit_all, organiser, now):
    submit_all(open_one, {"01": ["40"] * 3})
    options = {"reason": "x", "actor": organiser, "now": now}
    seconds, status = {"segment": "self", "seconds": 1}, {"status": "withdrawn", "reason": "x"}
    with pytest.raises(DomainError, match="还没有锁定"):
        request_entry_correction(entry=entry_of(open_one, "01"), subject="seconds", new=seconds, **options)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    with pytest.raises(DomainError, match="还没有封存，请直接改参评状态"):
        request_entry_correction(entry=entry_of(open_one, "01"), subject="status", new=status, **options)


def test_pitfall_20_a_correction_of_an_outdated_value_is_a_conflict(locked, ask_entry, supervisor, now):
    first = ask_entry("seconds", {"segment": "self", "seconds": 256})
    second = ask_entry("seconds", {"segment": "self", "seconds": 200})
    confirm_correction(correction=first, actor=supervisor, now=now)

    with pytest.raises(ConflictError, match="原值已有变动"):
        confirm_correction(correction=second, actor=supervisor, now=now)

    second.refresh_from_db()
    assert (second.state, Snapshot.objects.count()) == ("requested", 2)


@pytest.fixture
def late_mark(open_one, submit, sheet_of, entry_of, organiser, now):
    """Judge 3 was absent for entry 01 and marked it after its lock."""
    for seat in (1, 2):
        submit(open_one, "01", seat, marks_of("40"))
    sheet = sheet_of(open_one, "01", 3)
    mark_absent(sheet=sheet, reason="断网", actor=organiser, now=now)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    submit_sheet(
        sheet_id=sheet.pk, marks=marks_of("43"), submission_id=new_id(), base_version=0, actor=sheet.judge, now=now
    )
    return LateMark.objects.get()


def test_late_mark_counts_only_through_a_correction_by_two_accounts(
    open_one, late_mark, sheet_of, organiser, supervisor, now
):
    correction = settle_late_mark(
        late_mark=late_mark, settlement="断网属实", actor=organiser, now=now, as_correction=True
    )
    waiting = sheet_of(open_one, "01", 3).state
    confirm_correction(correction=correction, actor=supervisor, now=now)

    late_mark.refresh_from_db()
    sheet = sheet_of(open_one, "01", 3)
    assert (waiting, sheet.state, sheet.current.marks) == ("absent", "submitted", marks_of("43"))
    assert (correction.old, late_mark.settled_by, late_mark.settlement) == (None, organiser, "断网属实")


def test_late_mark_is_settled_once_and_with_an_explanation(late_mark, sheet_of, open_one, organiser, now):
    with pytest.raises(DomainError, match="请写明处理说明"):
        settle_late_mark(late_mark=late_mark, settlement="", actor=organiser, now=now)
    assert settle_late_mark(late_mark=late_mark, settlement="不采纳", actor=organiser, now=now) is None
    with pytest.raises(DomainError, match="已经处理过了"):
        settle_late_mark(late_mark=late_mark, settlement="采纳", actor=organiser, now=now)
    assert sheet_of(open_one, "01", 3).state == "absent"


def test_the_same_entry_correction_twice_waits_once(locked, ask_entry, supervisor, now):
    """Two taps, two confirmations: the points would be taken twice."""
    new = {"points": "2", "reason": "超出划定区域"}
    asked = ask_entry("deduction", new)
    with pytest.raises(DomainError, match="已经提出，正等待确认"):
        ask_entry("deduction", new)
    confirm_correction(correction=asked, actor=supervisor, now=now)

    with pytest.raises(DomainError, match="已有一项同样的扣分"):
        ask_entry("deduction", new)
    assert totals(locked) == [("02", 1, "79.00"), ("01", 2, "78.00"), ("03", 3, "78.00")]
