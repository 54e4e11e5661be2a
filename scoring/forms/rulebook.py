"""The rulebook editor's form: rows come and go without JavaScript, what was typed always stays, errors at the field.

Not a django Form: the rules are a tree, and what is wrong with them the engine says for the whole tree at once.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scoring import engine
from scoring.engine.rulebook import RESERVES_LINE
from scoring.forms.rulebook_fields import (
    BOUNDARY,
    GROUPS,
    LISTS,
    NAME,
    PARTS,
    PENALTIES,
    SEGMENTS,
    TIE_CHAIN,
    TIE_STEPS,
    Choices,
    Leaf,
    Rows,
    Typed,
    asked,
)
from scoring.forms.rulebook_typed import document_from, typed_from, typed_from_post

MOST_ROWS = 40
_ACT = re.compile(r"(add|remove|up|down) ([a-z_.\[\]0-9]{1,80})")
_STEP_OF_PATH = re.compile(r"([a-z_]+)(?:\[([0-9]+)\])?\.?")
_ALIASES = {
    **dict.fromkeys(("count", "percent"), "number"),
    **dict.fromkeys(("percent_rounding", "rest"), "size"),
    **dict.fromkeys(("kind", "segment", "criterion"), "step"),
}
_WORDS = {  # the engine speaks of documents; somebody who fills in a form is told what to type
    ("points", "number"): "请填数字，例如 27.5：整数部分最多三位，小数最多两位。",
    ("clock", "whole"): "请填秒数（180）或分秒（3:00），从 1 秒到 24 小时。",
    ("select", "choice"): "请从列表中选择。",
    ("select", "code"): "请从列表中选择。",
}


@dataclass(frozen=True, slots=True)
class BoundLeaf:
    """A control with what stands in it."""

    leaf: Leaf
    name: str
    value: str
    choices: Choices
    errors: tuple[str, ...]
    focused: bool

    @property
    def id(self) -> str:
        return field_id(self.name)


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row of a list: `number` from 1, `path` as its buttons name it."""

    number: int
    path: str
    title: str
    leaves: tuple[BoundLeaf, ...]
    lists: tuple["BoundRows", ...]
    errors: tuple[str, ...]
    is_first: bool
    is_last: bool

    @property
    def id(self) -> str:
        return field_id(self.path)


@dataclass(frozen=True, slots=True)
class BoundRows:
    """A list with its rows; an idle one is kept in sight though the row above says that it does not count."""

    path: str
    noun: str
    rows: tuple[BoundRow, ...]
    errors: tuple[str, ...]
    is_idle: bool = False

    @property
    def id(self) -> str:
        return field_id(self.path)


@dataclass(frozen=True, slots=True)
class ErrorPlace:
    """Where an error stands: its id on the page, and in words ("环节 1 · 评分项 2 · 满分")."""

    id: str
    words: str


def field_id(path: str) -> str:
    """An id for a place in the document: `segments[0].weight` → `f-segments-0-weight`."""
    return "f-" + re.sub(r"[^a-z0-9_]+", "-", path).strip("-")


