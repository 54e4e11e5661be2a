"""Preflight: what would spoil a certificate is named before it is issued (pitfalls 21, 22)."""

import struct

import pytest

from certificates.engine.filling import Run, fill_layout, printed_words
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import LOOK, STOP, check_certificate, stops
from certificates.engine.private_use import STANDARD, standard_character
from core.fonts.coverage import Family, FontUnreadable, coverage_of, read_coverage

HAN = Family("宋", coverage_of([(0x20, 0x7E), (0x3000, 0x303F), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF)]))
RARE = Family("生僻", coverage_of([(0x3400, 0x4DBF)]))
FONTS = {"song": (HAN, RARE), "kai": (HAN,), "hei": (HAN,)}
WORDS = {
    "姓名": "上官思远",
    "称谓": "同志",
    "事由": "荣获",
    "奖项": "金奖",
    "结语": "。",
    "落款单位": "市科协\n市科技局",
}


def layout_of(text, **style):
    place = {"kind": "text", "name": "正文", "x": "10", "y": "10", "width": "100", "height": "20"}
    page = {"width": "297", "height": "210"}
    box = {**place, "text": text, **style}
    return parse_layout({"format": "mingping-layout/1", "title": "试", "page": page, "boxes": [box]})


def lines(text, **words):
    [filled] = fill_layout(layout_of(text), {**WORDS, **words})
    return [[run.text for run in line] for line in filled.lines]


def check(text="{姓名}", sizes=None, **words):
    found = check_certificate(layout_of(text), {**WORDS, **words}, FONTS, sizes)
    return [(finding.level, finding.code, finding.place, finding.character) for finding in found]


def test_fill_layout_marks_what_stands_out_and_what_came_from_where():
    [filled] = fill_layout(layout_of("{事由}**{奖项}**{结语}"), WORDS)

    assert filled.lines == ((Run("荣获", "事由", False, True), Run("金奖", "奖项", True, True), Run("。", "结语")),)


def test_fill_layout_lets_no_line_end_within_荣获_or_a_short_award():
    layout = layout_of("{事由}{奖项}")
    [short] = fill_layout(layout, {"事由": "作品荣获", "奖项": "一等奖"})
    [long] = fill_layout(layout, {"事由": "授予", "奖项": "最佳科普讲解奖"})

    assert short.lines == ((Run("作品", "事由"), Run("荣获", "事由", False, True), Run("一等奖", "奖项", False, True)),)
    assert long.lines == ((Run("授予", "事由"), Run("最佳科普讲解奖", "奖项")),)


@pytest.mark.parametrize("name", ["{奖项}", "**王**", '#eval("1")', "$x$", "{__class__}", "\\", "</b>"])
def test_pitfall_21_what_is_put_in_is_never_read_again(name):
    assert lines("{姓名}：", 姓名=name) == [[name, "："]]


def test_fill_layout_writes_one_line_for_each_issuer_and_none_for_what_is_empty():
    assert lines("由{落款单位}颁发") == [["由", "市科协、市科技局", "颁发"]]
    assert lines("{落款单位}\n指导教师：{指导教师}\n完") == [["市科协"], ["市科技局"], ["完"]]


def test_fill_layout_keeps_each_of_several_names_in_one_piece():
    [filled] = fill_layout(layout_of("{姓名}"), {"姓名": "王二、" + "长" * 13})

    assert filled.lines == ((Run("王二、", "姓名", False, True), Run("长" * 13, "姓名", False, False)),)


def test_check_certificate_of_ordinary_words_finds_nothing():
    assert check("{姓名}{称谓}：{落款单位}") == []


def test_pitfall_22_a_character_of_another_font_is_shown_and_one_of_none_stops():
    assert check(姓名="王䶮") == [(LOOK, "fallback", "姓名", "䶮")]
    assert check(姓名="王𪚥") == [(STOP, "missing_glyph", "姓名", "𪚥")]


def test_pitfall_22_a_private_use_character_offers_the_standard_one():
    [finding] = check_certificate(layout_of("{姓名}"), {"姓名": "王\ue863"}, FONTS)

    assert (finding.level, finding.code, finding.character) == (STOP, "private_use", "\ue863")
    assert finding.message.startswith("“姓名”第 2 个字符（U+E863）是自造字区的字符")
    assert finding.message.endswith("标准字是“䶮”（U+4DAE）。")


@pytest.mark.parametrize(
    ("char", "code"),
    [("\u202e", "bidi"), ("\x07", "control"), ("\n", "control"), ("\u200b", "invisible"), ("\ufffd", "replacement")],
)
def test_check_certificate_names_characters_that_must_not_be_there(char, code):
    assert check(姓名=f"王{char}二") == [(STOP, code, "姓名", char)]


def test_check_certificate_names_words_that_are_missing():
    assert check("《{作品}》（{姓名}）") == [(STOP, "unfilled", "作品", "")]
    assert check("《{作品}》\n{姓名}") == []


