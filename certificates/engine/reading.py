"""Reads a JSON document whose types nobody has checked yet, and notes every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from certificates.engine.faults import Fault
from core.text.characters import find_bad_characters

NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,2})?")
COLOUR = re.compile(r"#[0-9a-f]{6}")
SHA256 = re.compile(r"[0-9a-f]{64}")
ZERO = Decimal(0)


class Node:
    """An object of the document: its values by key, its place, and where its faults go."""

    def __init__(self, value: object, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self.is_readable = isinstance(value, Mapping)
        self.values: Mapping[object, object] = value if isinstance(value, Mapping) else {}
        if not self.is_readable:
            faults.append(Fault(path, "type", "这里应是一个对象。"))

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, code: str, message: str) -> None:
        self.faults.append(Fault(self.at(key), code, message))

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

    def text(self, key: str, *, longest: int, blank: bool = False) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.fault(key, "type", "应是文字。")
            return ""
        if len(value) > longest:
            self.fault(key, "length", f"太长：最多 {longest} 个字。")
        elif not blank and key in self.values and not value.strip():
            self.fault(key, "blank", "不能为空。")
        return value

    def name(self, key: str, *, longest: int, blank: bool = False) -> str:
        """A text that stands in one line and says nothing unseen."""
        value = self.text(key, longest=longest, blank=blank)
        for bad in find_bad_characters(value):
            self.fault(key, bad.kind, bad.message)
        return value

    def matched(self, key: str, pattern: re.Pattern[str], message: str) -> str:
        """A text of one form, or "" where the document leaves it empty."""
        value = self.values.get(key, "")
        if value == "" or (isinstance(value, str) and pattern.fullmatch(value)):
            return str(value)
        self.fault(key, "form", message)
        return ""

    def colour(self, key: str, default: str = "") -> str:
        return self.matched(key, COLOUR, "应是颜色，如 #a9201a。") or default

    def asset(self, key: str) -> str:
        return self.matched(key, SHA256, "应是已上传图片的校验值。")

    def choice(self, key: str, allowed: Sequence[str], default: str) -> str:
        value = self.values.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.fault(key, "choice", f"应为 {'、'.join(allowed)} 之一。")
        return default

    def weight(self, key: str, allowed: Sequence[int], default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value in allowed:
            return value
        self.fault(key, "choice", f"应为 {'、'.join(str(each) for each in allowed)} 之一。")
        return default

    def number(self, key: str, *, low: str, high: str, default: str = "0") -> Decimal:
        """A number written as text, so that a document has one spelling; within its bounds."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not NUMBER.fullmatch(value):
            self.fault(key, "number", "应是写成文字的数，如 27.5：小数最多两位。")
            return Decimal(default)
        number = Decimal(value)
        if not Decimal(low) <= number <= Decimal(high):
            self.fault(key, "range", f"应在 {low} 至 {high} 之间，现在是 {value}。")
        return number

    def node(self, key: str) -> Node:
        return Node(self.values.get(key, {}), self.at(key), self.faults)

    def nodes(self, key: str) -> list[Node]:
        value = self.values.get(key, [])
        if not isinstance(value, list | tuple):
            self.fault(key, "type", "这里应是一个列表。")
            return []
        return [Node(each, f"{self.at(key)}[{place}]", self.faults) for place, each in enumerate(value)]
