"""A broken document is refused by name, never with a traceback: any part replaced by anything (Hypothesis)."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import InputInvalid, RulebookInvalid, recompute_book
from tests.scoring.engine.test_parse_input import sample as sample_input
from tests.scoring.engine.test_parse_rulebook import sample as sample_rules

BOOK: dict[str, Any] = {"round": {"group": "all"}, "rulebook": sample_rules(), "input": sample_input()}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.floats(allow_nan=True),
    st.sampled_from(["", "self", "content", "quiz", "01", "J1", "submitted", "draft", "criterion", "1", "100", "0.5"]),
    st.text(max_size=4),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of the document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from places(value[key])


COUNT = len(list(places(BOOK)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, COUNT - 1), ANYTHING, st.booleans()), min_size=1, max_size=3))
def test_broken_book_is_computed_or_refused(changes: list[tuple[int, Any, bool]]) -> None:
    book = json.loads(json.dumps(BOOK))
    for place, value, removed in changes:
        found = list(places(book))
        container, key = found[place % len(found)]
        if removed:
            del container[key]
        else:
            container[key] = value

    with suppress(RulebookInvalid, InputInvalid):
        recompute_book(book).as_document()
