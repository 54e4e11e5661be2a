"""A layout's parts in the words of an office, and what one version changed against another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

from certificates.engine.layout import Box, Emphasis, Layout

KINDS = {"text": "文字", "qr": "二维码", "seal": "印章"}
PRINTS = {"full": "整张印", "overprint": "套打（只印文字）"}
FONTS = {"song": "宋体", "kai": "楷体", "hei": "黑体"}
WEIGHTS = {"300": "细", "400": "常规", "700": "粗", "900": "特粗"}
ALIGNS = {"left": "靠左", "center": "居中", "right": "靠右", "justify": "两端对齐"}
VALIGNS = {"top": "靠上", "middle": "居中", "bottom": "靠下"}
FITS = {"line": "先缩小，再换行", "paragraph": "先换行，再缩小"}
ARTS = {"classic": "红金回纹", "official": "红线", "modern": "蓝色胶片", "plain": "双线"}
LABELS = {
    "title": "名称",
    "page.width": "页宽",
    "page.height": "页高",
    "page.paper": "纸色",
    "prints": "怎样印",
    "offset_x": "整体右移",
    "offset_y": "整体下移",
    "background.art": "底图",
    "background.asset": "上传的底图",
}
BOX_LABELS = {
    "kind": "种类",
    "x": "左边距",
    "y": "上边距",
    "width": "宽",
    "height": "高",
    "text": "内容",
    "font": "字体",
    "weight": "粗细",
    "size": "字号",
    "min_size": "最小字号",
    "colour": "颜色",
    "tracking": "字距",
    "align": "左右对齐",
    "valign": "上下对齐",
    "line_height": "行距",
    "indent": "首行缩进",
    "fit": "放不下时",
    "emphasis": "突出的字",
    "asset": "图片",
    "issuer": "用印单位",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "prints": PRINTS,
    "font": FONTS,
    "weight": WEIGHTS,
    "align": ALIGNS,
    "valign": VALIGNS,
    "fit": FITS,
    "background.art": ARTS,
}
_LONGEST_SHOWN = 30


def layout_difference(old: Layout, new: Layout) -> list[str]:
    """What changed, box by box, as short sentences; boxes are the same when their names are."""
    before, after = _page_values(old), _page_values(new)
    changed = [_sentence(LABELS[key], key, before[key], after[key]) for key in LABELS if before[key] != after[key]]
    olds, news = ({box.name: box for box in layout.boxes} for layout in (old, new))
    changed += [f"去掉了“{name}”框" for name in olds if name not in news]
    changed += [f"增加了“{name}”框" for name in news if name not in olds]
    for name, box in news.items():
        if name in olds:
            changed += _box_changes(olds[name], box)
    kept = [name for name in olds if name in news]
    if kept != [name for name in news if name in olds]:
        changed.append("调整了框的先后")
    return changed


def _page_values(layout: Layout) -> dict[str, object]:
    return {
        "title": layout.title,
        "page.width": layout.page.width,
        "page.height": layout.page.height,
        "page.paper": layout.page.paper,
        "prints": layout.prints,
        "offset_x": layout.offset_x,
        "offset_y": layout.offset_y,
        "background.art": layout.background.art,
        "background.asset": layout.background.asset,
    }


def _box_changes(old: Box, new: Box) -> list[str]:
    keys = [field.name for field in fields(Box) if field.name != "name"]
    pairs = [(key, getattr(old, key), getattr(new, key)) for key in keys]
    return [
        _sentence(f"“{new.name}”{BOX_LABELS[key]}", key, before, after)
        for key, before, after in pairs
        if before != after
    ]


def _sentence(label: str, key: str, before: object, after: object) -> str:
    return f"{label}：{_shown(key, before)} → {_shown(key, after)}"


def _shown(key: str, value: object) -> str:
    if isinstance(value, Emphasis):
        font, weight = FONTS[value.font], WEIGHTS[str(value.weight)]
        return f"{font}{weight} {value.colour} {_plain(value.scale)} 倍"
    if isinstance(value, Decimal):
        return _plain(value)
    text = str(value) if value else ""
    if key.endswith("asset"):
        text = text[:8]
    text = _VALUES.get(key, {}).get(text, text).replace("\n", "⏎")
    return (text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…") or "（无）"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
