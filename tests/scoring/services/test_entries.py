import pytest

from core.exceptions import DomainError
from scoring.exceptions import Locked
from scoring.models import Deduction
from scoring.selectors import live_table
from scoring.services import (
    add_deduction,
    cancel_deduction,
    lock_entry,
    lock_round,
    record_quiz,
    record_seconds,
    set_entry_status,
)


@pytest.fixture
def marked(open_one, submit_all):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
    return open_one


@pytest.fixture
def quiz_round(quiz_rules, make_open_round):
    """A round with a quiz segment worth a fifth."""
    return make_open_round(rules=quiz_rules)


def ranking(round):
    return [(row.code, row.rank, row.shown, row.penalty) for row in live_table(round).rows]


def test_withdrawn_entry_takes_no_rank_and_can_be_taken_back(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    set_entry_status(entry=entry, status="withdrawn", reason="急病", actor=organiser, now=now)
    without = ranking(marked)
    set_entry_status(entry=entry, status="competing", reason="康复", actor=organiser, now=now)

    assert without == [("02", 1, "79.00", ""), ("03", 2, "78.00", ""), ("01", None, "", "")]
    assert ranking(marked)[0] == ("01", 1, "80.00", "")


def test_set_entry_status_refuses_no_reason_an_unknown_status_and_a_locked_round(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    for status, reason, sentence in [("withdrawn", " ", "请写明"), ("lost", "x", "没有这一参评状态")]:
        with pytest.raises(DomainError, match=sentence):
            set_entry_status(entry=entry, status=status, reason=reason, actor=organiser, now=now)
    lock_round(round=marked, actor=organiser, now=now)
    with pytest.raises(Locked, match="只能通过更正改动"):
        set_entry_status(entry=entry, status="withdrawn", reason="x", actor=organiser, now=now)


def test_record_seconds_takes_the_penalty_once_and_can_be_taken_back(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    timed = record_seconds(entry=entry, segment="self", seconds=256, actor=organiser, now=now)
    late = ranking(marked)
    record_seconds(entry=entry, segment="self", seconds=None, actor=organiser, now=now)

    assert timed.seconds == {"self": 256}
    assert late == [("02", 1, "79.00", ""), ("03", 2, "78.00", ""), ("01", 3, "76.00", "4")]
    assert ranking(marked)[0] == ("01", 1, "80.00", "")


def test_record_seconds_refuses_an_unknown_segment_a_wrong_time_and_a_locked_entry(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    for segment, seconds, sentence in [
        ("song", 1, "没有环节“song”"),
        ("self", -1, "0 至 86400"),
        ("self", 86401, "0 至"),
    ]:
        with pytest.raises(DomainError, match=sentence):
            record_seconds(entry=entry, segment=segment, seconds=seconds, actor=organiser, now=now)
    lock_entry(entry=entry, actor=organiser, now=now)
    with pytest.raises(Locked, match="已锁定，只能通过更正改动"):
        record_seconds(entry=entry, segment="self", seconds=200, actor=organiser, now=now)


def test_record_seconds_before_opening_is_refused(make_round, entry_of, organiser, now):
    round = make_round()

    with pytest.raises(Locked, match="“决赛”还没有开放"):
        record_seconds(entry=entry_of(round, "01"), segment="self", seconds=200, actor=organiser, now=now)


def test_record_quiz_counts_by_its_weight_and_is_waited_for(quiz_round, submit_all, entry_of, organiser, now):
    submit_all(quiz_round, {"01": ["40"] * 3})
    without = ranking(quiz_round)[0]
    record_quiz(entry=entry_of(quiz_round, "01"), segment="quiz", score="９０.5", actor=organiser, now=now)

    assert without == ("01", None, "", "")
    assert ranking(quiz_round)[0] == ("01", 1, "82.10", "")


def test_record_quiz_refuses_what_is_no_score(quiz_round, entry_of, organiser, now):
    entry = entry_of(quiz_round, "01")
    for segment, score, sentence in [
        ("self", "9", "没有答题环节"),
        ("quiz", "101", "超出范围"),
        ("quiz", "1e1", "不是分数"),
    ]:
        with pytest.raises(DomainError, match=sentence):
            record_quiz(entry=entry, segment=segment, score=score, actor=organiser, now=now)


def test_deduction_counts_until_cancelled_and_stays_on_record(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    deduction = add_deduction(entry=entry, points="1.5", reason="未用普通话", actor=organiser, now=now)
    deducted = ranking(marked)
    cancelled = cancel_deduction(deduction=deduction, actor=organiser, now=now)

    assert deducted == [("02", 1, "79.00", ""), ("01", 2, "78.50", "1.5"), ("03", 3, "78.00", "")]
    assert ranking(marked)[0] == ("01", 1, "80.00", "")
    assert (cancelled.cancelled_by, cancelled.cancelled_at, Deduction.objects.count()) == (organiser, now, 1)
    with pytest.raises(DomainError, match="没有这项扣分，或已经取消"):
        cancel_deduction(deduction=deduction, actor=organiser, now=now)


@pytest.mark.parametrize(
    ("points", "reason", "sentence"),
    [("0", "x", "扣分应大于 0"), ("-1", "x", "不是分数"), ("1.234", "x", "不是分数"), ("1", " ", "请写明扣分原因")],
)
def test_add_deduction_refuses_what_is_none(marked, entry_of, organiser, now, points, reason, sentence):
    with pytest.raises(DomainError, match=sentence):
        add_deduction(entry=entry_of(marked, "01"), points=points, reason=reason, actor=organiser, now=now)


def test_deductions_of_a_locked_entry_take_a_correction(marked, entry_of, organiser, now):
    entry = entry_of(marked, "01")
    deduction = add_deduction(entry=entry, points="1", reason="超时", actor=organiser, now=now)
    lock_entry(entry=entry, actor=organiser, now=now)

    with pytest.raises(Locked):
        add_deduction(entry=entry, points="1", reason="超时", actor=organiser, now=now)
    with pytest.raises(Locked):
        cancel_deduction(deduction=deduction, actor=organiser, now=now)


def test_the_same_deduction_twice_is_told_apart_from_a_second_one(marked, entry_of, organiser, now):
    """A double tap on the button must not take the points twice."""
    entry = entry_of(marked, "01")
    first = add_deduction(entry=entry, points="2", reason="超出划定区域", actor=organiser, now=now)

    with pytest.raises(DomainError, match="已有一项同样的扣分（2 分，超出划定区域）"):
        add_deduction(entry=entry, points="２.0", reason=" 超出划定区域 ", actor=organiser, now=now)
    after_the_tap = ranking(marked)[1]
    add_deduction(entry=entry, points="2", reason="超出划定区域，第二次", actor=organiser, now=now)
    cancel_deduction(deduction=first, actor=organiser, now=now)
    add_deduction(entry=entry, points="2", reason="超出划定区域", actor=organiser, now=now)

    assert after_the_tap == ("01", 2, "78.00", "2")
    assert ranking(marked)[-1] == ("01", 3, "76.00", "4")
