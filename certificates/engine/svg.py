"""Uploaded vector art, read so that nothing in it runs, reaches out or blows up: what is drawn stays, what is a
program's own notes goes, everything else is refused with what to do about it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException, EntitiesForbidden  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from certificates.engine.raster import RasterUnreadable, read_raster

MOST_ELEMENTS = 50_000
MOST_DRAWN = 200_000  # with every <use> unfolded
DEEPEST = 48
MOST_PIXELS = 40_000_000
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DRAWN = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath "
    "mask pattern image style".split()
)
_NOTES = frozenset("metadata title desc".split())
_REASONS = {
    **dict.fromkeys(("script", "handler", "listener"), "含有脚本。请在设计软件里导出不带脚本的 SVG。"),
    "foreignObject": (
        "嵌有外来内容（foreignObject）。用 Illustrator 的，请在“另存为 SVG”时取消“保留 Illustrator 编辑功能”再导出。"
    ),
    **dict.fromkeys(
        ("text", "tspan", "textPath", "tref", "flowRoot", "font", "font-face", "glyph"),
        "含有文字对象，别的电脑没有同样的字体就会走样。请先把文字转成曲线（创建轮廓）再导出。",
    ),
    **dict.fromkeys(
        ("animate", "animateMotion", "animateTransform", "animateColor", "set"), "含有动画，纸上印不出来。请去掉动画。"
    ),
    "filter": "含有滤镜效果（阴影、模糊、发光等），印刷时会变成粗糙的点阵。请去掉这些效果，或导出成高清 PNG。",
    "marker": "含有线端标记（marker）。请先把描边的箭头等扩展成路径再导出。",
    "a": "含有超链接，请去掉。",
}
_OUTSIDE = "引用了文件以外的内容（{}）。请把用到的图片嵌入文件，或转成路径，再导出。"
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
_OWN = re.compile(r"#[^\s'\"()<>]{1,200}")
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g);base64,(.*)", re.IGNORECASE | re.DOTALL)


class SvgRefused(ValueError):
    """Vector art that is not taken; the sentence follows “这个 SVG 文件”."""


def clean_svg(content: bytes) -> bytes:
    """The same drawing with nothing but what is drawn. Refuses (SvgRefused) whatever is not drawing."""
    root = _parsed(content)
    if _split(root.tag) != (_SVG, "svg"):
        raise SvgRefused("不是 SVG 图。请从设计软件里重新导出。")
    pixels = 0
    for elements, (element, depth) in enumerate(_walked(root), start=1):
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise SvgRefused(
                f"太复杂：最多 {MOST_ELEMENTS} 个图形、{DEEPEST} 层嵌套。请在设计软件里简化路径，或导出成 PNG。"
            )
        pixels += _clean_element(element)
    if pixels > MOST_PIXELS:
        raise SvgRefused(
            f"里嵌的点阵图太大：共 {pixels // 10_000} 万像素，最多 {MOST_PIXELS // 10_000} 万。请缩小后再嵌入。"
        )
    _refuse_unfolding(root)
    root.set("xmlns", _SVG)
    cleaned: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return cleaned


def _parsed(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except EntitiesForbidden as error:
        raise SvgRefused(
            "含有实体声明（<!ENTITY>）。用 Illustrator 的，请在“另存为 SVG”时取消“保留 Illustrator 编辑功能”再导出。"
        ) from error
    except DefusedXmlException as error:
        raise SvgRefused(_OUTSIDE.format("DOCTYPE")) from error
    except ParseError as error:
        raise SvgRefused(f"不完整或有错（第 {error.position[0]} 行）。请从设计软件里重新导出。") from error
    except (ValueError, LookupError) as error:
        raise SvgRefused("的编码认不出来。请存成 UTF-8 再上传。") from error
    return root


def _walked(root: Element) -> Iterator[tuple[Element, int]]:
    """Every element that is drawn, with its depth; notes and what is other programs' goes. Not by recursion: depth is
    the sender's choice."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        for child in list(element):
            space, name = _split(child.tag)
            if (space and space != _SVG) or name in _NOTES:
                element.remove(child)
            else:
                waiting.append((child, depth + 1))


