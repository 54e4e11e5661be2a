"""What can be refused on the way from a ranking to a published list."""

from core.exceptions import DomainError


class ResultRefused(DomainError):
    """An act on a result that must not happen now; the sentence says what stands in the way."""

    code = "result_refused"


class ObjectionRefused(DomainError):
    """An objection that cannot be received as it is, or an act on one; `field` names what of the form is meant."""

    code = "objection_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
