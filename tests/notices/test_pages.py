"""Pages of notices: what the public reads, and how the office gets there."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from notices import selectors, services
from notices.models import Attachment, Notice
from tests.core.samples import pdf, readable_pdf
from tests.notices.test_services import RESULT

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def office(signed_in, organiser):
    return signed_in(organiser)


@pytest.fixture(autouse=True)
def _nothing_kept(settings):
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def at(name: str, *args) -> str:
    return reverse(name, args=args)


def typed(notice: Notice, **words):
    fields = {name: getattr(notice, name) for name in ("title", "number", "addressees", "body", "signed_by")}
    return fields | {"dated": f"{notice.dated}", "base_version": notice.version} | words


def page(response) -> str:
    return response.content.decode()


# What anybody reads


def test_the_public_list_shows_published_notices_by_kind_edition_and_words(client, announced, draft, organiser, now):
    announced(title="征集科普图书", number="示科协〔2026〕3号")
    announced(title="讲解大赛安排", kind="announcement")
    draft(title="征集草稿")
    gone = announced(title="征集误发")
    services.withdraw_notice(notice=gone, reason="误发", actor=organiser, now=now)

    def titles(query: str = "") -> list[str]:
        return re.findall(r'class="name"[^>]*>([^<]*)<', page(client.get(f"/notices/{query}")))

    assert titles() == ["讲解大赛安排", "征集科普图书"]
    assert titles("?kind=call") == ["征集科普图书"]
    assert titles("?q=征集") == ["征集科普图书"]
    assert titles("?edition=2026&kind=announcement") == ["讲解大赛安排"]
    assert titles("?edition=none") == titles("?q=草稿") == []
    assert titles("?page=99999999999&kind=x") == ["讲解大赛安排", "征集科普图书"]


@pytest.mark.parametrize("count", [3, 40])
def test_lists_ask_the_same_few_questions(client, office, announced, django_assert_num_queries, count):
    client.logout()
    for place in range(count):
        announced(**RESULT, title=f"公布 {place}")

    with django_assert_num_queries(3):
        client.get("/notices/")
    with django_assert_num_queries(4):
        client.get("/notices/?q=公布")
    with django_assert_num_queries(1):
        client.get("/notices/feed/")


def test_one_notice_is_read_as_it_was_published(client, announced, draft, organiser, now, media_files):
    notice = draft(
        **RESULT, title="结果公布", number="示科协〔2026〕3号", addressees="各区科协", body="一、结果\n见名单。"
    )
    services.add_attachment(notice=notice, file=SimpleUploadedFile("表.pdf", readable_pdf()), actor=organiser, now=now)
    services.publish_notice(notice=notice, actor=organiser, now=now, current=(notice.lists, notice.source))
    Notice.objects.filter(pk=notice.pk).update(title="悄悄改了", body="悄悄改了")

    shown = page(client.get(at("public_notice", notice.pk)))

    for words in (
        '<h1 class="doc-title">结果公布</h1>',
        "示科协〔2026〕3号",
        "各区科协：",
        "<h2>一、结果</h2>",
        "<caption>一等奖（2）</caption>",
        '<td class="who">王明</td>',
        "定格成绩 No. 1 · 名册 v1",
        "2026年11月20日",
        "表.pdf",
        at("public_notice_pdf", notice.pk),
        f'<link rel="canonical" href="http://testserver{at("public_notice", notice.pk)}">',
    ):
        assert words in shown
    assert "悄悄改了" not in shown
    metadata = "".join(re.findall("<meta[^>]*>", shown))
    assert "王明" not in metadata


def test_scripts_in_a_notice_stay_words(client, announced):
    notice = announced(title="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")

    for address in (at("public_notice", notice.pk), "/notices/", "/notices/feed/"):
        shown = page(client.get(address))
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_drafts_and_rehearsals_are_nobodys(client, draft, announced, edition, signed_in, organiser):
    notice = draft()
    assert client.get(at("public_notice", notice.pk)).status_code == 404
    assert signed_in(organiser).get(at("public_notice", notice.pk)).status_code == 404
    client.logout()
    published = announced()
    edition.is_rehearsal = True
    edition.save()

    assert client.get(at("public_notice", published.pk)).status_code == 404
    assert signed_in(organiser).get(at("public_notice", published.pk)).status_code == 200
    assert client.get(f"/notices/{10**30}/").status_code == 404


def test_a_withdrawn_notice_says_so_and_never_shows_its_list(client, draft, organiser, edition, now, media_files):
    notice = draft(**RESULT, title="结果公布")
    services.add_attachment(notice=notice, file=SimpleUploadedFile("表.pdf", readable_pdf()), actor=organiser, now=now)
    services.publish_notice(notice=notice, actor=organiser, now=now, current=(notice.lists, notice.source))
    file = at("public_notice_attachment", notice.pk, Attachment.objects.get().pk)
    assert client.get(file).getvalue() == media_files()[0].read_bytes()
    services.set_hidden_names(edition=edition, subject="result-7", names=["李刚"], actor=organiser, now=now)
    services.withdraw_notice(notice=notice, reason="李刚的名次有误", actor=organiser, now=now)

    shown = page(client.get(at("public_notice", notice.pk)))

    assert "这份公告已撤回" in shown
    assert "原因：某某的名次有误" in shown
    assert "王明" not in shown
    assert client.get(file).status_code == 404


def test_hidden_names_leave_page_list_feed_and_api(client, announced, edition, organiser, now):
    notice = announced(**RESULT, title="王明等获奖", body="祝贺王明。")
    addresses = [at("public_notice", notice.pk), "/notices/", "/notices/feed/", "/api/v1/notices/"]
    addresses.append(at("api_notice", notice.pk))
    assert all("王明" in page(client.get(address)) for address in addresses)

    services.set_hidden_names(edition=edition, subject="result-7", names=["王明"], actor=organiser, now=now)

    for address in addresses:
        shown = page(client.get(address))
        assert "某某" in shown
        assert "王明" not in shown.replace("王明亮", "")


def test_a_publicity_notice_leads_to_the_objection_form_while_it_runs(client, announced, organiser, now):
    notice = announced(**(RESULT | {"kind": "publicity", "subject": "result-7"}))
    link = "/results/7/objection/"
    assert link in page(client.get(at("public_notice", notice.pk)))

    services.close_notice(notice=notice, actor=organiser, now=now)

    assert link not in page(client.get(at("public_notice", notice.pk)))


def test_the_feed_is_atom_with_ids_that_stay_and_without_names_of_lists(client, announced, organiser, now, settings):
    settings.PUBLIC_ORIGIN = "https://kepu.example:8443"
    notice = announced(**RESULT, title="结果公布")
    services.close_notice(notice=notice, actor=organiser, now=now + timezone.timedelta(days=3))

    response = client.get("/notices/feed/")
    feed = ElementTree.fromstring(response.content)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.findtext("a:id", namespaces=ATOM) == "tag:kepu.example,2026-01-01:notices"
    [entry] = feed.findall("a:entry", ATOM)
    assert {child.tag.rpartition("}")[2]: child.text for child in entry if child.text and child.text.strip()} == {
        "title": "结果公布",
        "published": "2026-11-20T01:00:00+00:00",
        "updated": "2026-11-23T01:00:00+00:00",
        "id": f"tag:kepu.example,2026-11-20:notices/{notice.pk}",
        "summary": "<p>一、申报范围</p><p>科普图书。</p><p>名单见公告页面。</p><p>示范市科学技术协会</p>",
    }
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "示范市科学技术协会"
    assert entry.find("a:link", ATOM).get("href") == f"https://kepu.example:8443/notices/{notice.pk}/"
    assert "王明" not in response.content.decode()
    assert 'href="/notices/feed/"' in page(client.get("/notices/"))


# For programs


def test_the_api_gives_published_notices_and_nothing_else(client, announced, draft, edition):
    notice = announced(**RESULT, title="结果公布")
    hidden = draft()
    answer = client.get("/api/v1/notices/").json()
    summary = {
        "id": notice.pk,
        "kind": "final",
        "title": "结果公布",
        "number": "",
        "edition": {"slug": "2026", "title": edition.title},
        "published_at": "2026-11-20T01:00:00+00:00",
        "closed_at": None,
        "address": f"/notices/{notice.pk}/",
    }

    assert answer == {"count": 1, "notices": [summary]}
    assert client.get(f"/api/v1/notices/{notice.pk}/").json() == summary | {
        "addressees": "",
        "body": "一、申报范围\n科普图书。",
        "signed_by": "示范市科学技术协会",
        "dated": "2026-11-20",
        "source": "定格成绩 No. 1 · 名册 v1",
        "lists": RESULT["lists"],
        "attachments": [],
    }
    for pk in (hidden.pk, 10**30):
        assert client.get(f"/api/v1/notices/{pk}/").status_code == 404
    assert client.get("/api/v1/notices/?page=0").status_code == 400


# The office


def test_an_organiser_writes_previews_and_publishes(office, edition, media_files):
    assert "写公告" in page(office.get(at("organise_notices", "2026")))
    words = {"kind": "call", "title": "征集通知", "body": "正文", "dated": f"{timezone.localdate()}"}
    response = office.post(
        at("organise_notice_new", "2026"), words | {"file": SimpleUploadedFile("表.pdf", readable_pdf())}, follow=True
    )
    notice = Notice.objects.get()
    assert "已添加附件“表.pdf”" in page(response)

    response = office.post(at("organise_notice", "2026", notice.pk), typed(notice, body="改过", preview="1"))
    assert response.url == at("organise_notice_preview", "2026", notice.pk)
    preview = page(office.get(response.url))
    assert "改过" in preview
    seen = f"-{notice.attachments.get().pk}"
    response = office.post(at("organise_notice_publish", "2026", notice.pk), {"seen": f"1{seen}"}, follow=True)
    assert "您核对之后，别人改过这份公告，没有发布。" in page(response)
    assert response.context["seen"] == f"2{seen}"
    response = office.post(at("organise_notice_publish", "2026", notice.pk), {"seen": f"2{seen}"}, follow=True)

    assert "已发布，大家现在可以看到。" in page(response)
    notice.refresh_from_db()
    assert (notice.state, notice.text.document["body"]) == ("published", "改过")
    assert len(notice.text.document["attachments"]) == 1


def test_two_who_edit_at_once_see_both_texts_side_by_side(office, draft, organiser, now):
    """Pitfalls 13 and 20: nothing is overwritten, nothing typed is lost; saving again means it."""
    notice = draft()
    mine = typed(notice, title="我的标题", body="我的正文")
    stored = {name: value for name, value in typed(notice).items() if name != "base_version"}
    services.edit_notice(
        notice=notice,
        base_version=1,
        **(stored | {"title": "别人的标题", "dated": notice.dated}),
        actor=organiser,
        now=now,
    )

    response = office.post(at("organise_notice", "2026", notice.pk), mine)

    shown = page(response)
    assert response.status_code == 409
    for words in ("别人的标题", 'value="我的标题"', "我的正文</textarea>", 'name="base_version" value="2"'):
        assert words in shown
    assert Notice.objects.get().title == "别人的标题"
    office.post(at("organise_notice", "2026", notice.pk), mine | {"base_version": 2})
    assert Notice.objects.get().title == "我的标题"
    for version in ("9" * 40, "", "x"):
        assert (
            office.post(at("organise_notice", "2026", notice.pk), mine | {"base_version": version}).status_code == 409
        )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": ""}, "请填写标题。"),
        ({"body": "字" * 20_001}, "正文最多 20000 个字，现有 20001 个，请缩短或改用附件。"),
        ({"dated": "20261"}, "这不是日期，请按 2026-10-01 的样子填写。"),
        ({"dated": "0001-01-01"}, "成文日期的年份请填 2000 到 2100 之间。"),
        ({"title": "标\0题"}, "不允许"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_everything_typed(office, draft, words, sentence):
    notice = draft()

    response = office.post(at("organise_notice", "2026", notice.pk), typed(notice, signed_by="我的落款") | words)

    assert response.status_code == 422
    assert sentence in page(response)
    assert "我的落款" in page(response)
    assert Notice.objects.get().version == 1


def test_files_come_and_go_with_the_text_that_was_typed(office, draft, media_files, django_capture_on_commit_callbacks):
    notice = draft()
    address = at("organise_notice_attach", "2026", notice.pk)
    response = office.post(address, typed(notice, title="新标题"))
    assert response.status_code == 422
    assert "还没有选择文件" in page(response)
    assert 'name="base_version" value="2"' in page(response)

    notice.refresh_from_db()
    bad = SimpleUploadedFile("表.pdf", b"<script>")
    response = office.post(address, typed(notice) | {"file": bad}, follow=True)
    assert "附件没有添加：“表.pdf”的内容是" in page(response)
    response = office.post(address, typed(notice) | {"file": SimpleUploadedFile("表.pdf", pdf())}, follow=True)
    assert "附件没有添加：“表.pdf”读不出来，不能去除文件属性。请用 WPS 或 Word 重新导出" in page(response)
    office.post(address, typed(notice) | {"file": SimpleUploadedFile("表.pdf", readable_pdf())})
    attachment = selectors.attachments_of(notice)[0]
    assert (
        office.get(at("organise_notice_file", "2026", notice.pk, attachment.pk)).getvalue()
        == media_files()[0].read_bytes()
    )
    with django_capture_on_commit_callbacks(execute=True):
        office.post(at("organise_notice_detach", "2026", notice.pk, attachment.pk), typed(notice, body="又改了"))

    assert (media_files(), Notice.objects.get().body) == ([], "又改了")


def test_somebody_who_types_while_another_publishes_keeps_his_words(office, draft, organiser, now):
    notice = draft()
    services.publish_notice(notice=notice, actor=organiser, now=now)

    response = office.post(at("organise_notice", "2026", notice.pk), typed(notice, body="我的正文"))

    assert response.status_code == 422
    assert "公告已经发布，不能再改" in page(response)
    assert "我的正文" in page(response)


def test_a_notice_is_closed_and_withdrawn_by_hand(office, announced):
    notice = announced()
    shown = page(office.post(at("organise_notice_close", "2026", notice.pk), follow=True))
    assert "已标为结束，公告仍可查看。" in shown
    response = office.post(at("organise_notice_withdraw", "2026", notice.pk), {"reason": " "})
    assert response.status_code == 422
    assert "请写明撤回的原因" in page(response)
    office.post(at("organise_notice_withdraw", "2026", notice.pk), {"reason": "日期有误"})

    assert Notice.objects.get().state == "withdrawn"
    assert "日期有误" in page(office.get(at("organise_notice", "2026", notice.pk)))


def test_a_file_that_another_added_after_the_preview_is_not_published_unseen(
    office, draft, organiser, now, media_files
):
    notice = draft()
    seen = office.get(at("organise_notice_preview", "2026", notice.pk)).context["seen"]
    file = SimpleUploadedFile("名单.pdf", readable_pdf())
    services.add_attachment(notice=notice, file=file, actor=organiser, now=now)

    shown = page(office.post(at("organise_notice_publish", "2026", notice.pk), {"seen": seen}, follow=True))

    assert "您核对之后，别人改过这份公告，没有发布。" in shown
    assert "名单.pdf" in shown
    assert Notice.objects.get().state == "draft"


def test_a_publicity_is_not_closed_by_hand(office, announced):
    notice = announced(**(RESULT | {"kind": "publicity"}))
    assert "标为结束" not in page(office.get(at("organise_notice", "2026", notice.pk)))

    shown = page(office.post(at("organise_notice_close", "2026", notice.pk), follow=True))

    assert "不能提前标为结束" in shown
    assert Notice.objects.get().state == "published"


def test_a_publicity_is_not_withdrawn_here_and_a_result_is_published_elsewhere(office, announced, draft):
    publicity = announced(**(RESULT | {"kind": "publicity"}))
    office.post(at("organise_notice_withdraw", "2026", publicity.pk), {"reason": "误发"})
    final = draft(**RESULT)
    shown = page(office.get(at("organise_notice_preview", "2026", final.pk)))

    assert Notice.objects.get(pk=publicity.pk).state == "published"
    assert at("organise_notice_publish", "2026", final.pk) not in shown
    assert "王明" in shown
    office.post(at("organise_notice_publish", "2026", final.pk), {"seen": "1"})
    assert Notice.objects.get(pk=final.pk).state == "draft"


def test_a_draft_is_deleted_and_what_was_published_is_not(office, draft, announced):
    notice, published = draft(), announced()
    office.get(at("organise_notice", "2026", notice.pk))
    for each in (notice, published):
        office.post(at("organise_notice_delete", "2026", each.pk))

    assert list(Notice.objects.all()) == [published]


def test_supervisors_see_what_there_is_and_change_nothing(signed_in, supervisor, draft, announced):
    client = signed_in(supervisor)
    first, second = draft(title="草稿一"), announced(title="通知二")

    shown = page(client.get(at("supervise_notices", "2026")))

    assert "草稿一" in shown
    assert at("public_notice", second.pk) in shown
    for name in ("organise_notice", "organise_notice_preview"):
        assert client.get(at(name, "2026", first.pk)).status_code == 404
    for name in ("publish", "close", "withdraw", "delete", "attach"):
        assert client.post(at(f"organise_notice_{name}", "2026", first.pk)).status_code == 404


def test_get_changes_nothing(office, draft):
    """Pitfall 16."""
    notice = draft()
    for name in ("publish", "close", "withdraw", "delete", "attach"):
        assert office.get(at(f"organise_notice_{name}", "2026", notice.pk)).status_code == 405

    assert Notice.objects.get().state == "draft"
