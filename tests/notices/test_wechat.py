"""Addresses of a notice's files and of its fragment for WeChat: what they hold, and who may have them."""

import hashlib
import json
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from core.models import Edition
from notices.documents import wechat_html
from notices.models import Notice
from notices.services import close_notice, set_hidden_names, withdraw_notice

EVIL = '<script>alert("x")</script>&amp;\' {{ x }}'


def rows(count):
    return [
        {"people": [f"名{place}号"], "unit": "一中", "title": "星空", "tutors": [], "note": ""}
        for place in range(count)
    ]


def lists(*given):
    return [{"title": "获奖名单", "note": "排名不分先后", "tiers": [{"title": "一等奖", "rows": list(given)}]}]


class Tags(HTMLParser):
    """Every tag with its attributes' names, and all text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def test_fragment_has_inline_styles_only_and_escapes_every_word(announced):
    evil = {"people": [EVIL], "unit": EVIL, "title": EVIL, "tutors": [EVIL], "note": EVIL}
    words = dict.fromkeys(("title", "body", "signed_by", "addressees"), EVIL)
    notice = announced(kind="publicity", subject="result-1", lists=lists(evil), source="名册 v1", **words)

    found = Tags(wechat_html(notice))

    assert found.tags == {"section", "p", "table", "tr", "th", "td"}
    assert found.attributes == {"style"}
    assert found.text.count(EVIL) == 4 + 5
    assert "依据：名册 v1" in found.text


def test_fragment_says_the_notice(announced):
    notice = announced(body="一、申报范围\n科普图书。", number="示科协〔2026〕5号", addressees="各单位")

    html = wechat_html(notice)

    for words in (
        "示科协〔2026〕5号",
        "各单位：",
        "<strong>一、申报范围</strong>",
        "示范市科学技术协会",
        "2026年11月20日",
    ):
        assert words in html
    assert "url(" not in html


def test_page_of_the_fragment(signed_in, organiser, announced, edition):
    notice = announced(kind="publicity", subject="result-1", lists=lists(*rows(2)), title=EVIL)

    page = signed_in(organiser).get(f"/organise/2026/notices/{notice.pk}/wechat/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;section style=" in page
    assert "notices/copy.js" in page
    assert not re.search(r"<[a-z][^>]*\sstyle=", page)
    assert "名1号" in page


def test_page_asks_as_often_for_three_hundred_rows(signed_in, organiser, announced, django_assert_num_queries):
    few = announced(kind="publicity", subject="result-1", lists=lists(*rows(3)))
    many = announced(kind="publicity", subject="result-2", lists=lists(*rows(300)))
    client = signed_in(organiser)
    client.get(f"/organise/2026/notices/{few.pk}/wechat/")

    for notice in (few, many):
        with django_assert_num_queries(5):
            client.get(f"/organise/2026/notices/{notice.pk}/wechat/")


def test_organiser_has_the_files_of_a_draft(signed_in, organiser, draft):
    notice = draft(title="关于征集/作品的通知")
    client = signed_in(organiser)

    pdf = client.get(f"/organise/2026/notices/{notice.pk}/pdf/")
    word = client.get(f"/organise/2026/notices/{notice.pk}/word/")

    assert pdf["Content-Type"] == "application/pdf"
    assert PdfReader(BytesIO(pdf.content)).pages
    assert "%EF%BC%8F" in pdf["Content-Disposition"] or "%EF%BC%8D" in pdf["Content-Disposition"]
    assert Document(BytesIO(word.content)).paragraphs
    assert word["Content-Disposition"].endswith(".docx")


@pytest.mark.parametrize("form", ["pdf", "word", "wechat"])
def test_nobody_else_has_the_office_files(client, signed_in, stranger, supervisor, organiser, draft, form, now):
    notice = draft()
    address = f"/organise/2026/notices/{notice.pk}/{form}/"
    Edition.objects.create(slug="other", title="别处", year=2025, organiser_name="别处", created_at=now)

    assert client.get(address).status_code == 302
    for user in (stranger, supervisor):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(organiser).get(address.replace("2026", "other")).status_code == 404


def test_public_has_the_pdf_of_what_is_public(client, announced, organiser, now):
    notice = announced()
    address = f"/notices/{notice.pk}/pdf/"

    answer = client.get(address)
    close_notice(notice=notice, actor=organiser, now=now)

    assert answer.status_code == 200
    assert "关于征集作品的通知" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.get(address).content == answer.content


def test_drafts_withdrawn_ones_and_rehearsals_do_not_exist(client, draft, announced, organiser, edition, now):
    gone = announced()
    withdraw_notice(notice=gone, reason="有误", actor=organiser, now=now)
    rehearsed = announced()

    assert client.get(f"/notices/{draft().pk}/pdf/").status_code == 404
    assert client.get(f"/notices/{gone.pk}/pdf/").status_code == 404
    Edition.objects.filter(pk=edition.pk).update(is_rehearsal=True)
    assert client.get(f"/notices/{rehearsed.pk}/pdf/").status_code == 404


def test_hidden_name_is_sent_again_without_it(client, announced, organiser, edition, now):
    notice = announced(kind="publicity", subject="result-1", lists=lists(*rows(2)))
    address = f"/notices/{notice.pk}/pdf/"
    before = client.get(address)

    set_hidden_names(edition=edition, subject="result-1", names=["名1号"], actor=organiser, now=now)
    after = client.get(address, headers={"if-none-match": before["ETag"]})

    assert after.status_code == 200
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(after.content)).pages)
    assert "名1号" not in text
    assert "名0号" in text
    assert "名1号" not in wechat_html(Notice.objects.get(pk=notice.pk))
    guess = hashlib.sha256(json.dumps([notice.text.sha256, ["名1号"]]).encode()).hexdigest()
    assert after["ETag"] != f'"{guess}"'  # the digest is in the ledger, the salt is nowhere


def test_missing_glyph_is_a_sentence_on_a_page(client, announced):
    notice = announced(title="王\U0003134f获奖")

    answer = client.get(f"/notices/{notice.pk}/pdf/")

    assert answer.status_code == 409
    assert "没有字体能印出来" in answer.content.decode()
