"""Layouts as data: what a document may say, and every fault by its place."""

import pytest

from certificates.engine.faults import LayoutInvalid
from certificates.engine.layout_reading import parse_layout
from certificates.engine.pictures import Picture, check_pictures
from certificates.engine.preflight import LOOK, STOP, check_layout
from certificates.engine.shipped import CODES, shipped_document

DIGEST = "0" * 64
BOX = {"kind": "text", "name": "标题", "x": "10", "y": "10", "width": "100", "height": "20", "text": "{标题}"}


def document(*boxes, **parts):
    page = {"width": "297", "height": "210"}
    return {"format": "mingping-layout/1", "title": "试", "page": page, "boxes": list(boxes), **parts}


def faults(*boxes, **parts):
    with pytest.raises(LayoutInvalid) as refused:
        parse_layout(document(*boxes, **parts))
    return [(fault.path, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize("code", CODES)
def test_shipped_layouts_are_valid_and_no_box_lies_over_another(code):
    layout = parse_layout(shipped_document(code))

    assert check_layout(layout) == []
    assert layout.background.art == code


def test_shipped_document_of_another_code_is_none():
    with pytest.raises(KeyError):
        shipped_document("../secrets")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"x": "250"}, ("boxes[0].width", "outside")),
        ({"x": 10}, ("boxes[0].x", "number")),
        ({"x": "1e3"}, ("boxes[0].x", "number")),
        ({"width": "0"}, ("boxes[0].width", "range")),
        ({"text": "{__class__}"}, ("boxes[0].text", "placeholder")),
        ({"text": "{姓名"}, ("boxes[0].text", "brace")),
        ({"text": "**{奖项}"}, ("boxes[0].text", "emphasis")),
        ({"text": 5}, ("boxes[0].text", "type")),
        ({"text": "字" * 501}, ("boxes[0].text", "length")),
        ({"name": " "}, ("boxes[0].name", "blank")),
        ({"colour": "red;"}, ("boxes[0].colour", "form")),
        ({"font": "/etc/passwd"}, ("boxes[0].font", "choice")),
        ({"weight": True}, ("boxes[0].weight", "choice")),
        ({"size": "10", "min_size": "12"}, ("boxes[0].min_size", "range")),
        ({"emphasis": "bold"}, ("boxes[0].emphasis", "type")),
        ({"path": "x"}, ("boxes[0].path", "unknown")),
    ],
)
def test_parse_layout_names_the_place_of_a_fault(change, expected):
    assert expected in faults({**BOX, **change})


def test_parse_layout_names_every_fault_at_once():
    seal = {"kind": "seal", "name": "印章", "x": "10", "y": "50", "width": "40", "height": "40", "issuer": ""}
    qr = {"kind": "qr", "name": "二维码", "x": "10", "y": "100", "width": "9", "height": "9"}

    assert faults(
        BOX, BOX, {**seal, "asset": ""}, qr, format="other/2", background={"art": "plain", "asset": "0" * 64}, extra=1
    ) == [
        ("extra", "unknown"),
        ("format", "format"),
        ("background.asset", "both"),
        ("boxes[3].width", "range"),
        ("boxes[1].name", "duplicate"),
    ]


def test_parse_layout_without_boxes_or_with_too_many_is_refused():
    many = [{**BOX, "name": f"框{place}"} for place in range(41)]

    assert faults() == [("boxes", "empty")]
    assert faults(*many) == [("boxes", "length")]
    assert ("boxes", "type") in faults(boxes="x")


def test_parse_layout_names_a_missing_part():
    with pytest.raises(LayoutInvalid) as refused:
        parse_layout({})

    assert [fault.path for fault in refused.value.faults] == ["format", "title", "page", "boxes", "page.width",
                                                              "page.height", "boxes"]  # fmt: skip


FULL = [
    {**BOX, "text": "{标题}{姓名}{奖项}{编号}{日期}"},
    {"kind": "qr", "name": "二维码", "x": "10", "y": "180", "width": "20", "height": "20"},
]


def seal(**change):
    place = {"kind": "seal", "name": "印章", "x": "10", "y": "10", "width": "40", "height": "40"}
    return {**place, "issuer": "市科协", "asset": DIGEST, **change}


def looked_at(*boxes, **parts):
    return [(finding.code, finding.place) for finding in check_layout(parse_layout(document(*boxes, **parts)))]


def pictured(layout, **known):
    return [(each.level, each.code, each.place) for each in check_pictures(parse_layout(layout), known)]


def test_check_layout_names_boxes_over_one_another_but_lets_a_seal_be():
    layout = parse_layout(document(*FULL, {**BOX, "name": "正文", "y": "25"}, seal()))

    assert [finding.message for finding in check_layout(layout)] == ["“标题”与“正文”的位置重叠，请看预览是否压字。"]
    assert layout.assets() == {DIGEST}


def test_check_layout_names_what_an_offset_moves_off_the_page():
    assert looked_at(*FULL) == []
    assert looked_at(*FULL, offset={"x": "-12", "y": "0"}) == [("moved_off", "标题"), ("moved_off", "二维码")]
    assert looked_at(*FULL, offset={"x": "0", "y": "15"}) == [("moved_off", "二维码")]


def test_check_layout_names_what_a_certificate_ought_to_show():
    assert looked_at(BOX) == [
        *(("not_shown", name) for name in ("姓名", "奖项", "编号", "日期")),
        ("no_code", "二维码"),
    ]


@pytest.mark.parametrize(
    ("char", "code"), [("\u202e", "bidi"), ("\x07", "control"), ("\u200b", "invisible"), ("\ue863", "private_use")]
)
def test_parse_layout_refuses_characters_that_print_as_nothing_or_turn_the_line(char, code):
    assert faults({**BOX, "text": f"荣誉\n证{char}书"}) == [("boxes[0].text", code)]
    assert faults({**BOX, "name": f"标{char}题"}) == [("boxes[0].name", code)]


def test_missing_seal_is_named_with_its_place_before_issuing():
    [finding] = check_pictures(parse_layout(document(BOX, seal(asset=""))), {})

    assert (finding.level, finding.code, finding.place) == (STOP, "missing_seal", "印章")
    assert finding.message.startswith("“印章”（左 10、上 10 毫米处）还没有“市科协”的印章图片：请印章管理员上传")


def test_seal_and_background_of_preprinted_stock_are_not_missed():
    layout = document(BOX, seal(asset=""), prints="overprint", background={"asset": "1" * 64})

    assert pictured(layout) == []


def test_pictures_that_are_unknown_damaged_removed_coarse_or_heavy_are_named():
    layout = document(BOX, seal(), background={"asset": "1" * 64})
    background = "1" * 64

    assert pictured(layout) == [(STOP, "missing_picture", "底图"), (STOP, "missing_picture", "印章")]
    assert pictured(layout, **{background: Picture("红", is_whole=False), DIGEST: Picture("章", is_removed=True)}) == [
        (STOP, "damaged_picture", "底图"),
        (STOP, "removed_picture", "印章"),
    ]
    assert pictured(layout, **{background: Picture("红", 1200, 900, 2_000_000), DIGEST: Picture("章", 600, 600)}) == [
        (LOOK, "coarse_picture", "底图"),
        (LOOK, "heavy_picture", "底图"),
    ]
    assert pictured(layout, **{background: Picture("红"), DIGEST: Picture("章", 100, 600)}) == [
        (LOOK, "coarse_picture", "印章")
    ]
