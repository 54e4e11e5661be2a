"""Comments beside the marks, and the totals that need one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import CommentNeeded, CommentsChanged, CommentTooLong, Locked, SheetClosed
from scoring.models import SheetComment
from scoring.selectors import Comments, latest_snapshot, result_book, sheet_comments
from scoring.services import (
    ReviewTerms,
    confirm_recusal,
    declare_recusal,
    lock_round,
    save_comments,
    set_review_terms,
)
from tests.scoring.conftest import marks_of


@pytest.fixture
def write(sheet_of, now):
    """Return a function: a seat's judge writes about an entry."""

    def act(round, code, seat, to_office="", to_author="", base=0, actor=None):
        sheet = sheet_of(round, code, seat)
        return save_comments(
            sheet_id=sheet.pk,
            to_office=to_office,
            to_author=to_author,
            base_version=base,
            actor=actor or sheet.judge,
            now=now,
        )

    return act


@pytest.fixture
def set_band(organiser, now):
    def act(round, below=None, above=None, due_at=None):
        terms = ReviewTerms(due_at, below and Decimal(below), above and Decimal(above))
        return set_review_terms(round=round, terms=terms, actor=organiser, now=now)

    return act


def stored(round):
    rows = SheetComment.objects.filter(sheet__entry__round=round).order_by("sheet_id", "number", "kind")
    return list(rows.values_list("kind", "number", "text"))


def test_save_comments_keeps_every_version_and_the_newest_stands(open_one, write, sheet_of):
    first = write(open_one, "01", 1, "数据过时", "选题很好\r\n\x00可再精炼 ")
    second = write(open_one, "01", 1, "数据过时，须核实", "选题很好\n可再精炼", base=1)
    third = write(open_one, "01", 1, "", "选题很好\n可再精炼", base=2)

    assert first == Comments(1, "数据过时", "选题很好\n可再精炼")
    assert second == Comments(2, "数据过时，须核实", "选题很好\n可再精炼")
    assert third == sheet_comments(sheet_of(open_one, "01", 1)) == Comments(3, "", "选题很好\n可再精炼")
    assert stored(open_one) == [
        ("author", 1, "选题很好\n可再精炼"),
        ("office", 1, "数据过时"),
        ("office", 2, "数据过时，须核实"),
        ("office", 3, ""),
    ]
    assert Event.objects.filter(kind="comments_saved").count() == 3


def test_pitfall_12_the_same_comments_again_are_the_same_save(open_one, write):
    write(open_one, "01", 1, "好", "")
    assert write(open_one, "01", 1, "好", "", base=0) == Comments(1, "好", "")
    assert len(stored(open_one)) == 1


def test_pitfall_20_comments_saved_meanwhile_are_a_conflict_and_stay(open_one, write):
    write(open_one, "01", 1, "甲处所写", "给作者")
    with pytest.raises(CommentsChanged, match="已在别处更新") as refused:
        write(open_one, "01", 1, "乙处所写", "", base=0)
    assert (refused.value.version, refused.value.to_office, refused.value.to_author) == (1, "甲处所写", "给作者")
    assert len(stored(open_one)) == 2


def test_save_comments_refuses_another_account_and_too_long(open_one, write, organiser):
    with pytest.raises(SheetClosed, match="不是您的评分表"):
        write(open_one, "01", 1, "好", actor=organiser)
    with pytest.raises(CommentTooLong) as refused:
        write(open_one, "01", 1, "好" * 2001, "好" * 2000)
    assert refused.value.errors == {"office": "最多 2000 个字，现在是 2001 个字。"}
    assert stored(open_one) == []


