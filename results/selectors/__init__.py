"""What results show, and what stands in the way of the next act; other apps import from here."""

from results.selectors.blockers import (
    Blocker,
    Departure,
    blockers,
    boundary_texts,
    departed_of,
    is_public_roster,
    judging_blockers,
    round_blockers,
)
from results.selectors.chain import Chain, Step, chain_of
from results.selectors.difference import ChangedRow, Difference, Words, roster_difference
from results.selectors.hiding import hidden_codes, hidden_entries, hidden_names
from results.selectors.objections import (
    Candidate,
    handler_candidates,
    handler_fault,
    last_period,
    objection_faults,
    objections_of,
    open_objections,
    period_at,
    publicised_rows,
)
from results.selectors.publicity import publicities_of, result_of_subject, standing_publicities, subject_of
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
    "Candidate",
    "Chain",
    "ChangedRow",
    "Departure",
    "Difference",
    "Row",
    "Step",
    "Words",
    "blockers",
    "boundary_texts",
    "chain_of",
    "confirmation_of",
    "departed_of",
    "handler_candidates",
    "handler_fault",
    "hidden_codes",
    "hidden_entries",
    "hidden_names",
    "is_public_roster",
    "judging_blockers",
    "last_period",
    "latest_roster",
    "latest_snapshot",
    "objection_faults",
    "objections_of",
    "open_objections",
    "period_at",
    "publicised_rows",
    "publicities_of",
    "published_results",
    "result_of_subject",
    "roster_difference",
    "roster_digest",
    "roster_faults",
    "round_blockers",
    "row_faults",
    "standing_publicities",
    "subject_of",
]
