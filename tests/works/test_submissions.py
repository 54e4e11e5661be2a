"""A work handed in: once, in time, within the limits; what stands and what was stays on record (pitfalls 20, 28)."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from core.crypto import decrypt
from ledger.models import Event
from tests.works.desk import add_file, isbn
from tests.works.typing import typed_book, typed_video
from works.exceptions import StaleWork, WorkFaulty, WorkRefused
from works.models import Submission, Volume, Work
from works.services import (
    delete_draft,
    discard_changes,
    missing_items,
    recall_work,
    save_draft,
    start_work,
    submit_work,
    typed_values,
    withdraw_work,
)
from works.services.declaration import NEWEST
from works.services.submissions import submission_record

Status, Channel = Work.Status, Work.Channel


@pytest.fixture
def draft(book, author, now):
    """Return a function: a draft of the author's with what was typed."""

    def make(kind=None, typed=None, actor=author, at=now) -> Work:
        work = start_work(kind=kind or book, channel=Channel.INDIVIDUAL, user=actor, actor=actor, now=now)
        return save_draft(work=work, typed=typed or typed_book(), seen=0, actor=actor, now=at)

    return make


@pytest.fixture
def submit(author, now):
    def do(work: Work, *, at=now, seen=None, actor=author) -> Work:
        return submit_work(work=work, seen=work.version if seen is None else seen, actor=actor, now=at)

    return do


def test_a_book_is_kept_as_its_fields_say(draft, submit, author, now):
    work = submit(draft())
    work.refresh_from_db()
    assert (work.title, work.title_index, work.published_on.isoformat()) == ("身边的力学", "身边的力学", "2025-03-01")
    assert (work.phone, work.volumes, work.typed) == ("19900010001", 1, None)
    assert list(Volume.objects.values_list("isbn", flat=True)) == [isbn(1)]
    assert (work.declared_by, work.declared_at, work.declared_version) == (author, now, NEWEST)


def test_a_video_is_kept_as_its_fields_say(draft, submit, video):
    work = submit(draft(video, typed_video()))
    work.refresh_from_db()
    assert (work.seconds, str(work.non_original_percent), work.ai_used) == (234, "8.00", False)
    assert [item.message for item in missing_items(work)] == [
        "缺材料：视频；以播放链接代替的，须提交首播证明",
        "缺材料：推荐表（盖章扫描件）",
    ]


def test_a_link_with_its_proof_stands_for_the_file(draft, submit, video):
    work = submit(draft(video, typed_video()))
    add_file(work, "broadcast")
    assert [item.code for item in missing_items(work)] == ["file.form"]


def test_the_same_submission_again_is_the_same(draft, submit):
    work = submit(draft())
    again = submit(work, seen=0)
    assert (again.version, Submission.objects.count()) == (work.version, 1)
    assert Event.objects.filter(kind="work_submitted").count() == 1


def test_each_submission_is_on_record_encrypted(draft, submit, author, now):
    work = submit(draft())
    saved = save_draft(work=work, typed=typed_book(title="新名字"), seen=work.version, actor=author, now=now)
    submit(saved)
    first, second = Submission.objects.order_by("number")
    assert (submission_record(first)["texts"]["title"], submission_record(second)["texts"]["title"]) == (
        "身边的力学",
        "新名字",
    )
    assert submission_record(first)["texts"]["authors.2.name"] == "段伟"
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM works_submission ORDER BY number")
        [kept, _] = [row[0] for row in cursor.fetchall()]
    assert "身边的力学" not in kept
    assert "身边的力学" in decrypt(kept)


def test_the_chain_holds_no_personal_data(draft, submit):
    submit(draft())
    payload = json.loads(Event.objects.get(kind="work_submitted").payload)
    assert set(payload) == {"work", "number", "status"}


def test_a_stale_submission_is_told_both_versions(draft, submit, author, now):
    work = draft()
    save_draft(work=work, typed=typed_book(title="另一窗口"), seen=1, actor=author, now=now)
    with pytest.raises(StaleWork) as stale:
        submit(work, seen=1)
    assert (stale.value.stored["title"], stale.value.version) == ("另一窗口", 2)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"phone": "12"}, ["phone"]),
        ({"authors.1.name": "", "authors.1.workplace": "", "authors.2.name": ""}, ["authors.1.name"]),
        ({"authors.2.name": "杨一", "authors.2.workplace": "市中心医院"}, ["authors.2.name"]),
        ({"volumes.1.isbn": "978-7-1"}, ["volumes.1.isbn"]),
        ({"category": "series", "volumes": "3"}, ["volumes"]),
        ({"category": "series", "volumes": "1"}, ["volumes"]),
        ({"published_on": "2019-03"}, ["published_on"]),
        ({"published_on": "去年"}, ["published_on"]),
        ({"summary": "长" * 501}, ["summary"]),
        ({"summary": "\ue000"}, ["summary"]),
        ({"declared": ""}, ["declared"]),
        ({"unit": "999"}, ["unit"]),
    ],
)
def test_a_fault_is_named_at_its_field_and_nothing_is_lost(draft, submit, changes, fields):
    work = draft(typed=typed_book(**changes))
    with pytest.raises(WorkFaulty) as refused:
        submit(work)
    assert [fault.field for fault in refused.value.faults] == fields
    work.refresh_from_db()
    assert (work.status, typed_values(work)) == (Status.DRAFT, typed_book(**changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seconds": "1分59秒"}, "too_short"),
        ({"seconds": "5分1秒"}, "too_long_video"),
        ({"non_original_percent": "10.5"}, "non_original"),
        ({"ai_used": "yes"}, "required"),
        ({"sources": ""}, "required"),
        ({"published_on": "2026-01-01"}, "window"),
        ({"url": "ftp://x"}, "url"),
    ],
)
def test_a_videos_limits_are_told(draft, submit, video, changes, code):
    with pytest.raises(WorkFaulty) as refused:
        submit(draft(video, typed_video(**changes)))
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_series_is_handed_in_with_all_its_volumes(draft, submit):
    volumes = {f"volumes.{place}.isbn": isbn(place) for place in (1, 2, 3)}
    work = submit(draft(typed=typed_book(category="series", volumes="3", **volumes)))
    assert [row.isbn for row in work.volume_rows.all()] == [isbn(1), isbn(2), isbn(3)]


