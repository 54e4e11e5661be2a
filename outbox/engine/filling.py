"""Placeholders of message templates: replaced once, by name, and nothing else is ever evaluated (pitfall 21)."""

import re
from collections.abc import Mapping, Sequence

_PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def fill(text: str, words: Mapping[str, str]) -> str:
    """`text` with each known {placeholder} replaced. One pass: braces inside a word stay text, as do unknown names."""
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def fill_subject(text: str, words: Mapping[str, str]) -> str:
    """The same in one line: breaks of lines and control characters, of the words too, become spaces."""
    return " ".join(_CONTROLS.sub(" ", fill(text, words)).split())


def unknown_placeholders(text: str, allowed: Sequence[str]) -> list[str]:
    """Names in braces that this kind of message does not know, in their order."""
    return list(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name not in allowed))
