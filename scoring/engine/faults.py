"""What is wrong with a rulebook, an input or a mark, said in Chinese and with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATH_JOINT = re.compile(r"[.\[]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `path` in the document (`segments[0].weight`), a stable `code`, a Chinese sentence."""

    path: str
    code: str
    message: str


class DocumentInvalid(ValueError):
    """A document was refused; `faults` lists everything that is wrong with it, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("；".join(f"{fault.path}：{fault.message}" for fault in faults))


class RulebookInvalid(DocumentInvalid):
    """The rules are incomplete or contradict one another."""


class InputInvalid(DocumentInvalid):
    """Entries, sheets, runoffs or decisions do not fit the rulebook."""


class MarkInvalid(ValueError):
    """A typed mark was refused: `code` is `blank`, `format`, `range` or `step`."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class Faults:
    """Collects faults while a document is read, so that all are reported at once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self._touched: set[str] = set()
        self._unreadable: set[str] = set()

    def add(self, path: str, code: str, message: str) -> None:
        self.found.append(Fault(path, code, message))
        self._touched.update(_path_and_parents(path))

    def give_up(self, path: str) -> None:
        """Says that nothing under this place can be read, so that nothing more is said about what is there."""
        self._unreadable.add(path)

    def clear_at(self, *paths: str) -> bool:
        """Whether nothing is wrong at, under or above these places, so that a check across them makes sense."""
        if not self._touched.isdisjoint(paths):
            return False
        return not self._unreadable or all(self._unreadable.isdisjoint(_path_and_parents(path)) for path in paths)


def _path_and_parents(path: str) -> list[str]:
    return ["", *(path[: joint.start()] for joint in PATH_JOINT.finditer(path)), path]