class RulebookForm:
    """The editor as it stands. `locked` is a document whose parts outside `changeable` stay as they are there."""

    def __init__(
        self, typed: Typed, *, locked: Mapping[str, Any] | None = None, changeable: Iterable[str] = ()
    ) -> None:
        self.typed = typed
        self.fixed = {key: value for key, value in (locked or {}).items() if key not in set(changeable)}
        self.errors: dict[str, list[str]] = {}
        self.focus = ""
        if locked is not None:
            fixed = typed_from(locked)
            self.typed |= {key: fixed[key] for key in self.fixed if key in fixed}

    @classmethod
    def of_document(cls, document: Mapping[str, Any], **more: Any) -> "RulebookForm":
        return cls(typed_from(document), **more)

    @classmethod
    def of_post(cls, posted: Mapping[str, str], **more: Any) -> "RulebookForm":
        return cls(typed_from_post(posted), **more)

    @property
    def document(self) -> dict[str, Any]:
        """The rules as typed, checked by nobody."""
        return document_from(self.typed) | self.fixed

    def is_valid(self) -> bool:
        """Whether the rules make sense; else every fault stands at its field."""
        self._refuse_numbers_beside_rest()
        try:
            engine.parse_rulebook(self.document)
        except engine.RulebookInvalid as invalid:
            for fault in invalid.faults:
                place = self.place(fault.path)
                self._add_error(place, self._words(place, fault))
        return not self.errors

    def add_faults(self, faults: Mapping[str, str]) -> None:
        """Put what a service refused at its place."""
        for path, text in faults.items():
            self._add_error(self.place(path), text)

    def error_list(self) -> list[tuple[ErrorPlace, str]]:
        """Where and what, for every error."""
        shown = self._shown_places()
        return [
            (ErrorPlace(field_id(path), _words_of(path, shown)), text)
            for path, texts in self.errors.items()
            for text in texts
        ]

    # -- rows ----------------------------------------------------------------------------------------------------

    def change_rows(self, act: str) -> bool:
        """`add segments[0].criteria`, `remove …[1]`, `up …[1]`, `down …[1]`; False where that makes no sense."""
        match = _ACT.fullmatch(act)
        found = self._list_at(match[2]) if match else None
        if match is None or found is None or _part_of(match[2]) in self.fixed:
            return False
        schema, rows, number = found
        if match[1] == "add":
            return self._add_row(schema, rows, match[2])
        if number is None or number >= len(rows):
            return False
        row = rows.pop(number)
        if match[1] != "remove":
            rows.insert(max(0, number + (-1 if match[1] == "up" else 1)), row)
        return True

    def _add_row(self, schema: Rows, rows: list[Typed], path: str) -> bool:
        if len(rows) >= MOST_ROWS:
            self._add_error(path, f"最多 {MOST_ROWS} 行。")
            return False
        place = len(rows) - 1 if rows and _stays_last(rows[-1]) else len(rows)
        rows.insert(place, self._fresh(schema, self._codes_beside(path)))
        self.focus = f"{path}[{place}]"
        return True

    def _fresh(self, schema: Rows, taken: set[str]) -> Typed:
        row: Typed = {leaf.key: "" for leaf in schema.leaves} | {each.key: [] for each in schema.lists}
        row |= copy.deepcopy(dict(schema.fresh))
        if schema.code:
            row["code"] = next(code for n in range(1, 9_999) if (code := f"{schema.code}{n}") not in taken)
        for each in schema.lists:
            row[each.key] = [self._fresh(each, set()) | given for given in row[each.key]]
        return row

    def _codes_beside(self, path: str) -> set[str]:
        """Codes that a new row of this list may not have; tiers and titles of a group share theirs."""
        head, _, key = path.rpartition(".")
        keys = ("tiers", "titles") if key in ("tiers", "titles") else (key,)
        lists = [self._list_at(f"{head}.{each}" if head else each) for each in keys]
        return {row.get("code", "") for found in lists if found for row in found[1]} | {RESERVES_LINE}

    def _list_at(self, path: str) -> tuple[Rows, list[Typed], int | None] | None:
        """The list of that path (with the row's number, if the path ends in one); None if there is none."""
        schemas: Iterable[Rows] = LISTS
        here: Typed = self.typed
        found: tuple[Rows, list[Typed], int | None] | None = None
        for key, number in _STEP_OF_PATH.findall(path):
            schema = next((each for each in schemas if each.key == key), None)
            if schema is None or (found is not None and found[2] is None):
                return None
            rows: list[Typed] = here[key]
            found = (schema, rows, int(number) if number else None)
            if number and int(number) < len(rows):
                here, schemas = rows[int(number)], schema.lists
            elif number:
                return None
        return found

    # -- errors --------------------------------------------------------------------------------------------------

    def _refuse_numbers_beside_rest(self) -> None:
        for group, row in enumerate(self.typed["groups"]):
            for tier, each in enumerate(row["tiers"]):
                if each["size"] == "rest" and each["number"]:
                    self._add_error(f"groups[{group}].tiers[{tier}].number", "“其余全部”不填数字，请清空。")

    def _add_error(self, path: str, text: str) -> None:
        self.errors.setdefault(path, []).append(text)

    def place(self, path: str) -> str:
        """Where on the page an error about this place of the document stands: its field, or what it is in."""
        shown = self._shown_places()
        while path and path not in shown:
            head, _, key = path.rpartition(".")
            alias = f"{head}.{_ALIASES.get(key, key)}"
            if alias in shown:
                return alias
            path = path[: path.rindex("[")] if path.endswith("]") else head
        return path

    def _shown_places(self) -> Mapping[str, Leaf | None]:
        """Every field and every row of the page; None for rows and lists."""
        places: dict[str, Leaf | None] = {leaf.key: leaf for leaf in (NAME, BOUNDARY)}
        for key, leaves in PARTS.items():
            places |= {f"{key}.{leaf.key}": leaf for leaf in leaves}
        for rows in LISTS:
            places |= _places_of(rows, rows.key, self.typed[rows.key])
        return {path: leaf for path, leaf in places.items() if _part_of(path) not in self.fixed}

    def _words(self, place: str, fault: engine.Fault) -> str:
        leaf = self._shown_places().get(place)
        return _WORDS.get((leaf.kind, fault.code), fault.message) if leaf else fault.message

    # -- for the page --------------------------------------------------------------------------------------------

    @property
    def top_errors(self) -> tuple[str, ...]:
        return tuple(self.errors.get("", ()))

    @property
    def title(self) -> BoundLeaf:
        return self._bound(NAME, "title", self.typed["title"])

    @property
    def boundary(self) -> BoundLeaf:
        return self._bound(BOUNDARY, "boundary", self.typed["boundary"])

    @property
    def aggregation(self) -> tuple[BoundLeaf, ...]:
        return self._part("aggregation")

    @property
    def rounding(self) -> tuple[BoundLeaf, ...]:
        return self._part("rounding")

    @property
    def segments(self) -> BoundRows:
        return self._rows(SEGMENTS, "segments", self.typed["segments"])

    @property
    def penalties(self) -> BoundRows:
        return self._rows(PENALTIES, "penalties", self.typed["penalties"])

    @property
    def tie_chain(self) -> BoundRows:
        return self._rows(TIE_CHAIN, "tie_chain", self.typed["tie_chain"])

    @property
    def groups(self) -> BoundRows:
        return self._rows(GROUPS, "groups", self.typed["groups"])

    def _part(self, key: str) -> tuple[BoundLeaf, ...]:
        return tuple(self._bound(leaf, f"{key}.{leaf.key}", self.typed[key][leaf.key]) for leaf in PARTS[key])

    def _rows(self, schema: Rows, path: str, rows: list[Typed], is_idle: bool = False) -> BoundRows:
        bound = tuple(self._row(schema, f"{path}[{place}]", place, row, len(rows)) for place, row in enumerate(rows))
        return BoundRows(path, schema.noun, bound, tuple(self.errors.get(path, ())), is_idle)

    def _row(self, schema: Rows, path: str, place: int, row: Typed, of: int) -> BoundRow:
        leaves = [leaf for leaf in schema.leaves if asked(leaf.only, row)]
        focused = next((leaf.key for leaf in leaves if leaf.kind != "hidden"), "") if self.focus == path else ""
        return BoundRow(
            number=place + 1,
            path=path,
            title=row.get("title", ""),
            leaves=tuple(
                self._bound(leaf, f"{path}.{leaf.key}", row.get(leaf.key, ""), leaf.key == focused) for leaf in leaves
            ),
            lists=tuple(
                self._rows(each, f"{path}.{each.key}", row[each.key], not asked(each.only, row))
                for each in schema.lists
                if asked(each.only, row) or row[each.key]
            ),
            errors=tuple(self.errors.get(path, ())),
            is_first=place == 0,
            is_last=place == of - 1,
        )

    def _bound(self, leaf: Leaf, name: str, value: str, focused: bool = False) -> BoundLeaf:
        choices = self._choices(leaf)
        if leaf.kind == "select" and value not in dict(choices):
            choices = [(value, "（已经没有这一项）" if value else "请选择"), *choices]
        return BoundLeaf(leaf, name, value, choices, tuple(self.errors.get(name, ())), focused)

    def _choices(self, leaf: Leaf) -> Choices:
        if leaf.key == "segment":
            return [(each["code"], each["title"] or "（未命名）") for each in self.typed["segments"]]
        if leaf.key == "step" and not leaf.choices:
            return [*self._criterion_steps(), *TIE_STEPS]
        return leaf.choices

    def _criterion_steps(self) -> Choices:
        panels = [each for each in self.typed["segments"] if each["scored_by"] == "panel"]
        return [
            (
                f"criterion {segment['code']} {each['code']}",
                f"{segment['title'] + '·' if len(panels) > 1 else ''}{each['title'] or '（未命名）'}平均分高的在前",
            )
            for segment in panels
            for each in segment["criteria"]
        ]


