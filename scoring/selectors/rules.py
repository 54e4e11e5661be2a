"""A rulebook's rules as the engine takes them."""

from scoring import engine
from scoring.models import Rulebook

_MOST_KEPT = 64
_parsed: dict[str, engine.Rulebook] = {}


def rules_of(rulebook: Rulebook) -> engine.Rulebook:
    """The parsed rules of a stored rulebook.

    Kept per process by digest: rulebooks are append-only, and a save of marks should not parse a document each time
    (nor read it: callers may defer `document`).
    """
    rules = _parsed.get(rulebook.sha256)
    if rules is None:
        rules = engine.parse_rulebook(rulebook.document)
        if len(_parsed) >= _MOST_KEPT:
            _parsed.clear()
        _parsed[rulebook.sha256] = rules
    return rules
