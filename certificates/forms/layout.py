"""The layout editor's form: boxes come and go without JavaScript, what was typed always stays, errors at the field.

Not a django Form: a layout is a tree, and what is wrong with it the engine says for the whole tree at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.engine.faults import LayoutInvalid
from certificates.engine.layout import FORMAT, Layout
from certificates.engine.layout_reading import MOST_BOXES, parse_layout
from certificates.engine.wording import KINDS
from certificates.forms.layout_fields import (
    EMPHASIS,
    FRESH,
    NAME,
    OMITTED,
    PAGE,
    PLACE,
    PRINTING,
    SEAL,
    SHOWN,
    STYLE,
    TEXT,
    TITLE,
    Choices,
    Leaf,
    Typed,
)

_ACT = re.compile(r"(copy|remove|up|down) ([0-9]{1,3})")
_PLACE = re.compile(r"boxes\[([0-9]{1,3})\](?:\.(.+))?")
_ALIASES = {"asset": "issuer", "background.art": "background", "background.asset": "background"}
_NUMBER = "请填数字，例如 27.5：小数最多两位。"


@dataclass(frozen=True, slots=True)
class Pictures:
    """What an edition has to choose from: backgrounds by SHA-256, seals (SHA-256, "" for none yet) by unit."""

    backgrounds: Mapping[str, str]
    seals: Mapping[str, str]
    arts: Choices


@dataclass(frozen=True, slots=True)
class BoundLeaf:
    """A control with what stands in it."""

    leaf: Leaf
    name: str
    value: str
    choices: Choices
    errors: tuple[str, ...]

    @property
    def id(self) -> str:
        return field_id(self.name)


@dataclass(frozen=True, slots=True)
class BoundBox:
    """A box of the page: `number` from 0; `rect` in mm for the picture beside, None while it cannot be read."""

    number: int
    kind: str
    title: str
    head: tuple[BoundLeaf, ...]
    text: BoundLeaf | None
    style: tuple[BoundLeaf, ...]
    emphasis: tuple[BoundLeaf, ...]
    seal: tuple[BoundLeaf, ...]
    rect: Mapping[str, str] | None
    has_errors: bool
    is_open: bool
    is_first: bool
    is_last: bool

    @property
    def kind_label(self) -> str:
        return KINDS.get(self.kind, self.kind)

    @property
    def id(self) -> str:
        return f"box-{self.number}"


def field_id(path: str) -> str:
    """An id for a place in the document: `boxes[0].x` → `f-boxes-0-x`."""
    return "f-" + re.sub(r"[^a-z0-9_]+", "-", path).strip("-")


class LayoutForm:
    """The editor as it stands."""

    def __init__(self, top: Typed, boxes: list[Typed], pictures: Pictures) -> None:
        self.top = top
        self.boxes = boxes
        self.pictures = pictures
        self.errors: dict[str, list[str]] = {}
        self.refusals: list[str] = []
        self.opened: int | None = None

    @classmethod
    def of_document(cls, document: Mapping[str, Any], pictures: Pictures) -> LayoutForm:
        page, offset = document["page"], document.get("offset", {})
        background = document.get("background", {})
        top = {
            "title": document["title"],
            "page.width": page["width"],
            "page.height": page["height"],
            "page.has_paper": "on" if page.get("paper") else "",
            "page.paper": page.get("paper") or "#ffffff",
            "background": _background_typed(background),
            "prints": document.get("prints", "full"),
            "offset.x": offset.get("x", "0"),
            "offset.y": offset.get("y", "0"),
        }
        return cls(top, [_typed_box(box) for box in document["boxes"]], pictures)

    @classmethod
    def of_post(cls, posted: Mapping[str, str], pictures: Pictures) -> LayoutForm:
        top = {leaf.key: _text(posted.get(leaf.key, "")) for leaf in (TITLE, *PAGE, *PRINTING)}
        numbers = sorted({int(match[1]) for match in map(_PLACE.match, posted) if match})
        boxes = [_posted_box(posted, number) for number in numbers]
        form = cls(top, boxes, pictures)
        opened = posted.get("open", "")
        form.opened = numbers.index(int(opened)) if opened.isdecimal() and int(opened) in numbers else None
        return form

    # -- what it says --------------------------------------------------------------------------------------------

    @property
    def document(self) -> dict[str, Any]:
        """The layout as typed, checked by nobody."""
        top = self.top
        return {
            "format": FORMAT,
            "title": top["title"],
            "page": {
                "width": _number(top["page.width"]),
                "height": _number(top["page.height"]),
                "paper": top["page.paper"] if top["page.has_paper"] else "",
            },
            "prints": top["prints"],
            "offset": {"x": _number(top["offset.x"] or "0"), "y": _number(top["offset.y"] or "0")},
            "background": self._background(),
            "boxes": [self._box_document(box) for box in self.boxes],
        }

    def is_valid(self) -> bool:
        """Whether the layout makes sense; else every fault stands at its field."""
        self.errors = {}
        chosen = self._background().get("asset", "")
        if chosen and chosen not in self.pictures.backgrounds:
            self._add_error("background", "这张底图已停用或不在本届的图片里，请换一张。")
        try:
            parse_layout(self.document)
        except LayoutInvalid as invalid:
            for fault in invalid.faults:
                self._add_error(fault.path, _NUMBER if fault.code == "number" else fault.message)
        return not self.errors

    def drawable(self) -> Layout | None:
        """What can be drawn of a layout with faults: without the boxes that have one; None where the page has one."""
        faulty = {int(match[1]) for match in map(_PLACE.match, self.errors) if match}
        document = self.document
        document["title"] = document["title"] or "未命名"
        document["boxes"] = [box for place, box in enumerate(document["boxes"]) if place not in faulty]
        try:
            return parse_layout(document)
        except LayoutInvalid:
            return None

    def error_list(self) -> list[tuple[str, str, str]]:
        """Id, place in words, sentence of every error."""
        return [
            (field_id(path), self._place_words(path), text) for path, texts in self.errors.items() for text in texts
        ]

    # -- boxes come and go ---------------------------------------------------------------------------------------

    def change_boxes(self, act: str) -> bool:
        """`add text`, `copy 2`, `remove 2`, `up 2`, `down 2`; False where that makes no sense."""
        if act.startswith("add "):
            return self._add(FRESH.get(act[4:]), act[4:], len(self.boxes))
        match = _ACT.fullmatch(act)
        place = int(match[2]) if match else len(self.boxes)
        if match is None or place >= len(self.boxes):
            return False
        if match[1] == "copy":
            return self._add(self.boxes[place], self.boxes[place]["kind"], place + 1)
        box = self.boxes.pop(place)
        if match[1] == "remove":
            self.opened = None
        else:
            self.opened = min(max(0, place + (-1 if match[1] == "up" else 1)), len(self.boxes))
            self.boxes.insert(self.opened, box)
        return True

    def _add(self, model: Typed | None, kind: str, place: int) -> bool:
        if model is None:
            return False
        if len(self.boxes) >= MOST_BOXES:
            self.refusals.append(f"最多 {MOST_BOXES} 个框。")
            return False
        names = {box["name"] for box in self.boxes}
        stem = re.sub(r" [0-9]+$", "", model.get("name", ""))[:15] or KINDS[kind]
        name = next(each for n in range(1, MOST_BOXES + 2) if (each := stem if n == 1 else f"{stem} {n}") not in names)
        self.boxes.insert(place, {**model, "kind": kind, "name": name})
        self.opened = place
        return True

    # -- for the page --------------------------------------------------------------------------------------------

    @property
    def top_errors(self) -> tuple[str, ...]:
        return (*self.refusals, *self.errors.get("", ()))

    @property
    def title(self) -> BoundLeaf:
        return self._bound(TITLE, "title", self.top["title"])

    @property
    def page(self) -> tuple[BoundLeaf, ...]:
        return tuple(self._bound(leaf, leaf.key, self.top[leaf.key]) for leaf in PAGE)

    @property
    def printing(self) -> tuple[BoundLeaf, ...]:
        return tuple(self._bound(leaf, leaf.key, self.top[leaf.key]) for leaf in PRINTING)

    @property
    def bound_boxes(self) -> tuple[BoundBox, ...]:
        return tuple(self._bound_box(place, box) for place, box in enumerate(self.boxes))

    def _bound_box(self, place: int, box: Typed) -> BoundBox:
        def leaves(*wanted: Leaf) -> tuple[BoundLeaf, ...]:
            return tuple(self._bound(leaf, f"boxes[{place}].{leaf.key}", box.get(leaf.key, "")) for leaf in wanted)

        is_text = box["kind"] == "text"
        has_errors = any(path.startswith(f"boxes[{place}].") for path in self.errors)
        return BoundBox(
            number=place,
            kind=box["kind"],
            title=box.get("name", ""),
            head=leaves(NAME, *PLACE),
            text=leaves(TEXT)[0] if is_text else None,
            style=leaves(*STYLE) if is_text else (),
            emphasis=leaves(*EMPHASIS) if is_text else (),
            seal=leaves(*SEAL) if box["kind"] == "seal" else (),
            rect=_rect(box),
            has_errors=has_errors,
            is_open=has_errors or self.opened == place,
            is_first=place == 0,
            is_last=place == len(self.boxes) - 1,
        )

    def _bound(self, leaf: Leaf, name: str, value: str) -> BoundLeaf:
        choices = leaf.choices
        if leaf.key == "background":
            uploaded = [(f"asset {sha256}", f"上传的：{title}") for sha256, title in self.pictures.backgrounds.items()]
            choices = [("", "没有底图"), *((f"art {code}", label) for code, label in self.pictures.arts), *uploaded]
        elif leaf.key == "issuer":
            seals = self.pictures.seals.items()
            choices = [
                ("", "请选择"),
                *((unit, f"{unit}{'' if sha256 else '（还没有印章）'}") for unit, sha256 in seals),
            ]
        if leaf.kind == "select" and value not in dict(choices):
            choices = [(value, value if leaf.key == "issuer" else "（已经没有这一项）"), *choices]
        return BoundLeaf(leaf, name, value, choices, tuple(self.errors.get(name, ())))

    # -- between document and text -------------------------------------------------------------------------------

    def _background(self) -> dict[str, str]:
        kind, _, which = self.top["background"].partition(" ")
        return {kind: which} if kind in ("art", "asset") else {}

    def _box_document(self, box: Typed) -> dict[str, Any]:
        kind = box["kind"]
        document: dict[str, Any] = {"kind": kind, "name": box["name"]}
        for leaf in PLACE:
            document[leaf.key] = _number(box[leaf.key])
        if kind == "seal":
            return document | {"issuer": box["issuer"], "asset": self.pictures.seals.get(box["issuer"], "")}
        if kind != "text":
            return document
        document["text"] = box["text"]
        document |= {leaf.key: _value(leaf, box[leaf.key]) for leaf in STYLE}
        if "**" in box["text"]:
            document["emphasis"] = {
                leaf.key.removeprefix("emphasis."): _value(leaf, box[leaf.key]) for leaf in EMPHASIS
            }
        return document

    def _add_error(self, path: str, text: str) -> None:
        self.errors.setdefault(self._place(path), []).append(text)

    def _place(self, path: str) -> str:
        """Where on the page an error about this place of the document stands."""
        match = _PLACE.fullmatch(path)
        if match is None:
            path = _ALIASES.get(path, path)
            return path if path in self.top else ""
        number, key = int(match[1]), match[2] or "name"
        if number >= len(self.boxes):
            return ""
        key = _ALIASES.get(key, key)
        shown = {leaf.key for leaf in SHOWN.get(self.boxes[number]["kind"], ())}
        return f"boxes[{number}].{key if key in shown else 'name'}"

    def _place_words(self, path: str) -> str:
        match = _PLACE.fullmatch(path)
        leaves = SHOWN["text"] + SEAL if match else (TITLE, *PAGE, *PRINTING)
        label = next((leaf.label for leaf in leaves if leaf.key == (match[2] if match else path)), "")
        if match is None:
            return label
        box = self.boxes[int(match[1])]
        return f"“{box['name'] or KINDS.get(box['kind'], '')}” · {label}"


def _background_typed(background: Mapping[str, str]) -> str:
    if background.get("asset"):
        return f"asset {background['asset']}"
    return f"art {background['art']}" if background.get("art") else ""


def _typed_box(box: Mapping[str, Any]) -> Typed:
    emphasis = {f"emphasis.{key}": str(value) for key, value in box.get("emphasis", {}).items()}
    given = {key: str(value) for key, value in box.items() if key not in ("emphasis", "asset")}
    if box["kind"] != "text":
        return given
    typed = {**OMITTED, **given, **emphasis}
    return {**typed, "min_size": typed["min_size"] or typed["size"]}


def _posted_box(posted: Mapping[str, str], number: int) -> Typed:
    kind = posted.get(f"boxes[{number}].kind", "text")
    kind = kind if kind in SHOWN else "text"
    return {"kind": kind} | {leaf.key: _text(posted.get(f"boxes[{number}].{leaf.key}", "")) for leaf in SHOWN[kind]}


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _number(text: str) -> str:
    """Full-width digits and spaces are forgiven; what is no number stays as typed, for parse_layout to name."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").removeprefix("+")


def _value(leaf: Leaf, text: str) -> object:
    if leaf.kind == "number":
        return _number(text)
    if leaf.key.endswith("weight"):
        return int(text) if text.isdecimal() and len(text) < 5 else text
    return text.lower() if leaf.kind == "colour" else text


def _rect(box: Typed) -> Mapping[str, str] | None:
    numbers = {leaf.key: _number(box[leaf.key]) for leaf in PLACE}
    return numbers if all(re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", each) for each in numbers.values()) else None
