from core.exceptions import DomainError


class CleaningRefused(DomainError):
    """A file whose metadata cannot be removed with certainty."""

    code = "not_cleanable"
