"""Reads a JSON document whose types nobody has checked yet, and notes every fault with its place.

A reader never stops at a fault: it notes it and goes on with a harmless value, and whoever reads a document raises at
the end if anything was noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from scoring.engine.arithmetic import PLAIN_DECIMAL
from scoring.engine.faults import Faults

ZERO = Decimal(0)
ABSENT = object()
LONGEST_CODE = 40
LONGEST_TEXT = 500


class Node:
    """An object of the document: its values by key, its place, and where its faults go."""

    def __init__(self, value: object, path: str, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self.is_readable = isinstance(value, Mapping)
        self.values: Mapping[object, object] = value if isinstance(value, Mapping) else {}
        if not self.is_readable:
            if value is not ABSENT:
                faults.add(path, "type", "这里应是一个对象。")
            faults.give_up(path)

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, code: str, message: str) -> None:
        self.faults.add(self.at(key), code, message)

    def has(self, key: str) -> bool:
        return key in self.values

    def is_null(self, key: str) -> bool:
        return key in self.values and self.values[key] is None

    def expect_keys(self, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Notes each missing and each unknown key."""
        if not self.is_readable:
            return
        wanted = list(required)
        for key in wanted:
            if key not in self.values:
                self.fault(key, "missing", "缺少这一项。")
        known = {*wanted, *optional}
        for given in self.values:
            if given not in known:
                self.fault(str(given), "unknown", f"没有名为“{given}”的项。")

    def text(self, key: str, *, blank: bool = False) -> str:
        value = self.values.get(key)
        if not isinstance(value, str):
            return self._refuse_text(key, "type", "应是文字。")
        if not blank and not value.strip():
            return self._refuse_text(key, "blank", "不能为空。")
        if len(value) > LONGEST_TEXT:
            return self._refuse_text(key, "length", f"太长：最多 {LONGEST_TEXT} 个字。")
        return value

    def _refuse_text(self, key: str, code: str, message: str) -> str:
        if self.has(key):
            self.fault(key, code, message)
        return ""

    def code(self, key: str) -> str:
        """A short name without spaces."""
        return checked_code(self.values.get(key), self.at(key), self.faults) if self.has(key) else ""

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value in allowed:
            return value
        if self.has(key):
            self.fault(key, "choice", f"应为 {'、'.join(allowed)} 之一。")
        return allowed[0]

    def whole(self, key: str, *, low: int, high: int) -> int:
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if self.has(key):
            self.fault(key, "whole", f"应是 {low} 至 {high} 的整数。")
        return low

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if isinstance(value, bool):
            return value
        if self.has(key):
            self.fault(key, "flag", "应为 true 或 false。")
        return False

    def decimal(self, key: str) -> Decimal:
        """A number written as text, with at most two decimals; a JSON number is refused, since it may be a float."""
        value = self.values.get(key)
        if isinstance(value, str) and PLAIN_DECIMAL.fullmatch(value):
            return Decimal(value)
        if self.has(key):
            self.fault(key, "number", "应是写成文字的数，如 27.5：整数部分最多三位，小数最多两位。")
        return ZERO

    def node(self, key: str) -> Node:
        return Node(self.values.get(key, ABSENT), self.at(key), self.faults)

    def listed(self, key: str) -> list[object]:
        value = self.values.get(key, [])
        if isinstance(value, list | tuple):
            return list(value)
        self.fault(key, "type", "这里应是一个列表。")
        return []

    def nodes(self, key: str) -> list[Node]:
        return [Node(value, f"{self.at(key)}[{place}]", self.faults) for place, value in enumerate(self.listed(key))]

    def codes(self, key: str) -> tuple[str, ...]:
        """A list of codes, each once."""
        found = []
        for place, value in enumerate(self.listed(key)):
            path = f"{self.at(key)}[{place}]"
            code = checked_code(value, path, self.faults)
            if code and code in found:
                self.faults.add(path, "duplicate", f"“{code}”重复了。")
            found.append(code)
        return tuple(found)


def checked_code(value: object, path: str, faults: Faults) -> str:
    if isinstance(value, str) and 0 < len(value) <= LONGEST_CODE and value.isprintable() and " " not in value:
        return value
    faults.add(path, "code", f"应是 1 至 {LONGEST_CODE} 个字符的代码，不含空格。")
    return ""


def refuse_repeats(nodes: Sequence[Node], what: str, taken: Collection[str] = ()) -> None:
    """Notes each `code` that an earlier one of the nodes has, or that is `taken`."""
    seen = set(taken)
    for node in nodes:
        code = node.values.get("code")
        if not isinstance(code, str):
            continue
        if code in seen:
            node.fault("code", "duplicate", f"{what}代码“{code}”重复了，或已另有用途。")
        seen.add(code)
