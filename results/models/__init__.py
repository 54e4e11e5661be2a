"""Results, rosters, their public notice period, and objections."""

from results.models.objections import Objection, ObjectionFile, ObjectionStep
from results.models.publicity import HiddenEntry, Publicity
from results.models.results import Confirmation, Result, Roster

__all__ = [
    "Confirmation",
    "HiddenEntry",
    "Objection",
    "ObjectionFile",
    "ObjectionStep",
    "Publicity",
    "Result",
    "Roster",
]