def _words_of(path: str, shown: Mapping[str, Leaf | None]) -> str:
    """A place as somebody would say it who points at the page."""
    words: list[str] = []
    schemas: Iterable[Rows] = LISTS
    for key, number in _STEP_OF_PATH.findall(path):
        schema = next((each for each in schemas if each.key == key), None)
        if schema is not None:
            words.append(f"{schema.noun} {int(number) + 1}" if number else schema.noun)
            schemas = schema.lists
    leaf = shown.get(path)
    return " · ".join([*words, leaf.label] if leaf else words)


def _part_of(path: str) -> str:
    """The top-level part of the document that a place is in."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _stays_last(row: Typed) -> bool:
    """A tier that takes the rest, or the final decision: new rows come before it."""
    return row.get("size") == "rest" or row.get("step") == "decision"


def _places_of(rows: Rows, path: str, typed: list[Typed]) -> dict[str, Leaf | None]:
    places: dict[str, Leaf | None] = {path: None}
    for number, row in enumerate(typed):
        at = f"{path}[{number}]"
        places[at] = None
        shown = (leaf for leaf in rows.leaves if leaf.kind != "hidden" and asked(leaf.only, row))
        places |= {f"{at}.{leaf.key}": leaf for leaf in shown}
        for each in rows.lists:
            places |= _places_of(each, f"{at}.{each.key}", row[each.key])
    return places
