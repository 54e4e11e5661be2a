"""What can go wrong with certificates."""

from core.exceptions import DomainError


class CannotTypeset(DomainError):
    """The words cannot be set, for example for want of a glyph; the row is parked with the reason."""

    code = "cannot_typeset"


class BatchRefused(DomainError):
    """A batch that cannot be handed on as it is asked for."""

    code = "batch_refused"
