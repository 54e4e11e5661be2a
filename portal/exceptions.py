"""What can be refused of an edition as a whole."""

from core.exceptions import DomainError


class EditionRefused(DomainError):
    """A setting or an act that cannot be; `field` names the field of the form where the sentence belongs."""

    code = "edition_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
