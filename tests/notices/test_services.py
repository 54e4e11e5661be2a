"""Notices from draft to withdrawal: what each act refuses, freezes and writes into the ledger."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from core.files import FileRefused
from ledger.models import Event
from ledger.selectors import chain_faults
from notices import selectors, services
from notices.exceptions import NoticeChanged, NoticeRefused
from notices.models import Attachment, Notice, PublishedText
from tests.core.samples import readable_pdf

LISTS = [
    {
        "title": "少年组",
        "note": "",
        "tiers": [
            {
                "title": "一等奖",
                "rows": [
                    {"people": ["王明"], "unit": "第一小学", "title": "光的旅行", "tutors": ["李老师"], "note": ""},
                    {"people": ["王明亮"], "unit": "第二小学", "title": "水", "tutors": [], "note": ""},
                ],
            }
        ],
    }
]
RESULT = {"kind": "final", "subject": "result-7", "lists": LISTS, "source": "定格成绩 No. 1 · 名册 v1"}
EDIT = {
    "title": "新标题",
    "number": "",
    "addressees": "",
    "body": "正文",
    "signed_by": "某单位",
    "dated": date(2026, 11, 20),
}


def kinds(edition) -> list[str]:
    return list(
        Event.objects.filter(edition=edition, kind__startswith="notice")
        .order_by("number")
        .values_list("kind", flat=True)
    )


def test_create_notice_is_signed_by_the_organiser_and_keeps_plain_lines(draft, edition):
    notice = draft(title="  关于\n征集的  通知 ", body="一、范围\r\n\ufeff科普\u200b图书\x0b视频。\n")

    assert (notice.title, notice.body) == ("关于 征集的 通知", "一、范围\n科普图书\n视频。")
    assert (notice.signed_by, notice.state, notice.version) == (edition.organiser_name, Notice.State.DRAFT, 1)
    assert kinds(edition) == ["notice_drafted"]


@pytest.mark.parametrize(
    ("words", "field", "sentence"),
    [
        ({"title": " \n"}, "title", "请填写标题。"),
        ({"title": "长" * 121}, "title", "标题最多 120 个字，现有 121 个，请缩短。"),
        ({"title": "坏\0的"}, "title", "标题：第 2 个字符（U+0000）是不可见的控制字符，请删除后重新输入。"),
        ({"body": "字" * 20_001}, "body", "正文最多 20000 个字，现有 20001 个，请缩短或改用附件。"),
        ({"body": "坏\0的"}, "body", "正文：第 2 个字符（U+0000）是不可见的控制字符，请删除后重新输入。"),
        ({"number": "号" * 41}, "number", "文号最多 40 个字，现有 41 个，请缩短。"),
        ({"dated": date(1, 1, 1)}, "dated", "成文日期的年份请填 2000 到 2100 之间。"),
        ({"dated": date(9999, 12, 31)}, "dated", "成文日期的年份请填 2000 到 2100 之间。"),
        ({"kind": "gossip"}, "kind", "没有这种公告，请从列表中选择。"),
        ({"kind": "final"}, "kind", "公示、结果公布和更正公告从获奖结果的页面发起，不能在这里另写。"),
    ],
)
def test_create_notice_names_what_is_wrong(draft, words, field, sentence):
    with pytest.raises(NoticeRefused) as refused:
        draft(**words)

    assert (refused.value.field, refused.value.message) == (field, sentence)
    assert Notice.objects.count() == 0


def test_edit_notice_over_what_another_saved_is_a_conflict_and_overwrites_nothing(draft, organiser, now):
    """Pitfalls 13 and 20."""
    notice = draft()
    services.edit_notice(notice=notice, base_version=1, **EDIT, actor=organiser, now=now)

    with pytest.raises(NoticeChanged) as refused:
        services.edit_notice(notice=notice, base_version=1, **(EDIT | {"title": "我的"}), actor=organiser, now=now)

    assert (refused.value.stored, refused.value.version) == (EDIT, 2)
    assert (Notice.objects.get().title, Notice.objects.get().version) == ("新标题", 2)


def test_edit_notice_with_the_same_text_changes_nothing(draft, organiser, edition, now):
    notice = draft()
    same = {name: getattr(notice, name) for name in EDIT}
    services.edit_notice(notice=notice, base_version=1, **same, actor=organiser, now=now)

    assert Notice.objects.get().version == 1
    assert kinds(edition) == ["notice_drafted"]


def test_publish_notice_freezes_the_text_and_salts_its_digest(announced, edition, organiser, now):
    notice = announced(number="示科协〔2026〕3号", addressees="各区科协：")

    assert notice.text.document == {
        "kind": "call",
        "title": "关于征集作品的通知",
        "number": "示科协〔2026〕3号",
        "addressees": "各区科协：",
        "body": "一、申报范围\n科普图书。",
        "signed_by": "示范市科学技术协会",
        "dated": "2026-11-20",
        "subject": "",
        "lists": [],
        "source": "",
        "attachments": [],
    }
    assert (notice.state, notice.published_at, notice.text.published_by) == ("published", now, organiser)
    event = Event.objects.get(edition=edition, kind="notice_published")
    assert json.loads(event.payload) == {
        "notice": notice.pk,
        "notice_kind": "call",
        "about": "",
        "sha256": notice.text.sha256,
    }
    assert selectors.text_faults(notice.text) == [] == chain_faults(edition)


def test_nobody_changes_what_was_published(announced, organiser, now):
    notice = announced()
    attachment = Attachment(notice=notice)
    for act in (
        lambda: services.edit_notice(notice=notice, base_version=1, **EDIT, actor=organiser, now=now),
        lambda: services.publish_notice(notice=notice, actor=organiser, now=now),
        lambda: services.delete_draft(notice=notice, actor=organiser, now=now),
        lambda: services.add_attachment(
            notice=notice, file=ContentFile(readable_pdf(), "a.pdf"), actor=organiser, now=now
        ),
        lambda: services.remove_attachment(attachment=attachment, actor=organiser, now=now),
    ):
        with pytest.raises(NoticeRefused):
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        PublishedText.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PublishedText.objects.update(sha256="0" * 64)

    assert Notice.objects.get().title == notice.text.document["title"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"body": ""}, "还不能发布：正文和名单都是空的，请填写正文。"),
        (
            {"dated": date(2026, 11, 21)},
            "还不能发布：成文日期不能晚于今天（2026年11月20日），请更正。",
        ),
    ],
)
def test_publish_notice_says_what_is_missing(draft, organiser, now, words, sentence):
    notice = draft(**words)

    with pytest.raises(NoticeRefused) as refused:
        services.publish_notice(notice=notice, actor=organiser, now=now)

    assert refused.value.message == sentence
    assert PublishedText.objects.count() == 0


@pytest.mark.parametrize("current", [None, ([], RESULT["source"]), (LISTS, "定格成绩 No. 2 · 名册 v1")])
def test_publish_notice_of_a_result_refuses_lists_that_are_not_the_current_ones(draft, organiser, now, current):
    notice = draft(**RESULT)

    with pytest.raises(NoticeRefused, match="名单与定格成绩不一致") as refused:
        services.publish_notice(notice=notice, actor=organiser, now=now, current=current)

    assert refused.value.code == "lists_changed"
    assert Notice.objects.get().state == Notice.State.DRAFT


def test_notices_move_only_as_their_table_says(announced, draft, organiser, now, edition):
    draft_notice, notice = draft(), announced()
    with pytest.raises(NoticeRefused, match="只有已发布的公告可以结束"):
        services.close_notice(notice=draft_notice, actor=organiser, now=now)
    with pytest.raises(NoticeRefused, match="可以撤回"):
        services.withdraw_notice(notice=draft_notice, reason="错了", actor=organiser, now=now)

    services.close_notice(notice=notice, actor=organiser, now=now)
    with pytest.raises(NoticeRefused, match="请写明撤回的原因"):
        services.withdraw_notice(notice=notice, reason=" \0", actor=organiser, now=now)
    services.withdraw_notice(
        notice=notice, reason="日期有误，\n另发通知。", actor=organiser, now=now + timedelta(hours=1)
    )
    with pytest.raises(NoticeRefused):
        services.withdraw_notice(notice=notice, reason="再撤一次", actor=organiser, now=now)

    notice.refresh_from_db()
    assert (notice.state, notice.closed_at, notice.withdrawn_reason) == ("withdrawn", now, "日期有误， 另发通知。")
    assert kinds(edition)[2:] == ["notice_published", "notice_closed", "notice_withdrawn"]


def test_public_notices_are_published_or_closed_ones_of_real_editions(announced, draft, edition, organiser, now):
    draft()
    first, second, gone = announced(title="甲"), announced(title="乙"), announced(title="丙")
    services.close_notice(notice=second, actor=organiser, now=now)
    services.withdraw_notice(notice=gone, reason="误发", actor=organiser, now=now)

    assert list(selectors.public_notices()) == [second, first]
    edition.is_rehearsal = True
    edition.save()
    assert list(selectors.public_notices()) == []


def test_hidden_names_are_shown_nowhere_and_a_later_notice_begins_with_them(announced, draft, edition, organiser, now):
    notice = announced(**RESULT, title="王明等获奖", body="祝贺王　明同学。王明亮同学也是。")
    services.set_hidden_names(edition=edition, subject="result-7", names=["王明"], actor=organiser, now=now)
    notice.refresh_from_db()

    document = selectors.public_document(notice)
    rows = document["lists"][0]["tiers"][0]["rows"]
    assert [row["people"] for row in rows] == [["某某"], ["王明亮"]]
    assert (document["title"], document["body"]) == ("某某等获奖", "祝贺某某同学。某某亮同学也是。")
    assert notice.text.document["title"] == "王明等获奖"
    assert draft(**RESULT).hidden_names == ["王明"]
    event = Event.objects.get(edition=edition, kind="notice_names_hidden")
    assert json.loads(event.payload) == {"about": "result-7", "hidden": 1, "notices": [notice.pk]}


def test_a_hidden_name_finds_nothing(announced, edition, organiser, now):
    announced(**RESULT, title="王明等获奖")
    services.set_hidden_names(edition=edition, subject="result-7", names=["王明"], actor=organiser, now=now)

    found = selectors.found_by_title
    assert list(found(selectors.public_headlines(), "王明")) == []
    assert found(selectors.public_headlines(), "获奖").get().headline == "王明等获奖"


def test_attachments_are_kept_checked_and_dropped_with_the_draft(
    draft, organiser, now, media_files, django_capture_on_commit_callbacks
):
    notice = draft()
    add = services.add_attachment
    first = add(notice=notice, file=ContentFile(readable_pdf(), "夹\\..\\申报/表.pdf"), actor=organiser, now=now)
    second = add(notice=notice, file=ContentFile(readable_pdf(300), "表.PDF"), actor=organiser, now=now)

    assert [(each.name, each.format) for each in selectors.attachments_of(notice)] == [
        ("表.pdf", "pdf"),
        ("表(2).pdf", "pdf"),
    ]
    with pytest.raises(NoticeRefused, match="不必重复添加"):
        add(notice=notice, file=ContentFile(readable_pdf(), "又一份.pdf"), actor=organiser, now=now)
    with pytest.raises(FileRefused):
        add(notice=notice, file=ContentFile(b"<script>", "a.pdf"), actor=organiser, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_attachment(attachment=first, actor=organiser, now=now)
    assert [path.name for path in media_files()] == [Path(second.path).name]
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_draft(notice=notice, actor=organiser, now=now)
    assert (media_files(), Notice.objects.count(), Attachment.objects.count()) == ([], 0, 0)


def test_text_faults_name_what_is_gone_or_changed(draft, organiser, now, media_files):
    notice = draft()
    services.add_attachment(notice=notice, file=ContentFile(readable_pdf(), "表.pdf"), actor=organiser, now=now)
    text = services.publish_notice(notice=notice, actor=organiser, now=now)
    assert selectors.text_faults(text) == []

    (place,) = media_files()
    place.write_bytes(b"changed")
    text.document["title"] = "改了"
    assert selectors.text_faults(text) == ["发布稿的内容与其摘要不符", "附件“表.pdf”与发布时不同"]
    place.unlink()
    assert selectors.text_faults(text)[1:] == ["附件“表.pdf”的文件不在了"]
