"""What results show, and what stands in the way of the next act; other apps import from here."""

from results.selectors.blockers import Blocker, blockers, boundary_texts, round_blockers
from results.selectors.difference import ChangedRow, Difference, Words, roster_difference
from results.selectors.results import (
    Row,
    confirmation_of,
    latest_roster,
    latest_snapshot,
    published_results,
    roster_digest,
    roster_faults,
    row_faults,
)

__all__ = [
    "Blocker",
    "ChangedRow",
    "Difference",
    "Row",
    "Words",
    "blockers",
    "boundary_texts",
    "confirmation_of",
    "latest_roster",
    "latest_snapshot",
    "published_results",
    "roster_difference",
    "roster_digest",
    "roster_faults",
    "round_blockers",
    "row_faults",
]
