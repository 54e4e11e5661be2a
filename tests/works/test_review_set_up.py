"""Setting the review of a kind up: entries with codes that say nothing, and works that come and go."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.draw import commitment
from core.exceptions import DomainError
from ledger.models import Event
from scoring.models import Entry, ScoreSheet
from scoring.services import create_panel, open_round
from tests.works.jury import SEED, entry_of
from works.exceptions import WorkRefused
from works.models import Admission, KindRound, Work
from works.services.admission import follow_work, follow_works, place_works
from works.services.reviewing import assign_reviews
from works.services.rounds import set_up_review

ACCEPTED = Work.Status.ACCEPTED


def test_accepted_works_become_entries_in_an_order_that_is_not_that_of_submission(
    book, accepted, set_up, make_work, now
):
    works = accepted(book, 12)
    make_work(book)  # submitted, not accepted yet
    due_at = now + timedelta(days=7)
    round = set_up(book, due_at=due_at, comment_below=Decimal(60), comment_above=Decimal(95))
    entries = list(Entry.objects.filter(round=round).order_by("order"))
    assert [entry.code for entry in entries] == [f"B{place:02d}" for place in range(1, 13)]
    assert {entry.title for entry in entries} == {work.title for work in works}
    assert [entry.exhibit for entry in entries] == [
        reverse("judge_work", args=[round.pk, entry.code]) for entry in entries
    ]
    order = [entry.admission.work_id for entry in entries]
    assert order != sorted(order)
    assert sorted(order) == [work.pk for work in works]
    assert (round.assigned, round.group, round.due_at) == (True, "book", due_at)
    assert (round.comment_below, round.comment_above) == (60, 95)
    event = Event.objects.get(kind="review_set_up")
    assert commitment(bytes.fromhex(SEED)) in event.payload
    assert SEED not in event.payload


def test_the_same_seed_gives_the_same_codes(book, accepted, set_up):
    works = accepted(book, 8)
    round = set_up(book)
    first = {work.pk: entry_of(work).code for work in works}
    Admission.objects.all().delete()
    Entry.objects.all().delete()
    row = KindRound.objects.get(round=round)
    place_works(row)
    assert {work.pk: entry_of(work).code for work in works} == first


def test_a_blind_kind_has_codes_for_titles(video, accepted, set_up):
    video.is_blind = True
    video.save()
    accepted(video, 3)
    round = set_up(video)
    assert list(round.entries.values_list("code", "title")) == [(f"V0{n}", f"V0{n}") for n in (1, 2, 3)]


def test_set_up_is_refused_twice_without_works_with_a_foreign_panel_or_past_terms(
    book, video, accepted, set_up, now, organiser, edition
):
    with pytest.raises(WorkRefused, match="还没有已受理的作品"):
        set_up(book)
    accepted(book, 2)
    act = {"actor": organiser, "now": now}
    panel = create_panel(edition=edition, title="另一组")
    with pytest.raises(DomainError, match="已经过去"):
        set_up_review(kind=book, panel=panel, due_at=now, **act)
    with pytest.raises(DomainError, match="不能大于"):
        set_up_review(kind=book, panel=panel, comment_below=Decimal(90), comment_above=Decimal(80), **act)
    set_up_review(kind=book, panel=panel, **act)
    with pytest.raises(WorkRefused, match="已经设置"):
        set_up_review(kind=book, panel=panel, **act)
    other = type(edition).objects.create(slug="2027", title="下届", year=2027, organiser_name="科协", created_at=now)
    accepted(video, 1)
    with pytest.raises(WorkRefused, match="不属于本届"):
        set_up_review(kind=video, panel=create_panel(edition=other, title="外届"), **act)


def test_works_accepted_later_come_in_before_opening_and_all_codes_are_drawn_anew(
    book, accepted, set_up, organiser, now
):
    early = accepted(book, 5)
    round = set_up(book)
    assign_reviews(round=round, seed="s", actor=organiser, now=now)
    kept = {work.pk: entry_of(work).pk for work in early}
    sheets = set(ScoreSheet.objects.values_list("pk", "entry_id", "seat_id"))
    late = accepted(book, 5)
    done = follow_works(kind=book, actor=organiser, now=now)
    assert (done.admitted, done.taken_out, done.brought_back, done.locked) == (5, 0, 0, ())
    assert {work.pk: entry_of(work).pk for work in early} == kept
    assert sheets <= set(ScoreSheet.objects.values_list("pk", "entry_id", "seat_id"))
    codes = {entry_of(work).code for work in late}
    assert codes != {"B06", "B07", "B08", "B09", "B10"}  # nobody can tell who came late
    assert {entry.exhibit for entry in round.entries.all()} == {
        reverse("judge_work", args=[round.pk, entry.code]) for entry in round.entries.all()
    }


def test_pitfall_1_a_withdrawn_work_leaves_and_comes_back_when_it_is_accepted_again(
    book, accepted, opened, organiser, now
):
    works = accepted(book, 3)
    opened(book)
    gone = works[0]
    Work.objects.filter(pk=gone.pk).update(status=Work.Status.WITHDRAWN)
    follow_work(work=Work.objects.get(pk=gone.pk), actor=organiser, now=now)
    entry = entry_of(gone)
    assert (entry.status, entry.status_reason) == (Entry.Status.WITHDRAWN, "作品已撤回")
    Work.objects.filter(pk=gone.pk).update(status=ACCEPTED)
    done = follow_works(kind=book, actor=organiser, now=now)
    assert (done.brought_back, entry_of(gone).status) == (1, Entry.Status.COMPETING)


def test_what_the_meeting_ruled_out_does_not_come_back(book, accepted, opened, organiser, now):
    works = accepted(book, 3)
    opened(book)
    Entry.objects.filter(pk=entry_of(works[0]).pk).update(status=Entry.Status.INELIGIBLE, status_reason="评审会")
    assert not follow_works(kind=book, actor=organiser, now=now).changed


def test_after_the_lock_a_withdrawn_work_is_named_for_a_correction(book, accepted, locked, organiser, now):
    works = accepted(book, 3)
    locked(book)
    Work.objects.filter(pk=works[0].pk).update(status=Work.Status.WITHDRAWN)
    done = follow_works(kind=book, actor=organiser, now=now)
    assert done.locked == (entry_of(works[0]).code,)
    assert entry_of(works[0]).status == Entry.Status.COMPETING


def test_follow_is_refused_without_a_round_and_brings_nothing_into_an_open_one(book, accepted, opened, organiser, now):
    with pytest.raises(WorkRefused, match="还没有设置评审"):
        follow_works(kind=book, actor=organiser, now=now)
    accepted(book, 3)
    opened(book)
    accepted(book, 1)
    assert not follow_works(kind=book, actor=organiser, now=now).changed


def test_open_round_needs_its_assignment(book, accepted, set_up, organiser, now):
    accepted(book, 2)
    round = set_up(book)
    with pytest.raises(Exception, match="还不能开放"):
        open_round(round=round, actor=organiser, now=now)