def test_check_certificate_lets_spaces_and_variation_selectors_be():
    assert check(姓名="Ann Lee葛\U000e0100") == []


def test_pitfall_22_what_does_not_fit_is_named_with_the_box():
    found = check_certificate(layout_of("获奖人{姓名}"), {"姓名": "长" * 300}, FONTS, {0: 0})

    assert [finding.message for finding in stops(found)] == [
        "“正文”（100 × 20 毫米）在最小字号 12 磅时仍放不下：最长的是“姓名”，300 个字。"
        "请核对文字，或换一个版式，或把框放大。"
    ]
    assert check(sizes={0: 12.0}) == []


def test_a_seal_of_a_unit_that_does_not_issue_is_said_to_be_left_out():
    box = {"kind": "text", "name": "正文", "x": "10", "y": "10", "width": "100", "height": "20", "text": "{姓名}"}
    seal = {**box, "kind": "seal", "name": "印章", "issuer": "市教育局", "asset": "0" * 64}
    del seal["text"]
    page = {"width": "297", "height": "210"}
    document = {"format": "mingping-layout/1", "title": "试", "page": page, "boxes": [box, seal]}

    def found(**parts):
        layout = parse_layout({**document, **parts})
        return [(each.level, each.code, each.place) for each in check_certificate(layout, WORDS, FONTS)]

    assert found() == [(LOOK, "seal_left_out", "印章")]
    assert found(prints="overprint") == []
    assert found(boxes=[box, {**seal, "issuer": "市科协"}]) == []


def test_standard_characters_agree_with_gb18030_where_python_knows_them():
    codes = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    known = {private: bytes([0xFE, code]).decode("gb18030") for private, code in zip(STANDARD, codes, strict=True)}

    assert {STANDARD[private] for private, char in known.items() if char == private} == set(
        "\U00020087\U00020089\U000200cc龴龵龶龷\U000215d7龸\U0002298f龹龺\U000241fe龻"
    )
    assert [STANDARD[private] for private, char in known.items() if char != private] == [
        char for private, char in known.items() if char != private
    ]
    assert standard_character("\ue000") == ""


def test_printed_words_hold_the_award_and_its_fields():
    text = {"recipient": "甲", "salutation": "", "before": "荣获", "award": "金奖", "after": "。", "heading": "证书"}

    assert printed_words({**text, "issuers": ["子", "丑"], "fields": {"作品": "光"}}, serial="1", date="今") == {
        "作品": "光", "姓名": "甲", "称谓": "", "事由": "荣获", "奖项": "金奖", "结语": "。", "标题": "证书",
        "落款单位": "子\n丑", "编号": "1", "日期": "今",
    }  # fmt: skip


def font(form, subtable, *, collection=False):
    start = 16 if collection else 0
    cmap_at = start + 28
    head = struct.pack(">4sHHHH", b"\0\1\0\0", 1, 0, 0, 0) + struct.pack(">4sLLL", b"cmap", 0, cmap_at, 0)
    cmap = struct.pack(">HHHHL", 0, 1, 3, 10 if form == 12 else 1, 12) + subtable
    return (struct.pack(">4sLLL", b"ttcf", 0, 1, start) if collection else b"") + head + cmap


@pytest.mark.parametrize("collection", [False, True])
def test_read_coverage_of_format_12(collection):
    subtable = struct.pack(">HHLLL", 12, 0, 40, 0, 2) + struct.pack(">6L", 0x4E00, 0x4E02, 5, 0x20087, 0x20087, 9)

    found = read_coverage(font(12, subtable, collection=collection))

    assert found == coverage_of([(0x4E00, 0x4E02), (0x20087, 0x20087)])
    assert ("一" in found, "丄" in found, "\U00020087" in found, "A" in found) == (True, False, True, False)


def test_read_coverage_of_format_4_leaves_out_what_has_no_glyph():
    # Two segments and the end: 0x41–0x42 by delta; 0x61–0x62 by a table whose second glyph is 0.
    subtable = struct.pack(">7H", 4, 0, 0, 6, 0, 0, 0) + struct.pack(">3H", 0x42, 0x62, 0xFFFF) + struct.pack(">H", 0)
    subtable += struct.pack(">3H", 0x41, 0x61, 0xFFFF) + struct.pack(">3H", 0, 0, 1) + struct.pack(">3H", 0, 4, 0)
    subtable += struct.pack(">2H", 7, 0)

    assert read_coverage(font(4, subtable)) == coverage_of([(0x41, 0x42), (0x61, 0x61)])


@pytest.mark.parametrize("broken", [b"", b"\0\1\0\0\0\1", b"\0\1\0\0" + bytes(40), font(6, struct.pack(">2H", 6, 0))])
def test_read_coverage_of_a_broken_font_is_refused(broken):
    with pytest.raises(FontUnreadable):
        read_coverage(broken)
