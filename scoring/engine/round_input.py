"""What was judged in one round: judges, entries, sheets, runoffs and decisions (docs/result-book.md, `input`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.engine.arithmetic import decimal_text, hundredths
from scoring.engine.rulebook import Segment

COMPETING = "competing"
STATUSES = (COMPETING, "withdrawn", "ineligible", "forfeited")
SUBMITTED = "submitted"
OWED = ("pending", "draft", "returned")
LEFT_OUT = ("recused", "absent")
STATES = (SUBMITTED, *OWED, *LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points off that somebody ordered, with the reason."""

    points: Decimal
    reason: str

    def as_document(self) -> dict[str, object]:
        return {"points": decimal_text(hundredths(self.points)), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Entry:
    """Whatever is scored; only a `competing` one is ranked or counted for any line (pitfall 1)."""

    code: str
    order: int
    title: str = ""
    status: str = COMPETING
    seconds: Mapping[str, int] = field(default_factory=dict)
    quiz: Mapping[str, Decimal] = field(default_factory=dict)
    deductions: tuple[Deduction, ...] = ()

    def as_document(self) -> dict[str, object]:
        return {
            "code": self.code,
            "title": self.title,
            "order": self.order,
            "status": self.status,
            "seconds": dict(self.seconds),
            "quiz": {segment: decimal_text(hundredths(score)) for segment, score in self.quiz.items()},
            "deductions": [deduction.as_document() for deduction in self.deductions],
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's marks of one entry in one segment: hundredths, in the order of the segment's criteria.

    A sheet that is not submitted has no marks, whatever its judge has typed so far (pitfall 5).
    """

    judge: str
    entry: str
    segment: str
    state: str
    marks: tuple[int, ...] = ()
    criteria: tuple[str, ...] = ()

    @classmethod
    def submitted(cls, *, judge: str, entry: str, segment: Segment, marks: Mapping[str, Decimal]) -> Sheet:
        """A submitted sheet from decimal marks by criterion.

        A criterion without a mark is refused with KeyError, a mark finer than a hundredth with ValueError; whether the
        marks fit range and step, parse_input checks.
        """
        criteria = tuple(criterion.code for criterion in segment.criteria)
        scaled = tuple(hundredths(marks[criterion]) for criterion in criteria)
        return cls(judge, entry, segment.code, SUBMITTED, scaled, criteria)

    def as_document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "judge": self.judge,
            "entry": self.entry,
            "segment": self.segment,
            "state": self.state,
            "marks": None,
            "total": None,
        }
        if self.state == SUBMITTED:
            marks = zip(self.criteria, self.marks, strict=True)
            document["marks"] = {criterion: decimal_text(mark) for criterion, mark in marks}
            document["total"] = decimal_text(sum(self.marks))
        return document


@dataclass(frozen=True, slots=True)
class Runoff:
    """The result of a 加赛: groups of entries, best first; entries of one group stayed equal."""

    order: tuple[tuple[str, ...], ...]

    def as_document(self) -> dict[str, object]:
        return {"order": [list(group) for group in self.order]}


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded decision on exactly these tied entries, best first."""

    order: tuple[str, ...]
    reason: str

    def as_document(self) -> dict[str, object]:
        return {"order": list(self.order), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class RoundInput:
    """Everything that a round is computed from.

    In an `assigned` round a cell of the score table without a sheet is one that nobody was asked to mark; elsewhere
    every cell has its sheet.
    """

    judges: tuple[str, ...]
    entries: tuple[Entry, ...]
    sheets: tuple[Sheet, ...]
    runoffs: tuple[Runoff, ...] = ()
    decisions: tuple[Decision, ...] = ()
    assigned: bool = False

    def as_document(self) -> dict[str, object]:
        """The `input` of a result book, in the order of the values held (parse_input puts sheets in book order).

        `assigned` stands there only where it is true: the books of all other rounds stay byte for byte as they were.
        """
        document: dict[str, object] = {
            "judges": list(self.judges),
            "entries": [entry.as_document() for entry in self.entries],
            "sheets": [sheet.as_document() for sheet in self.sheets],
            "runoffs": [runoff.as_document() for runoff in self.runoffs],
            "decisions": [decision.as_document() for decision in self.decisions],
        }
        return document | {"assigned": True} if self.assigned else document
