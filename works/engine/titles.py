"""Titles as they are compared: the same work is written in many ways."""

import unicodedata

_LONGEST = 120  # Work.title_index


def title_index(title: str) -> str:
    """A title without what people write now this way, now that: width, case, spaces, brackets and marks.

    Letters, digits and Chinese characters stay, so that “《星空》（第2版）” and “星空 第２版” are the same.
    """
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")[:_LONGEST]
