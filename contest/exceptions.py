"""What can be refused in a contest's office."""

from core.exceptions import DomainError


class ContestRefused(DomainError):
    """An act that must not happen now; the sentence says why and what to do first."""

    code = "contest_refused"


class RegistrationRefused(DomainError):
    """A registration with faults; `faults` holds them by field."""

    code = "registration_refused"

    def __init__(self, message: str, *, faults: "list[tuple[str, str]] | None" = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class DrawRefused(DomainError):
    """A draw that is not allowed now."""

    code = "draw_refused"
