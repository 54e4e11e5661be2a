"""A selection's set-up as acts: what may change, what hangs on it and stays (pitfalls 20, 24)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.exceptions import ConflictError
from ledger.models import Event
from scoring.services import revise_rulebook
from tests.works.desk import isbn
from works.exceptions import SettingRefused, WorkRefused
from works.models import FileRequirement, Kind, Work
from works.services import create_selection, record_paper_copies
from works.services.calls import change_call, publish_call, withdraw_call
from works.services.former_winners import FormerLine, add_former_winners
from works.services.kinds import add_kind, change_asked_fields, change_kind, free_groups, remove_kind, settings_of
from works.services.requirements import (
    add_requirement,
    change_requirement,
    move_requirement,
    remove_requirement,
    requirement_settings,
)
from works.services.rulebooks import adopt_rulebook
from works.services.selections import basics_mark, basics_of, change_selection


@pytest.fixture
def done(organiser, now):
    """Who acts and when."""
    return {"actor": organiser, "now": now}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"closes_at": None}, "closes_at", "通知已经发布，申报截止时间不能留空。"),
        ({"grace_minutes": 1441}, "grace_minutes", "延续时间请填 0 到 1440 分钟。"),
        ({"most_authors": 0}, "most_authors", "作者人数上限请填 1 到 50。"),
        ({"most_authors": 1}, "most_authors", "已有作品署了 2 位作者，上限不能更小。"),
        ({"title": " "}, "title", "请填写名称。"),
    ],
)
def test_basics_that_cannot_be_are_refused(selection, video, make_work, done, changes, field, sentence):
    make_work(video, authors=("甲", "乙"))
    with pytest.raises(SettingRefused) as refused:
        change_selection(selection=selection, basics=replace(basics_of(selection), **changes), **done)
    assert (refused.value.field, refused.value.message) == (field, sentence)


def test_submission_must_end_after_it_begins(selection, done, now):
    basics = replace(basics_of(selection), closes_at=basics_of(selection).opens_at)
    with pytest.raises(SettingRefused) as refused:
        change_selection(selection=selection, basics=basics, **done)
    assert refused.value.message == "申报截止须晚于申报开始。"


def test_a_new_deadline_is_recorded_and_an_old_page_is_told(selection, done, now):
    """Pitfall 20."""
    seen = basics_mark(selection)
    basics = replace(basics_of(selection), closes_at=now + timedelta(days=20))
    change_selection(selection=selection, basics=basics, seen=seen, **done)
    event = Event.objects.get(kind="selection_changed")
    assert json.loads(event.payload) == {
        "selection": selection.pk,
        "fields": ["closes_at"],
        "closes_at": "2026-12-10T01:00:00.000Z",
    }
    with pytest.raises(ConflictError):
        change_selection(selection=selection, basics=replace(basics, title="别的"), seen=seen, **done)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": "微视频"}, "title", "已经有一个类别叫“微视频”，请改名。"),
        ({"window_to": date(2020, 1, 1)}, "window_to", "时间范围的结束日不能早于开始日。"),
        ({"min_seconds": 300, "max_seconds": 120}, "max_seconds", "最长时间不能小于最短时间。"),
        ({"aspect": "宽屏"}, "aspect", "画面比例请写成 16:9 这样，不要求时留空。"),
        ({"most_non_original": 101}, "most_non_original", "非原创素材上限请填 0 到 100。"),
        ({"unit_quota": 0}, "unit_quota", "名额至少 1 件；不限名额时留空。"),
        ({"reviews_each": 2}, "reviews_each", "评分细则规定至少 3 份有效评分，每件作品的评审人数不能更少。"),
        ({"paper_copies": -1}, "paper_copies", "样书份数请填 0 到 100，不收时填 0。"),
        ({"min_height": 0}, "min_height", "画面高度请填 1 到 20000 像素，不要求时留空。"),
    ],
)
def test_limits_that_cannot_be_are_refused(book, done, changes, field, sentence):
    with pytest.raises(SettingRefused) as refused:
        change_kind(kind=book, settings=replace(settings_of(book), **changes), **done)
    assert (refused.value.field, refused.value.message) == (field, sentence)


def test_a_kind_with_works_is_not_removed_and_an_empty_one_is(selection, book, video, make_work, done):
    """Pitfall 24."""
    make_work(video, status=Work.Status.WITHDRAWN, status_reason="不报了")
    with pytest.raises(WorkRefused) as refused:
        remove_kind(kind=video, **done)
    assert refused.value.message == "“微视频”已有 1 件作品（含草稿和已撤回的），不能删除。"
    remove_kind(kind=book, **done)
    assert [kind.code for kind in selection.kinds.all()] == ["video"]
    with pytest.raises(WorkRefused):
        remove_kind(kind=video, **done)


def test_a_group_of_the_rules_becomes_a_kind_again(selection, book, done):
    remove_kind(kind=book, **done)
    assert free_groups(selection) == [("book", "图书")]
    with pytest.raises(SettingRefused):
        add_kind(selection=selection, code="audio", form="video", **done)
    made = add_kind(selection=selection, code="book", form="book", **done)
    assert (made.title, made.order, made.file_requirements.count(), free_groups(selection)) == ("图书", 3, 5, [])


def test_further_fields_are_asked_in_order_and_unknown_ones_refused(book, done):
    change_asked_fields(kind=book, codes=[("readers", True), ("cip", False)], **done)
    book.refresh_from_db()
    assert book.asked_fields == [{"code": "readers", "required": True}, {"code": "cip", "required": False}]
    with pytest.raises(SettingRefused):
        change_asked_fields(kind=book, codes=[("shoe_size", True)], **done)


def test_adopting_rules_renames_kinds_and_refuses_those_without_one(selection, book, edition, done, organiser, now):
    rules = selection.rulebook
    document = json.loads(json.dumps(rules.document))
    document["groups"][0]["title"] = "科普图书"
    newer = revise_rulebook(rulebook=rules, document=document, reason="改名", actor=organiser, now=now)
    adopt_rulebook(selection=selection, rulebook=newer, **done)
    book.refresh_from_db()
    assert (book.title, selection.__class__.objects.get(pk=selection.pk).rulebook_id) == ("科普图书", newer.pk)
    without = json.loads(json.dumps(document))
    without["groups"] = without["groups"][1:]
    fewer = revise_rulebook(rulebook=newer, document=without, reason="只评视频", actor=organiser, now=now)
    with pytest.raises(WorkRefused) as refused:
        adopt_rulebook(selection=selection, rulebook=fewer, **done)
    assert "没有“科普图书”这一组" in refused.value.message


def test_a_file_is_added_moved_changed_and_removed(book, done):
    settings = replace(
        requirement_settings(book.file_requirements.get(code="licence")), title="出版合同", formats=["pdf"], most=30
    )
    made = add_requirement(kind=book, settings=settings, **done)
    move_requirement(requirement=made, up=True, **done)
    change_requirement(requirement=made, settings=replace(settings, required=True), **done)
    assert [each.title for each in book.file_requirements.all()][-2:] == ["出版合同", "素材授权证明"]
    assert FileRequirement.objects.get(pk=made.pk).required
    remove_requirement(requirement=made, **done)
    assert book.file_requirements.count() == 5


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": "封面"}, "title", "已经有一种材料叫“封面”，请改名。"),
        ({"role": "cover"}, "role", "“封面”已是封面或海报，每个类别只有一种。"),
        ({"formats": []}, "formats", "请至少选一种格式。"),
        ({"formats": ["exe"]}, "formats", "不支持的格式：exe。"),
        ({"most": 0}, "most", "大小上限请填 1 到 4096 之间的整数（MB）。"),
        ({"least": 90}, "least", "大小下限不能超过上限；不限时填 0。"),
        ({"or_link": True}, "or_link", "只有视频作品本体可以用播放链接代替。"),
    ],
)
def test_a_file_that_cannot_be_asked_for_is_refused(book, done, changes, field, sentence):
    asked = book.file_requirements.get(code="licence")
    with pytest.raises(SettingRefused) as refused:
        change_requirement(requirement=asked, settings=replace(requirement_settings(asked), **changes), **done)
    assert (refused.value.field, refused.value.message) == (field, sentence)


def test_what_was_handed_in_stays_valid(book, make_work, done):
    """Pitfall 24."""
    make_work(book, files=True)
    asked = book.file_requirements.get(code="form")
    settings = requirement_settings(asked)
    with pytest.raises(SettingRefused) as refused:
        change_requirement(requirement=asked, settings=replace(settings, formats=["jpg"]), **done)
    assert refused.value.message == "已经有人交了pdf文件，不能取消这种格式。可以另设一种材料。"
    with pytest.raises(SettingRefused) as refused:
        change_requirement(requirement=asked, settings=replace(settings, least=1), **done)
    assert refused.value.message == "已经交来的文件最小 84 字节，下限不能更大。"
    with pytest.raises(WorkRefused) as gone:
        remove_requirement(requirement=asked, **done)
    assert gone.value.message == "已有 1 件作品交过“推荐表（盖章扫描件）”，不能删除。可以改为“选交”。"


def test_a_call_is_published_changed_and_withdrawn(edition, done, now):
    selection = create_selection(edition=edition, title="评选", slug="s", **done)
    with pytest.raises(WorkRefused) as refused:
        publish_call(selection=selection, **done)
    assert refused.value.message == (
        "还不能发布：正文还是空的，请写好并保存。还没有定下申报开始时间。还没有定下申报截止时间。"
    )
    basics = replace(basics_of(selection), opens_at=now, closes_at=now + timedelta(days=9))
    change_selection(selection=selection, basics=basics, **done)
    change_call(selection=selection, text="通知。", seen="", **done)
    publish_call(selection=selection, **done)
    with pytest.raises(SettingRefused):
        change_call(selection=selection, text=" ", **done)
    with pytest.raises(ConflictError):
        change_call(selection=selection, text="又一稿", seen="", **done)
    change_call(selection=selection, text="通知，改。", seen="通知。", **done)
    withdraw_call(selection=selection, **done)
    kinds = ["selection_call_published", "selection_call_changed", "selection_call_withdrawn"]
    assert [event.kind for event in Event.objects.filter(kind__in=kinds).order_by("number")] == kinds


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (FormerLine("", "", "", "一等奖"), "此项必须填写。"),
        (FormerLine("星空", "", "123", "一等奖"), "不是 ISBN"),
        (FormerLine("星空", "", "", "奖" * 121), "最多 120 个字，现有 121 个，请缩短。"),
    ],
)
def test_one_wrong_former_winner_refuses_all(selection, done, line, sentence):
    good = FormerLine("好书", "甲", isbn(1), "二等奖")
    with pytest.raises(WorkRefused) as refused:
        add_former_winners(selection=selection, lines=[good, line], **done)
    assert sentence in refused.value.message
    assert selection.former_winners.count() == 0


@pytest.mark.parametrize(
    ("count", "days", "note", "field"),
    [
        (0, 0, "", "count"),
        (101, 0, "", "count"),
        (1, 1, "", "received_on"),
        (-1, 0, "", "note"),
        (-1, 0, "错", "count"),
    ],
)
def test_paper_copies_that_cannot_be_are_refused(book, make_work, done, now, count, days, note, field):
    work = make_work(book)
    with pytest.raises(SettingRefused) as refused:
        record_paper_copies(work=work, count=count, received_on=now.date() + timedelta(days=days), note=note, **done)
    assert (refused.value.field, work.paper_copies.count()) == (field, 0)


def test_a_video_brings_no_paper(video, make_work, done, now):
    with pytest.raises(SettingRefused) as refused:
        record_paper_copies(work=make_work(video), count=1, received_on=now.date(), **done)
    assert (refused.value.message, Kind.objects.count()) == ("“微视频”不收样书。", 2)
