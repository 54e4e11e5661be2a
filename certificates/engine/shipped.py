"""The layouts that ship with the product, as documents like those that an office makes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "layouts"
CODES = ("plain", "classic", "official", "modern")
DEFAULT = "plain"


@cache
def _text(code: str) -> str:
    return (FOLDER / f"{code}.json").read_text(encoding="utf-8")


def shipped_document(code: str) -> dict[str, object]:
    """A fresh copy of a shipped layout's document; KeyError for a code that is none of CODES."""
    if code not in CODES:
        raise KeyError(code)
    document: dict[str, object] = json.loads(_text(code))
    return document
