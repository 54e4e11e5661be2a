"""What can be refused on the way from a ranking to a published list."""

from core.exceptions import DomainError


class ResultRefused(DomainError):
    """An act on a result that must not happen now; the sentence says what stands in the way."""

    code = "result_refused"
