"""What is wrong with a layout's document, said in Chinese and with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `path` in the document (`boxes[2].width`), a stable `code`, a Chinese sentence."""

    path: str
    code: str
    message: str


class LayoutInvalid(ValueError):
    """A layout was refused; `faults` lists everything that is wrong with it, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("；".join(f"{fault.path}：{fault.message}" for fault in faults))
