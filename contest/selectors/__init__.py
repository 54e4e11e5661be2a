"""What a contest's office shows, and what stands in the way of its next act."""

from contest.selectors.draws import Pair, draw_blockers, drawable_contestants, kinship_pairs
from contest.selectors.finalists import open_places
from contest.selectors.overview import GroupState, NextStep, Stage, first_step, group_states, stages
from contest.selectors.registrations import own_certificates, own_registrations, registered

__all__ = [
    "GroupState",
    "NextStep",
    "Pair",
    "Stage",
    "draw_blockers",
    "drawable_contestants",
    "first_step",
    "group_states",
    "kinship_pairs",
    "open_places",
    "own_certificates",
    "own_registrations",
    "registered",
    "stages",
]
