"""What a contest's office shows, and what stands in the way of its next act."""

from contest.selectors.advancements import (
    AdvancementState,
    Line,
    Ranked,
    advancement_gaps,
    advancement_state,
    rooms_of,
)
from contest.selectors.calls import call_blockers
from contest.selectors.copying import contests_to_copy
from contest.selectors.course import Course, contest_course, deadline_words
from contest.selectors.draw_history import DrawHistory, DrawRecord, draw_document, draw_history
from contest.selectors.draws import (
    Pair,
    draw_blockers,
    drawable_contestants,
    drawn_groups,
    kinship_pairs,
    left_out_of_draw,
    without_video,
)
from contest.selectors.exhibits import exhibit_sheets
from contest.selectors.finalists import basis_of, extra_places, group_results, nominees, open_places
from contest.selectors.overview import GroupState, NextStep, Stage, first_step, group_states
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
    "Course",
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
    "call_blockers",
    "check_in_state",
    "contest_course",
    "contests_to_copy",
    "deadline_words",
    "draw_blockers",
    "draw_document",
    "draw_history",
    "drawable_contestants",
    "drawn_groups",
    "exhibit_sheets",
    "extra_places",
    "first_step",
    "group_results",
    "group_states",
    "kinship_pairs",
    "left_out_of_draw",
    "nominees",
    "open_places",
    "own_certificates",
    "own_registrations",
    "registered",
    "rooms_of",
    "running_order",
    "slot_seconds_of",
    "suggested_slot_seconds",
    "without_video",
]