def test_more_authors_than_the_selection_takes_are_refused(draft, submit):
    many = {f"authors.{place}.name": f"作者{sign}" for place, sign in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅", 1)}
    with pytest.raises(WorkFaulty, match="改正") as refused:
        submit(draft(typed=typed_book(**many)))
    assert refused.value.faults[0].message == "作者最多 12 人，现有 13 人。请按贡献保留前 12 位。"


def test_the_deadline_is_exclusive(draft, submit, selection):
    with pytest.raises(WorkRefused, match="截止，不再接收"):
        submit(draft(), at=selection.closes_at)
    assert submit(draft(), at=selection.closes_at - timedelta(microseconds=1)).status == Status.SUBMITTED


def test_a_draft_whose_upload_was_on_its_way_may_follow_it(draft, submit, selection, author, video):
    work = draft(video, typed_video())
    begun = selection.closes_at - timedelta(minutes=1)
    late = selection.closes_at + timedelta(minutes=30)
    add_file(work, "video", upload_started_at=begun, uploaded_at=late)
    assert submit(work, at=late).status == Status.SUBMITTED


def test_a_returned_work_is_completed_by_its_date(draft, submit, now, selection):
    work = submit(draft())
    due = selection.closes_at + timedelta(days=3)
    Work.objects.filter(pk=work.pk).update(status=Status.RETURNED, completion_due_at=due, status_reason="缺封面")
    work.refresh_from_db()
    with pytest.raises(WorkRefused, match="补正期限"):
        submit(work, at=due + timedelta(seconds=1))
    done = submit(work, at=due)
    assert (done.status, done.completion_due_at, done.status_reason) == (Status.SUBMITTED, None, "")


def test_the_first_authors_number_is_limited(draft, submit, book):
    book.author_quota = 1
    book.save()
    submit(draft())
    with pytest.raises(WorkFaulty) as refused:
        submit(draft(typed=typed_book(title="第二本", **{"volumes.1.isbn": isbn(2)})))
    assert [fault.code for fault in refused.value.faults] == ["author_quota"]


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED])
def test_what_was_decided_on_is_not_changed(draft, submit, author, now, status):
    work = submit(draft())
    Work.objects.filter(pk=work.pk).update(status=status, status_reason="x")
    for act in (
        lambda: save_draft(work=work, typed=typed_book(title="x"), seen=work.version, actor=author, now=now),
        lambda: submit(work),
        lambda: recall_work(work=work, actor=author, now=now),
        lambda: discard_changes(work=work, actor=author, now=now),
    ):
        with pytest.raises(WorkRefused):
            act()


def test_a_recalled_work_frees_its_place_and_keeps_its_record(draft, submit, author, now, selection):
    work = submit(draft())
    with pytest.raises(WorkRefused, match="截止"):
        recall_work(work=work, actor=author, now=selection.closes_at)
    recalled = recall_work(work=work, actor=author, now=now)
    assert (recalled.status, typed_values(recalled)["title"]) == (Status.DRAFT, "身边的力学")
    with pytest.raises(WorkRefused, match="已提交过，不能删除"):
        delete_draft(work=recalled, actor=author, now=now)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "请写明退出的原因。"), ("长" * 201, "原因最多 200 个字")])
def test_a_withdrawal_has_a_reason(draft, author, now, reason, sentence):
    with pytest.raises(WorkRefused, match=sentence):
        withdraw_work(work=draft(), reason=reason, actor=author, now=now)


def test_individuals_wait_for_their_unit_where_only_units_submit(selection, book, author, now):
    selection.individuals_may_submit = False
    selection.save()
    with pytest.raises(WorkRefused, match="由推荐单位统一申报"):
        start_work(kind=book, channel=Channel.INDIVIDUAL, user=author, actor=author, now=now)


def test_more_text_than_a_person_types_is_refused(draft, author, now):
    with pytest.raises(WorkRefused, match="填写的内容太长"):
        save_draft(work=draft(), typed={"summary": "长" * 40_000}, seen=1, actor=author, now=now)


def test_two_saves_at_once_keep_one_and_tell_the_other(at_once, draft, author, now):
    work = draft()

    def save(title):
        return lambda: save_draft(work=work, typed=typed_book(title=title), seen=1, actor=author, now=now)

    results = at_once(save("甲"), save("乙"))
    assert sorted(type(each).__name__ for each in results) == ["StaleWork", "Work"]


def test_submitting_twice_at_once_is_submitting_once(at_once, draft, author, now):
    work = draft()

    def act():
        return submit_work(work=work, seen=1, actor=author, now=now).status

    assert at_once(act, act) == [Status.SUBMITTED, Status.SUBMITTED]
    assert at_once(lambda: Submission.objects.count()) == [1]
