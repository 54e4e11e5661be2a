"""Names that must not be shown any more: 某某 stands in their place, the list stays whole (design §13 privacy)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core.text.names import is_plausible_name, normalise_name

MASK = "某某"
# Of a document: what is no text for people, and so stays as it is.
_KEPT = frozenset({"kind", "dated", "subject", "id", "format", "size", "sha256"})
_NAMES = frozenset({"people", "tutors"})


def masked_document(document: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A published text with 某某 for each of the names, in titles, body, lists and names of attachments alike."""
    hidden = tuple(sorted({normalise_name(name) for name in names if name.strip()}))
    if not hidden:
        return document
    return {key: value if key in _KEPT else _masked(value, hidden) for key, value in document.items()}


def masked_text(text: str, names: Sequence[str]) -> str:
    """A text with 某某 for each name, also where blanks stand between its characters, as in 王　明."""
    hidden = tuple(sorted({normalise_name(name) for name in names if name.strip()}))
    return _pattern(hidden).sub(MASK, text) if hidden else text


def _masked(value: Any, hidden: tuple[str, ...], *, of_names: bool = False) -> Any:
    if isinstance(value, str):
        return _masked_name(value, hidden) if of_names else _pattern(hidden).sub(MASK, value)
    if isinstance(value, list | tuple):
        return [_masked(each, hidden, of_names=of_names) for each in value]
    if isinstance(value, dict):
        return {
            key: each if key in _KEPT else _masked(each, hidden, of_names=key in _NAMES) for key, each in value.items()
        }
    return value


def _masked_name(text: str, hidden: tuple[str, ...]) -> str:
    """王明 is hidden, 王明亮 is somebody else; what is no plain name is searched like any text."""
    name = normalise_name(text)
    if name in hidden:
        return MASK
    return text if is_plausible_name(name) else _pattern(hidden).sub(MASK, text)


@lru_cache(maxsize=64)
def _pattern(hidden: tuple[str, ...]) -> "re.Pattern[str]":
    longest_first = sorted(hidden, key=len, reverse=True)
    return re.compile("|".join(r"[ \t\u3000]*".join(re.escape(char) for char in name) for name in longest_first))
