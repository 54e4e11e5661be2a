"""A notice as PDF/A and as Word file: what they say, how they are set, and what they never hold."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from notices.documents import notice_pdf, notice_word
from notices.engine.wording import Paragraph, addressed, list_table, paragraphs_of
from notices.exceptions import NoticeRefused
from notices.models import Notice
from notices.services import add_attachment, set_hidden_names, withdraw_notice
from tests.core import samples

BODY = "现将评选结果予以公示。\n\n　　一、公示时间\n（一）期限。自2026年9月8日起。\n1.首日不计；\n（1）节假日顺延。"


def row(*people, **more):
    return {
        "people": list(people),
        "unit": "示范市第一中学",
        "title": "星空的背面",
        "tutors": ["何老师"],
        "note": "",
        **more,
    }


def lists(*rows, note=""):
    return [{"title": "获奖作品名单", "note": note, "tiers": [{"title": "一等奖", "rows": list(rows)}]}]


@pytest.fixture
def publicity(announced):
    """Return a function that publishes a 公示 with these rows."""

    def publish(*rows, **words):
        usual = {
            "kind": "publicity",
            "subject": "result-1",
            "title": "关于获奖名单的公示",
            "number": "示科协〔2026〕5号",
            "addressees": "各有关单位",
            "body": BODY,
            "lists": lists(*rows),
            "source": "定格成绩 No. 3 · 名册 v2",
        }
        return announced(**(usual | words))

    return publish


def pdf_text(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def everything_of(content: bytes) -> str:
    """All text of a Word file, its properties, headers and styles included."""
    with ZipFile(BytesIO(content)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """Fonts of all pages, and whether their file is in the document."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            described = inner["/FontDescriptor"].get_object()
            found[str(described["/FontName"])] = any(f"/FontFile{end}" in described for end in ("", "2", "3"))
    return found


def test_pdf_says_the_notice_on_a4_as_pdf_a_with_its_fonts(publicity):
    content = notice_pdf(publicity(row("向悦", "李雷"), row("王明", note="晋级省赛")))

    reader = PdfReader(BytesIO(content))
    said = pdf_text(content)
    for words in (
        *(
            "示科协〔2026〕5号",
            "关于获奖名单的公示",
            "各有关单位：",
            "一、公示时间",
            "（一）期限。",
            "（1）节假日顺延。",
        ),
        *("附件：获奖作品名单", "示范市科学技术协会", "2026年11月20日", "一等奖", "向悦、李雷", "星空的背面", "何老师"),
        *("晋级省赛", "依据：定格成绩No.3·名册v2", "—1—", "—2—"),
    ):
        assert words in said
    assert "草稿" not in said
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages} == {
        (595, 842)
    }
    packet = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert ("<pdfaid:part>2" in packet, "<pdfaid:conformance>U" in packet) == (True, True)
    fonts = fonts_of(reader)
    assert fonts
    assert all(fonts.values())
    assert reader.metadata.title == "关于获奖名单的公示"


def test_page_has_22_lines_of_28_characters(publicity):
    """GB/T 9704-2012: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm."""
    places = []

    def visit(words, matrix, text_matrix, font, size):
        if "科" in words:
            places.append((matrix[4], matrix[5]))

    page = PdfReader(BytesIO(notice_pdf(publicity(row("向悦"), body="科" * 28 * 60)))).pages[1]
    lines = [line for line in page.extract_text(visitor_text=visit).split("\n") if "科" in line]

    assert [len(line) for line in lines] == [28] * 22
    millimetre = 72 / 25.4
    assert round(min(left for left, _ in places) / millimetre) == 28
    assert 37 <= 297 - max(up for _, up in places) / millimetre <= 37 + 6


def test_same_words_give_the_same_bytes(publicity):
    notice = publicity(row("向悦"))

    assert notice_pdf(notice) == notice_pdf(Notice.objects.get(pk=notice.pk))
    assert notice_word(notice) == notice_word(Notice.objects.get(pk=notice.pk))