def _clean_element(element: Element) -> int:
    """Refuse what does not belong, write the rest without prefixes; return the pixels of an embedded picture."""
    _, name = _split(element.tag)
    if name.startswith("fe") or name not in _DRAWN:
        reason = _REASONS["filter"] if name.startswith("fe") else _REASONS.get(name, "")
        raise SvgRefused(reason or f"含有这里不收的内容（{name[:30]}）。请在设计软件里转成普通路径再导出。")
    element.tag = name
    element.tail = None
    element.text = _clean_style(element.text or "") if name == "style" else None
    given, pixels = dict(element.attrib), 0
    element.attrib.clear()
    for key, value in given.items():
        space, plain = _split(key)
        if space not in ("", _XLINK, _SVG) or (space == _XLINK and plain != "href"):
            continue
        if plain.lower().startswith("on"):
            raise SvgRefused(_REASONS["script"])
        if plain == "href":
            pixels += _check_reference(name, value)
        else:
            _refuse_outside(value)
        element.set(plain, value)
    return pixels


def _check_reference(name: str, value: str) -> int:
    value = value.strip()
    if name != "image":
        if not _OWN.fullmatch(value):
            raise SvgRefused(_OUTSIDE.format(value[:40]))
        return 0
    embedded = _EMBEDDED.fullmatch(value)
    if embedded is None:
        raise SvgRefused(_OUTSIDE.format(value[:40]))
    try:
        return read_raster(base64.b64decode(re.sub(r"\s", "", embedded[1]), validate=True)).pixels
    except (RasterUnreadable, binascii.Error) as error:
        raise SvgRefused("里嵌的点阵图损坏了。请重新嵌入，再导出。") from error


def _clean_style(text: str) -> str:
    if "@" in text or "\\" in text or "<" in text:
        raise SvgRefused("的样式里有 @ 规则或转义，可能引用外部内容。请导出成“演示文稿属性”（不用样式表）。")
    _refuse_outside(text)
    return text


def _refuse_outside(value: str) -> None:
    lowered = value.lower()
    if "javascript:" in lowered or "\\" in value:
        raise SvgRefused(_REASONS["script"])
    for found in _URL.finditer(value):
        if not _OWN.fullmatch(found[2].strip()):
            raise SvgRefused(_OUTSIDE.format(found[2].strip()[:40]))
    if lowered.count("url(") != len(_URL.findall(value)):
        raise SvgRefused(_OUTSIDE.format("url"))


def _refuse_unfolding(root: Element) -> None:
    """A <use> draws its target again, and targets may hold others: a few lines can ask for billions of shapes. Elements
    are weighed leaves first, a <use> after its target; what waits for itself is a ring."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    weights: dict[Element, int] = {}
    open_ones: set[Element] = set()
    waiting = [root]
    while waiting:
        element = waiting[-1]
        if element in weights:
            waiting.pop()
            continue
        parts = [*element, *_targets(element, named)]
        missing = [part for part in parts if part not in weights]
        if not missing:
            weights[element] = 1 + sum(weights[part] for part in parts)
            open_ones.discard(element)
            waiting.pop()
        elif element in open_ones:  # its parts were seen to, and it still waits: for itself
            raise SvgRefused("里的图形互相引用，成了循环。请在设计软件里把“符号/克隆”打散再导出。")
        else:
            open_ones.add(element)
            waiting += missing
    if weights[root] > MOST_DRAWN:
        raise SvgRefused("把重复引用展开后的图形多得画不出来。请在设计软件里把“符号/克隆”打散并简化，再导出。")


def _targets(element: Element, named: dict[str | None, Element]) -> list[Element]:
    target = named.get(element.get("href", "")[1:]) if element.tag == "use" else None
    return [target] if target is not None else []


def _split(tag: object) -> tuple[str, str]:
    """Namespace and plain name; comments and instructions have neither."""
    if not isinstance(tag, str):
        return ("#", "")
    space, _, name = tag.rpartition("}")
    return (space.removeprefix("{"), name)
