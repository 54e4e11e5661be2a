"""Layouts as data: what a document may say, and every fault by its place."""

import pytest

from certificates.engine.faults import LayoutInvalid
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import check_layout
from certificates.engine.shipped import CODES, shipped_document

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
        ("boxes[2].asset", "missing_seal"),
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


def test_check_layout_names_boxes_over_one_another_but_lets_a_seal_be():
    seal = {"kind": "seal", "name": "印章", "x": "10", "y": "10", "width": "40", "height": "40", "issuer": ""}
    layout = parse_layout(document(BOX, {**BOX, "name": "正文", "y": "25"}, {**seal, "asset": "0" * 64}))

    assert [finding.message for finding in check_layout(layout)] == ["“标题”与“正文”的位置重叠，请看预览是否压字。"]
    assert layout.assets() == {"0" * 64}