def test_save_comments_refuses_a_recused_sheet(open_one, write, entry_of, seat_of, organiser, now):
    entry, seat = entry_of(open_one, "02"), seat_of(open_one, 1)
    recusal = declare_recusal(entry=entry, seat=seat, reason="师生", actor=seat.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    with pytest.raises(SheetClosed, match="已回避"):
        write(open_one, "02", 1, "好")


def test_comments_are_closed_with_the_marks_and_no_part_of_the_book(make_open_round, write, submit_all, organiser, now):
    round = make_open_round(entries=1)
    submit_all(round, {"01": ["40"] * 3})
    write(round, "01", 1, "很有见地")
    lock_round(round=round, actor=organiser, now=now)

    with pytest.raises(Locked, match="已封存"):
        write(round, "01", 1, "改一改", base=1)
    assert "很有见地" not in str(result_book(latest_snapshot(round)))


def test_submitting_outside_the_band_needs_a_comment_to_the_office(open_one, write, submit, set_band):
    set_band(open_one, below="60", above="95.5")
    with pytest.raises(CommentNeeded, match=r"总分 58 分，低于 60 分，须写给组委会的评审意见"):
        submit(open_one, "01", 1, marks_of("20", "23", "15"))
    with pytest.raises(CommentNeeded, match=r"总分 96 分，高于 95.5 分"):
        submit(open_one, "01", 1, marks_of("50", "30", "16"))
    write(open_one, "01", 1, to_author="只写给作者的不算")
    with pytest.raises(CommentNeeded):
        submit(open_one, "01", 1, marks_of("20", "23", "15"))

    write(open_one, "01", 1, "科学性有误", "只写给作者的不算", base=1)

    assert submit(open_one, "01", 1, marks_of("20", "23", "15")).total == "58"
    with pytest.raises(CommentNeeded):
        write(open_one, "01", 1, "", "只写给作者的不算", base=2)
    assert submit(open_one, "01", 1, marks_of("40")).total == "80"
    assert write(open_one, "01", 1, "", "只写给作者的不算", base=2).to_office == ""


@pytest.mark.parametrize("total", [("20", "25", "15"), ("50", "30", "15.5")])
def test_totals_on_the_bounds_need_no_comment(open_one, submit, set_band, total):
    set_band(open_one, below="60", above="95.5")
    assert submit(open_one, "01", 1, marks_of(*total)).kind == "saved"


def test_set_review_terms_refuses_bounds_and_times_that_make_no_sense(open_one, set_band, now):
    for below, above in (("-1", None), (None, "100.5"), ("60.005", None), ("80", "70")):
        with pytest.raises(DomainError, match=r"分数"):
            set_band(open_one, below, above)
    with pytest.raises(DomainError, match="已经过去"):
        set_band(open_one, due_at=now)
    due = now + timedelta(days=7)
    set_band(open_one, "60", "60", due)

    open_one.refresh_from_db()
    assert (open_one.due_at, open_one.comment_below, open_one.comment_above) == (due, 60, 60)
    assert Event.objects.get(kind="review_terms_set").payload == (
        f'{{"comment_above":"60","comment_below":"60","due_at":"{due.isoformat()}","round":{open_one.pk}}}'
    )


def test_set_review_terms_keeps_a_due_time_that_has_passed_since(open_one, organiser, now):
    due = now + timedelta(days=1)
    set_review_terms(round=open_one, terms=ReviewTerms(due), actor=organiser, now=now)
    later = now + timedelta(days=2)
    assert set_review_terms(
        round=open_one, terms=ReviewTerms(due, Decimal(50)), actor=organiser, now=later
    ).comment_below == Decimal(50)


def test_set_review_terms_refuses_a_locked_round(make_open_round, submit_all, set_band, organiser, now):
    round = make_open_round(entries=1)
    submit_all(round, {"01": ["40"] * 3})
    lock_round(round=round, actor=organiser, now=now)
    with pytest.raises(DomainError, match="已封存"):
        set_band(round, "60")


def test_sheet_comments_are_those_that_stand(open_one, write, sheet_of, django_assert_num_queries):
    write(open_one, "01", 1, "一", "")
    write(open_one, "01", 1, "二", "", base=1)
    write(open_one, "01", 2, "", "给作者")
    sheets = [sheet_of(open_one, "01", seat) for seat in (1, 2, 3)]

    with django_assert_num_queries(3):
        found = [sheet_comments(sheet) for sheet in sheets]

    assert found == [Comments(2, "二", ""), Comments(1, "", "给作者"), Comments()]
