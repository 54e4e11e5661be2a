"""Names of files for people: safe on Windows, macOS, Linux and in a ZIP, and never twice in one folder."""

import re
import unicodedata

LONGEST_PART = 40
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def forbidden_sign(text: str) -> str:
    """The first sign that no file's name may hold; empty where there is none."""
    found = _FORBIDDEN.search(text)
    return found[0] if found else ""


def safe_name(text: str, *, longest: int = LONGEST_PART) -> str:
    """Text as one part of a file's name: nothing that a file system or ZIP refuses, or that reads backwards."""
    plain = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) not in _UNSEEN)
    return _FORBIDDEN.sub("－", plain).strip(" .")[:longest].strip(" .")


def unique_name(name: str, taken: set[str]) -> str:
    """The name, or with “(2)” before its extension where it is taken; notes it in `taken`, whatever its case."""
    stem, dot, extension = name.rpartition(".")
    number, found = 2, name
    while found.casefold() in taken:
        found = f"{stem}({number}){dot}{extension}" if dot else f"{name}({number})"
        number += 1
    taken.add(found.casefold())
    return found
