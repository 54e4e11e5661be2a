"""What the layout editor asks; a field's name is its place in the document (`boxes[2].emphasis.colour`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificates.engine import wording

Choices = Sequence[tuple[str, str]]
Typed = dict[str, str]  # what stands in the controls, by key


@dataclass(frozen=True, slots=True)
class Leaf:
    """One control. `kind`: text, area, number, select, colour, check."""

    key: str
    label: str
    kind: str = "text"
    choices: Choices = ()
    hint: str = ""


def _choices(words: Mapping[str, str]) -> Choices:
    return tuple(words.items())


def _box(
    key: str, kind: str = "number", words: Mapping[str, str] | None = None, hint: str = "", more: str = ""
) -> Leaf:
    return Leaf(key, wording.BOX_LABELS[key] + more, kind, _choices(words or {}), hint)


TITLE = Leaf("title", "版式名称")
PAGE = (
    Leaf("page.width", "页宽（毫米）", "number", hint="A4 横放是 297 × 210"),
    Leaf("page.height", "页高（毫米）", "number"),
    Leaf("background", "底图", "select"),
    Leaf("page.has_paper", "印纸色", "check"),
    Leaf("page.paper", "纸色", "colour"),
)
PRINTING = (
    Leaf("prints", "怎样印", "select", _choices(wording.PRINTS)),
    Leaf("offset.x", "整体右移（毫米）", "number", hint="负数往左"),
    Leaf("offset.y", "整体下移（毫米）", "number", hint="负数往上"),
)
NAME = Leaf("name", "框名", hint="检查时用它指出位置")
PLACE = (
    _box("x", more="（毫米）"),
    _box("y", more="（毫米）"),
    _box("width", more="（毫米）"),
    _box("height", more="（毫米）"),
)
TEXT = Leaf(
    "text",
    "内容",
    "area",
    hint="两个星号之间的字突出显示，如 **{奖项}**；换行就另起一段。花括号里的词签发时换成每个人的。",
)
STYLE = (
    _box("font", "select", wording.FONTS),
    _box("weight", "select", wording.WEIGHTS),
    _box("size", more="（磅）"),
    _box("min_size", more="（磅）"),
    _box("fit", "select", wording.FITS),
    _box("colour", "colour"),
    _box("align", "select", wording.ALIGNS),
    _box("valign", "select", wording.VALIGNS),
    _box("line_height", more="（倍）"),
    _box("indent", more="（字）"),
    _box("tracking", more="（字宽的几倍）"),
)
EMPHASIS = (
    Leaf("emphasis.font", "字体", "select", _choices(wording.FONTS)),
    Leaf("emphasis.weight", "粗细", "select", _choices(wording.WEIGHTS)),
    Leaf("emphasis.colour", "颜色", "colour"),
    Leaf("emphasis.scale", "放大（倍）", "number"),
)
SEAL = (Leaf("issuer", "用印单位", "select", hint="印章由印章管理员上传；只印在落款有这个单位的证书上"),)
SHOWN = {"text": (NAME, *PLACE, TEXT, *STYLE, *EMPHASIS), "qr": (NAME, *PLACE), "seal": (NAME, *PLACE, *SEAL)}

_PLACE = {"x": "40", "y": "40", "width": "100", "height": "15"}
_PLAIN = {
    "text": "",
    "font": "song",
    "weight": "400",
    "size": "16",
    "min_size": "9",
    "fit": "paragraph",
    "colour": "#1d2530",
    "align": "left",
    "valign": "top",
    "line_height": "1.5",
    "indent": "0",
    "tracking": "0",
    "emphasis.font": "song",
    "emphasis.weight": "700",
    "emphasis.colour": "#a9201a",
    "emphasis.scale": "1",
}
FRESH: Mapping[str, Typed] = {
    "text": {**_PLACE, **_PLAIN, "text": "请在这里写字"},
    "qr": {**_PLACE, "width": "26", "height": "26"},
    "seal": {**_PLACE, "width": "40", "height": "40", "issuer": ""},
}
# What a document may leave out, as parse_layout reads it.
OMITTED: Typed = {**_PLAIN, "size": "12", "min_size": "", "colour": "#000000"}
