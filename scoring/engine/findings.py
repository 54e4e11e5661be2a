"""What the linter says about rules: how grave, where, and in Chinese."""

from __future__ import annotations

from dataclasses import dataclass

STOP, DOUBT, HINT = "stop", "doubt", "hint"
SEVERITIES = (STOP, DOUBT, HINT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that cannot work (`stop`), is probably not meant (`doubt`) or is worth knowing (`hint`).

    `path` is its place in the document (`groups[0].tiers[1].count`), `code` names the kind and is stable.
    """

    severity: str
    code: str
    path: str
    text: str
