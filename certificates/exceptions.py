"""What can go wrong with certificates."""

from collections.abc import Mapping, Sequence

from core.exceptions import DomainError


class CannotTypeset(DomainError):
    """The words cannot be set, for example for want of a glyph; the row is parked with the reason."""

    code = "cannot_typeset"


class BatchRefused(DomainError):
    """An act on a batch that must not happen now, or a download of one that cannot be made."""

    code = "batch_refused"


class CertificateRefused(DomainError):
    """An act on one certificate that must not happen."""

    code = "certificate_refused"


class LayoutRefused(DomainError):
    """A layout makes no sense: `faults` maps each place in the document to its sentence."""

    code = "layout"

    def __init__(self, message: str, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(message)


class IssuingBlocked(DomainError):
    """Words that the layout cannot print as they are: `faults` pairs each recipient with the reason."""

    code = "issuing_blocked"

    def __init__(self, message: str, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(message)


class PictureRefused(DomainError):
    """A picture for layouts that is not taken."""

    code = "picture"
