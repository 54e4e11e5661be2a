import pytest
from django.db import IntegrityError, transaction

from core.exceptions import DomainError
from scoring.exceptions import Locked, MarksInvalid, PaperMismatch, SecondAccountNeeded, SheetClosed
from scoring.models import PaperEntry, SheetRevision
from scoring.selectors import live_table
from scoring.services import (
    confirm_paper_marks,
    confirm_recusal,
    declare_recusal,
    discard_paper_marks,
    lock_entry,
    mark_absent,
    type_paper_marks,
)
from tests.scoring.conftest import marks_of, new_id


@pytest.fixture
def sheet(open_one, sheet_of):
    return sheet_of(open_one, "01", 1)


@pytest.fixture
def type_marks(sheet, clerk, now):
    """Return a function: type marks of the first sheet."""

    def act(marks=None, *, actor=clerk, submission_id=None, on=sheet):
        typed = marks or marks_of("40")
        return type_paper_marks(sheet=on, marks=typed, submission_id=submission_id or new_id(), actor=actor, now=now)

    return act


def test_pitfall_25_paper_marks_count_only_when_another_account_types_the_same(
    open_one, sheet, type_marks, clerk, organiser, now
):
    paper = type_marks(marks_of("40"))
    waiting = live_table(open_one).rows[0].cells[0]

    outcome = confirm_paper_marks(paper=paper, marks=marks_of("４０"), actor=organiser, now=now)

    counted = live_table(open_one).rows[0].cells[0]
    paper.refresh_from_db()
    revision = SheetRevision.objects.get()
    assert (waiting.state, waiting.total, counted.state, counted.total) == ("pending", "", "submitted", "80")
    assert (outcome.kind, outcome.number, outcome.total) == ("saved", 1, "80")
    assert (revision.kind, revision.submission_id, revision.author) == ("paper", f"paper-{paper.pk}", organiser)
    assert (paper.typed_by, paper.confirmed_by, paper.confirmed_at) == (clerk, organiser, now)


def test_pitfall_25_the_account_that_typed_cannot_confirm(type_marks, clerk, now):
    paper = type_marks()

    with pytest.raises(SecondAccountNeeded, match="录入人以外的另一个账号"):
        confirm_paper_marks(paper=paper, marks=marks_of("40"), actor=clerk, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.update(confirmed_by=clerk, confirmed_at=now)


def test_pitfall_25_a_mismatch_is_named_by_criterion_and_nothing_counts(sheet, type_marks, organiser, now):
    paper = type_marks(marks_of("40", "25", "15"))

    with pytest.raises(PaperMismatch) as refused:
        confirm_paper_marks(paper=paper, marks=marks_of("46", "25", "16"), actor=organiser, now=now)

    assert refused.value.errors == {
        "content": "内容陈述：初次录入 40，复核录入 46，请核对纸质评分表。",
        "image": "整体形象：初次录入 15，复核录入 16，请核对纸质评分表。",
    }
    sheet.refresh_from_db()
    paper.refresh_from_db()
    assert (sheet.state, paper.confirmed_at) == ("pending", None)


def test_type_paper_marks_again_with_the_same_id_is_the_same_typing(type_marks):
    first = type_marks(submission_id="typed")

    assert type_marks(submission_id="typed") == first
    assert PaperEntry.objects.count() == 1


def test_type_paper_marks_anew_replaces_ones_own_typing_only(type_marks, organiser, now):
    first = type_marks(marks_of("40"))
    second = type_marks(marks_of("46"))

    first.refresh_from_db()
    assert (first.discarded_at, second.discarded_at) == (now, None)
    with pytest.raises(DomainError, match="已由他人录入，等待复核"):
        type_marks(actor=organiser)


def test_discarded_typing_can_be_typed_anew_and_not_confirmed(type_marks, organiser, now):
    paper = type_marks()
    discard_paper_marks(paper=paper, actor=organiser, now=now)

    for act in (
        lambda: confirm_paper_marks(paper=paper, marks=marks_of("40"), actor=organiser, now=now),
        lambda: discard_paper_marks(paper=paper, actor=organiser, now=now),
    ):
        with pytest.raises(DomainError, match="已经复核或作废"):
            act()
    assert type_marks(actor=organiser).typed_by == organiser


def test_type_paper_marks_refuses_no_marks_and_closed_sheets(
    open_one, sheet, sheet_of, entry_of, type_marks, submit, organiser, now
):
    with pytest.raises(MarksInvalid):
        type_marks(marks_of("51"))
    submit(open_one, "01", 1)
    with pytest.raises(SheetClosed, match="已提交；要用纸质评分代替，请先退回"):
        type_marks()
    recused = sheet_of(open_one, "02", 1)
    recusal = declare_recusal(entry=recused.entry, seat=recused.seat, reason="师生", actor=recused.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    with pytest.raises(SheetClosed, match="已回避"):
        type_marks(on=recused)


def test_paper_of_an_absent_judge_can_be_typed_but_not_after_the_lock(
    open_one, sheet, type_marks, submit, entry_of, organiser, now
):
    mark_absent(sheet=sheet, reason="平板没电", actor=organiser, now=now)
    paper = type_marks()
    discard_paper_marks(paper=paper, actor=organiser, now=now)
    submit(open_one, "01", 2)
    submit(open_one, "01", 3)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    with pytest.raises(Locked, match="锁定之后请走更正"):
        type_marks()
