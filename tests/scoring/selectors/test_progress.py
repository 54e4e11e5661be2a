from scoring.models import LateMark
from scoring.selectors import SeatProgress, lock_blockers, open_blockers, seat_progress
from scoring.services import (
    add_seat,
    lock_entry,
    open_round,
    record_seconds,
    remove_seat,
    request_mark_correction,
    set_entry_status,
)
from tests.scoring.conftest import marks_of


def test_lock_blockers_end_with_warnings_that_do_not_block(open_one, submit_all, entry_of, sheet_of, organiser, now):
    submit_all(open_one, {code: ["40"] * 3 for code in ("01", "02", "03")})
    record_seconds(entry=entry_of(open_one, "01"), segment="self", seconds=200, actor=organiser, now=now)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    sheet = sheet_of(open_one, "01", 1)
    request_mark_correction(sheet=sheet, marks=marks_of("41"), reason="抄录错误", actor=organiser, now=now)
    LateMark.objects.create(sheet=sheet, submission_id="x", marks={}, author=sheet.judge, received_at=now)

    assert [(b.code, b.text, b.blocks, b.entries) for b in lock_blockers(open_one)] == [
        ("no_seconds", "环节“自主命题讲解”没有用时记录，不计超时或不足扣分：02、03。", False, ("02", "03")),
        ("late_marks", "仲裁列表里还有 1 份逾时评分没有处理。", False, ()),
        ("open_corrections", "还有 1 项更正等待确认；封存后确认会另成一份定格成绩。", False, ()),
    ]


def test_lock_blockers_wait_for_a_quiz_score_but_not_of_who_withdrew(
    quiz_rules, make_open_round, submit_all, entry_of, organiser, now
):
    round = make_open_round(entries=2, rules=quiz_rules)
    submit_all(round, {"01": ["40"] * 3})
    set_entry_status(entry=entry_of(round, "02"), status="withdrawn", reason="急病", actor=organiser, now=now)

    assert [(b.code, b.text) for b in lock_blockers(round) if b.blocks] == [("no_quiz", "环节“知识问答”缺得分：01。")]


def test_open_blockers_of_a_round_that_is_ready_are_none(make_round):
    assert open_blockers(make_round(entries=20, seats=7)) == []


def test_open_blockers_warn_of_what_the_linter_doubts_for_this_field(make_round, organiser, now):
    round = make_round(entries=5, seats=3)

    assert [(blocker.code, blocker.blocks) for blocker in open_blockers(round)] == [
        ("rules_no_spare_judge", False),
        ("rules_never_dropped", False),
        ("rules_unreachable", False),
        ("rules_more_finalists", False),
    ]
    assert open_blockers(round)[3].text == "评分细则：“一组”晋级 6 名，参评的只有 5 个，名额用不完。"
    assert open_round(round=round, actor=organiser, now=now).state == "open"


def test_open_blockers_name_a_group_that_the_rules_do_not_have(make_round):
    round = make_round()
    round.group = "adult"

    assert [blocker.code for blocker in open_blockers(round) if blocker.blocks] == ["unknown_group"]


def test_seat_progress_says_who_has_not_marked_yet(open_one, submit, seat_of, make_person, organiser, now):
    submit(open_one, "01", 1)
    submit(open_one, "02", 2)
    remove_seat(seat=seat_of(open_one, 2), reason="病假", actor=organiser, now=now)
    bystander = add_seat(
        panel=open_one.panel, judge=make_person("候补", email="b@example.com"), actor=organiser, now=now
    )

    assert seat_progress(open_one) == [
        SeatProgress(seat_of(open_one, 1).pk, "J1", "评委1", False, {"submitted": 1, "pending": 2}, ("02", "03")),
        SeatProgress(seat_of(open_one, 2).pk, "J2", "评委2", True, {"absent": 2, "submitted": 1}, ()),
        SeatProgress(seat_of(open_one, 3).pk, "J3", "评委3", False, {"pending": 3}, ("01", "02", "03")),
        SeatProgress(bystander.pk, "J4", "候补", False, {"pending": 3}, ("01", "02", "03")),
    ]