def test_draft_and_withdrawn_say_so_on_every_page(draft, announced, organiser, now):
    one = draft()
    other = announced()
    withdraw_notice(notice=other, reason="有误", actor=organiser, now=now)
    other = Notice.objects.get(pk=other.pk)

    assert "草稿，尚未发布" in pdf_text(notice_pdf(one))
    assert "草稿，尚未发布" in everything_of(notice_word(one))
    assert "已撤回" in pdf_text(notice_pdf(other))
    assert "已撤回" in everything_of(notice_word(other))


def test_published_notice_is_set_from_what_was_published(publicity):
    """Pitfall 18: later columns are not what the public read."""
    notice = publicity(row("向悦"))
    Notice.objects.filter(pk=notice.pk).update(title="改过的标题", lists=[])
    notice = Notice.objects.get(pk=notice.pk)

    assert "改过" not in pdf_text(notice_pdf(notice))
    assert "向悦" in pdf_text(notice_pdf(notice))
    assert "改过" not in everything_of(notice_word(notice))


def test_rare_characters_are_printed(publicity):
    """Pitfall 22: 㛃 of extension A, 𬀪 of extension E, 〇, the middle dot of other peoples' names."""
    content = notice_pdf(publicity(row("陈㛃", "李𬀪", "买买提·吐尔逊", "〇一")))

    said = pdf_text(content)
    for name in ("陈㛃", "李𬀪", "买买提·吐尔逊", "〇一"):
        assert name in said


def test_character_without_font_is_named_instead_of_left_blank(publicity):
    with pytest.raises(NoticeRefused) as refused:
        notice_pdf(publicity(row("王\U0003134f")))

    assert "“名单”里“王\U0003134f”的“\U0003134f”（U+3134F）没有字体能印出来" in refused.value.message
    assert refused.value.code == "missing_glyph"


def test_private_character_of_an_old_roster_is_refused(publicity):
    notice = publicity(row("王\ue000"))

    for make in (notice_pdf, notice_word):
        with pytest.raises(NoticeRefused, match="自造字区"):
            make(notice)


def test_words_are_never_markup(publicity):
    """Pitfall 21."""
    evil = "#panic(1) $x$ *粗* _斜_ <b>& @见 \\ [a] {{ x }} {% y %}"
    notice = publicity(row("向悦", title=evil), title=evil, body=evil)

    assert re.sub(r"\s", "", evil) in pdf_text(notice_pdf(notice))
    paragraphs = [each.text for each in Document(BytesIO(notice_word(notice))).paragraphs]
    assert evil in paragraphs


def test_three_hundred_rows_are_all_there(publicity):
    rows = [row(f"名{number:03d}号") for number in range(300)]
    notice = publicity(*rows)

    said = pdf_text(notice_pdf(notice))
    table = Document(BytesIO(notice_word(notice))).tables[0]

    assert [f"名{number:03d}号" for number in range(300) if f"名{number:03d}号" not in said] == []
    assert len(table.rows) == 301
    assert [cell.text for cell in table.rows[300].cells] == ["300", "名299号", "示范市第一中学", "星空的背面", "何老师"]


def test_hidden_name_is_nowhere_in_the_files(publicity, edition, organiser, now):
    """Design §13: the list stays whole, the name is gone, from properties too."""
    notice = publicity(row("向悦", "李雷"), title="关于向悦等获奖的公示")
    set_hidden_names(edition=edition, subject="result-1", names=["向悦"], actor=organiser, now=now)
    notice = Notice.objects.get(pk=notice.pk)

    content, word = notice_pdf(notice), notice_word(notice)

    reader = PdfReader(BytesIO(content))
    packet = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    for said in (pdf_text(content), packet, str(reader.metadata), everything_of(word)):
        assert "向悦" not in said
    assert "某某、李雷" in pdf_text(content)
    assert "某某、李雷" in everything_of(word)


