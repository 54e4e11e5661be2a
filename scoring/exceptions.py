"""Refusals of scoring: each carries a Chinese sentence and what a page needs to show beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.exceptions import ConflictError, DomainError


@dataclass(frozen=True, slots=True)
class Blocker:
    """未了事项: one thing that stands in the way of an act; `blocks` is false for a warning.

    `code` names the kind (`owed_sheets`, `open_recusals`, `open_paper`, `no_seconds` …); `seat` (J1 …) and `entries`
    (codes) say where, when it is about a judge or about entries.
    """

    code: str
    text: str
    blocks: bool = True
    seat: str = ""
    entries: tuple[str, ...] = ()


class ActBlocked(DomainError):
    """An act is refused because something else must be done first; `blockers` lists all of it."""

    code = "blocked"

    def __init__(self, message: str, blockers: Sequence[Blocker]) -> None:
        self.blockers = tuple(blockers)
        super().__init__(message + "".join(f"\n· {blocker.text}" for blocker in self.blockers))


class RulebookRefused(DomainError):
    """A rulebook makes no sense: `faults` maps each place in the document to its sentence."""

    code = "rulebook"

    def __init__(self, message: str, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(message)


class MarksInvalid(DomainError):
    """Marks were refused, nothing was stored: `errors` maps each criterion to its sentence; the form keeps the text."""

    code = "invalid"

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(message)


class SheetChanged(ConflictError):
    """The sheet has a newer version than the one that was seen (pitfalls 12, 13, 20): the judge chooses.

    `marks`, `total`, `version` and `state` are what is stored now.
    """

    def __init__(self, message: str, *, marks: Mapping[str, str], total: str | None, version: int, state: str) -> None:
        self.marks = dict(marks)
        self.total = total
        self.version = version
        self.state = state
        super().__init__(message)


class CommentNeeded(DomainError):
    """The total is outside the band in which no comment is required, and there is none to the office."""

    code = "comment"


class CommentTooLong(DomainError):
    """A comment was refused, nothing was stored: `errors` maps each kind (office, author) to its sentence."""

    code = "too_long"

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(message)


class CommentsChanged(ConflictError):
    """The comments have a newer version than the one that was seen (pitfall 20): what stands now."""

    def __init__(self, message: str, *, version: int, to_office: str, to_author: str) -> None:
        self.version = version
        self.to_office = to_office
        self.to_author = to_author
        super().__init__(message)


class SheetClosed(DomainError):
    """This sheet takes no marks from this account: not its judge, recused, seat removed, round not open."""

    code = "closed"


class Locked(DomainError):
    """The entry or the round is locked; only a correction by two accounts can change it (design §5)."""

    code = "locked"


class SecondAccountNeeded(DomainError):
    """The second of two acts was tried by the account that did the first (design §5)."""

    code = "second_account"


class PaperMismatch(DomainError):
    """The marks typed by the second account differ from the first's (pitfall 25): `errors` by criterion."""

    code = "mismatch"

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(message)
