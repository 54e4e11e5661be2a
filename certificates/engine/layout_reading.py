"""Reads a layout's document, refusing boxes that leave the page and words that nobody can fill in (design §11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from certificates.engine.faults import Fault, LayoutInvalid
from certificates.engine.layout import (
    ALIGNS,
    ARTS,
    FITS,
    FONT_ROLES,
    FORMAT,
    FULL,
    KINDS,
    PARAGRAPH,
    PLACEHOLDERS,
    PRINTS,
    QR,
    SEAL,
    SONG,
    TEXT,
    VALIGNS,
    WEIGHTS,
    Background,
    Box,
    Emphasis,
    Layout,
    Page,
)
from certificates.engine.reading import Node
from core.text.characters import find_bad_characters

MOST_BOXES = 40
LONGEST_TEXT = 500
SMALLEST_QR = 18
PLACE = ("kind", "name", "x", "y", "width", "height")
STYLE = ("font", "weight", "size", "min_size", "colour", "tracking", "align", "valign", "line_height", "indent", "fit")
BRACED = re.compile(r"\{([^{}]*)\}")


def parse_layout(document: Mapping[str, object]) -> Layout:
    """The layout of a document; LayoutInvalid names every fault at once, each with its place and in Chinese."""
    faults: list[Fault] = []
    node = Node(document, "", faults)
    node.expect_keys(["format", "title", "page", "boxes"], ["prints", "offset", "background"])
    if "format" in node.values and node.values["format"] != FORMAT:
        node.fault("format", "format", f"证书版式的格式应为 {FORMAT}。")
    page = _read_page(node.node("page"))
    offset = node.node("offset")
    offset.expect_keys([], ["x", "y"])
    layout = Layout(
        title=node.name("title", longest=40),
        page=page,
        prints=node.choice("prints", PRINTS, FULL),
        offset_x=offset.number("x", low="-30", high="30"),
        offset_y=offset.number("y", low="-30", high="30"),
        background=_read_background(node.node("background")),
        boxes=_read_boxes(node, page),
    )
    if faults:
        raise LayoutInvalid(faults)
    return layout


def _read_page(node: Node) -> Page:
    node.expect_keys(["width", "height"], ["paper"])
    return Page(
        width=node.number("width", low="50", high="500", default="297"),
        height=node.number("height", low="50", high="500", default="210"),
        paper=node.colour("paper"),
    )


def _read_background(node: Node) -> Background:
    node.expect_keys([], ["art", "asset"])
    art = node.choice("art", ("", *ARTS), "")
    asset = node.asset("asset")
    if art and asset:
        node.fault("asset", "both", "随系统提供的底图与上传的底图只能选一种。")
    return Background(art=art, asset=asset)


def _read_boxes(node: Node, page: Page) -> tuple[Box, ...]:
    nodes = node.nodes("boxes")
    if len(nodes) > MOST_BOXES:
        node.fault("boxes", "length", f"文字框太多：最多 {MOST_BOXES} 个。")
        nodes = nodes[:MOST_BOXES]
    if not nodes:
        node.fault("boxes", "empty", "至少要有一个文字框。")
    boxes = tuple(_read_box(each) for each in nodes)
    seen: set[str] = set()
    for each, box in zip(nodes, boxes, strict=True):
        if box.name and box.name in seen:
            each.fault("name", "duplicate", f"框名“{box.name}”重复了。")
        seen.add(box.name)
        if box.x + box.width > page.width or box.y + box.height > page.height:
            each.fault("width", "outside", f"“{box.name}”超出了页面（{page.width} × {page.height} 毫米）。")
    return boxes


def _read_box(node: Node) -> Box:
    kind = node.choice("kind", KINDS, TEXT)
    node.expect_keys([*PLACE, *{TEXT: ["text"], SEAL: ["asset", "issuer"]}.get(kind, [])], _optional(kind))
    emphasis = _read_emphasis(node.node("emphasis")) if kind == TEXT and "emphasis" in node.values else None
    box = Box(
        kind=kind,
        name=node.name("name", longest=20),
        x=node.number("x", low="0", high="500"),
        y=node.number("y", low="0", high="500"),
        width=node.number("width", low="1", high="500", default="1"),
        height=node.number("height", low="1", high="500", default="1"),
        text=_read_text(node) if kind == TEXT else "",
        font=node.choice("font", FONT_ROLES, SONG),
        weight=node.weight("weight", WEIGHTS, 400),
        size=node.number("size", low="5", high="120", default="12"),
        min_size=node.number("min_size", low="5", high="120", default=_default_min(node)),
        colour=node.colour("colour", "#000000"),
        tracking=node.number("tracking", low="0", high="3"),
        align=node.choice("align", ALIGNS, "left"),
        valign=node.choice("valign", VALIGNS, "top"),
        line_height=node.number("line_height", low="1", high="4", default="1.5"),
        indent=node.number("indent", low="0", high="8"),
        fit=node.choice("fit", FITS, PARAGRAPH),
        emphasis=emphasis,
        asset=node.asset("asset"),
        issuer=node.name("issuer", longest=100, blank=True),
    )
    if box.min_size > box.size:
        node.fault("min_size", "range", "最小字号不能大于字号。")
    if kind == QR and min(box.width, box.height) < SMALLEST_QR:
        node.fault("width", "range", f"二维码的边长至少 {SMALLEST_QR} 毫米，否则手机扫不出来。")
    return box


def _optional(kind: str) -> tuple[str, ...]:
    return (*STYLE, "emphasis") if kind == TEXT else ()


def _default_min(node: Node) -> str:
    size = node.values.get("size", "12")
    return size if isinstance(size, str) else "12"


def _read_text(node: Node) -> str:
    text = node.text("text", longest=LONGEST_TEXT)
    for number, line in enumerate(text.split("\n"), start=1):
        for bad in find_bad_characters(line):
            node.fault("text", bad.kind, f"第 {number} 行{bad.message}")
    for name in BRACED.findall(text):
        if name not in PLACEHOLDERS:
            node.fault("text", "placeholder", f"没有名为“{{{name}}}”的占位符；可用的是 {'、'.join(PLACEHOLDERS)}。")
    if re.search(r"[{}]", BRACED.sub("", text)):
        node.fault("text", "brace", "花括号不成对；占位符应写成 {姓名} 这样。")
    if text.count("**") % 2:
        node.fault("text", "emphasis", "突出显示的记号 ** 不成对；应写成 **{奖项}** 这样。")
    return text


def _read_emphasis(node: Node) -> Emphasis:
    node.expect_keys([], ["font", "weight", "colour", "scale"])
    return Emphasis(
        font=node.choice("font", FONT_ROLES, SONG),
        weight=node.weight("weight", WEIGHTS, 700),
        colour=node.colour("colour", "#a9201a"),
        scale=node.number("scale", low="0.5", high="3", default="1"),
    )
