"""What a contest's office shows, and what stands in the way of its next act."""

from contest.selectors.advancements import (
    AdvancementState,
    Line,
    Ranked,
    advancement_gaps,
    advancement_state,
    rooms_of,
)
from contest.selectors.draw_history import DrawHistory, DrawRecord, draw_document, draw_history
from contest.selectors.draws import Pair, draw_blockers, drawable_contestants, kinship_pairs, without_video
from contest.selectors.finalists import basis_of, extra_places, group_results, nominees, open_places
from contest.selectors.overview import GroupState, NextStep, Stage, first_step, group_states, stages
from contest.selectors.registrations import own_certificates, own_registrations, registered
from contest.selectors.running_order import (
    CheckInState,
    Slot,
    check_in_state,
    running_order,
    slot_seconds_of,
    suggested_slot_seconds,
)

__all__ = [
    "AdvancementState",
    "CheckInState",
    "DrawHistory",
    "DrawRecord",
    "GroupState",
    "Line",
    "NextStep",
    "Pair",
    "Ranked",
    "Slot",
    "Stage",
    "advancement_gaps",
    "advancement_state",
    "basis_of",
    "check_in_state",
    "draw_blockers",
    "draw_document",
    "draw_history",
    "drawable_contestants",
    "extra_places",
    "first_step",
    "group_results",
    "group_states",
    "kinship_pairs",
    "nominees",
    "open_places",
    "own_certificates",
    "own_registrations",
    "registered",
    "rooms_of",
    "running_order",
    "slot_seconds_of",
    "stages",
    "suggested_slot_seconds",
    "without_video",
]
