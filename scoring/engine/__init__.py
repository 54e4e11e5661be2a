"""The judging engine: exact, pure, without Django and without I/O (design §4; docs/result-book.md is its contract)."""

from scoring.engine.arithmetic import (
    decimal_text,
    exact_text,
    hundredths,
    quota,
    round_half_up,
    standard_ranks,
    trimmed_mean,
)
from scoring.engine.assignment import Assignment, Short, assign, next_reviewer
from scoring.engine.awards import Awards, Boundary, Placement, TitleHolder
from scoring.engine.computing import compute, recompute_book
from scoring.engine.example import Example, worked_example
from scoring.engine.faults import DocumentInvalid, Fault, InputInvalid, MarkInvalid, RulebookInvalid
from scoring.engine.findings import Finding
from scoring.engine.input_reading import parse_input
from scoring.engine.lint import lint_document, lint_rulebook
from scoring.engine.marks import parse_mark
from scoring.engine.outcome import Outcome, Standing
from scoring.engine.presets import PRESETS, Preset
from scoring.engine.round_input import Decision, Deduction, Entry, RoundInput, Runoff, Sheet
from scoring.engine.rulebook import (
    Aggregation,
    AwardTitle,
    Criterion,
    Group,
    PenaltyRule,
    Rounding,
    Rulebook,
    Segment,
    Tier,
    TieStep,
)
from scoring.engine.rulebook_reading import parse_rulebook
from scoring.engine.ties import Tie, TriedStep

__all__ = [
    "PRESETS",
    "Aggregation",
    "Assignment",
    "AwardTitle",
    "Awards",
    "Boundary",
    "Criterion",
    "Decision",
    "Deduction",
    "DocumentInvalid",
    "Entry",
    "Example",
    "Fault",
    "Finding",
    "Group",
    "InputInvalid",
    "MarkInvalid",
    "Outcome",
    "PenaltyRule",
    "Placement",
    "Preset",
    "RoundInput",
    "Rounding",
    "Rulebook",
    "RulebookInvalid",
    "Runoff",
    "Segment",
    "Sheet",
    "Short",
    "Standing",
    "Tie",
    "TieStep",
    "Tier",
    "TitleHolder",
    "TriedStep",
    "assign",
    "compute",
    "decimal_text",
    "exact_text",
    "hundredths",
    "lint_document",
    "lint_rulebook",
    "next_reviewer",
    "parse_input",
    "parse_mark",
    "parse_rulebook",
    "quota",
    "recompute_book",
    "round_half_up",
    "standard_ranks",
    "trimmed_mean",
    "worked_example",
]