def test_word_file_has_the_fonts_and_margins_of_official_documents(publicity):
    document = Document(BytesIO(notice_word(publicity(row("向悦")))))

    section = document.sections[0]
    edges = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(edge.mm) for edge in edges] == [37, 28, 26, 35]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fonts = {
        paragraph.text: [(run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt) for run in paragraph.runs]
        for paragraph in document.paragraphs
        if paragraph.runs
    }
    assert fonts["关于获奖名单的公示"] == [("方正小标宋简体", 22)]
    assert fonts["一、公示时间"] == [("黑体", 16)]
    assert fonts["（一）期限。自2026年9月8日起。"] == [("楷体_GB2312", 16), ("仿宋_GB2312", 16)]
    assert fonts["1.首日不计；"] == [("仿宋_GB2312", 16)]
    assert fonts["2026年11月20日"] == [("仿宋_GB2312", 16)]
    assert "PAGE" in document.sections[0].footer._element.xml


def test_word_file_does_not_say_who_made_it(publicity):
    document = Document(BytesIO(notice_word(publicity(row("向悦")))))

    facts = document.core_properties
    assert (facts.author, facts.last_modified_by, facts.comments, facts.keywords) == ("", "", "", "")
    assert facts.title == "关于获奖名单的公示"
    assert (facts.created.date().isoformat(), facts.modified.date().isoformat()) == ("2026-11-20", "2026-11-20")


def test_attachments_are_numbered_after_the_lists(draft, organiser, now, media_files):
    notice = draft(kind="publicity", subject="result-1", lists=lists(row("向悦")))
    add_attachment(
        notice=notice, file=SimpleUploadedFile("申报表.pdf", samples.readable_pdf()), actor=organiser, now=now
    )

    said = pdf_text(notice_pdf(notice))

    assert "附件：1.获奖作品名单2.申报表" in said
    assert "附件1" in said


def test_long_signature_still_fits(publicity):
    signed = "示范市科学技术协会、示范市教育局、示范市科学技术局、示范市广播电视台、示范市总工会、示范市妇女联合会"

    notice = publicity(row("向悦"), signed_by=signed)

    assert signed in pdf_text(notice_pdf(notice))
    assert signed in everything_of(notice_word(notice))


def test_notice_without_words_is_set_too(draft):
    assert PdfReader(BytesIO(notice_pdf(draft(body="")))).pages
    assert notice_word(draft(body=""))


def test_paragraphs_and_their_levels():
    text = "一、时间\n（二）地点。在省会。\n3.人员\n（4）其他\n2.5 米高\n按规定，一、二等奖并列。\n\n  普通  一段  "

    assert paragraphs_of(text) == (
        Paragraph(1, "一、时间", "一、时间"),
        Paragraph(2, "（二）地点。", "（二）地点。在省会。"),
        Paragraph(3, "", "3.人员"),
        Paragraph(4, "", "（4）其他"),
        Paragraph(0, "", "2.5 米高"),
        Paragraph(0, "", "按规定，一、二等奖并列。"),
        Paragraph(0, "", "普通 一段"),
    )


def test_list_has_the_columns_that_are_filled_in():
    plain = {"people": ["王明"], "unit": "", "title": "星空", "tutors": [], "note": ""}

    found = list_table({"title": "名单", "note": "", "tiers": [{"title": "一等奖", "rows": [plain]}]})

    assert found.columns == ("序号", "姓名", "作品（题目）")
    assert found.tiers[0].rows == (("1", "王明", "星空"),)


@pytest.mark.parametrize(
    ("given", "shown"), [("", ""), ("各单位", "各单位："), ("各单位：", "各单位："), ("各单位:", "各单位:")]
)
def test_addressees_end_with_a_colon(given, shown):
    assert addressed(given) == shown


def test_long_words_stay_in_their_cell_and_addresses_can_be_copied(publicity):
    address = "https://kepu.example.org/" + "a" * 60
    content = notice_pdf(publicity(row("向悦", title="A" * 60), body=f"见{address}"))

    listed = PdfReader(BytesIO(content)).pages[1].extract_text()
    lines = re.findall("A+", listed)
    assert "".join(lines) == "A" * 60
    assert max(len(line) for line in lines) <= 15
    assert address in pdf_text(content)
