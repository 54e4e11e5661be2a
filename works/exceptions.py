"""What works refuses."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.exceptions import ConflictError, DomainError


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a work; `code` names the kind for programs."""

    field: str
    code: str
    message: str


class WorkRefused(DomainError):
    """An act on a work or a selection that the rules do not allow; the sentence says why and what to do."""


class SettingRefused(WorkRefused):
    """A setting that cannot be; `field` names the field of the form where the sentence belongs, empty for none."""

    code = "setting_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class WorkFaulty(WorkRefused):
    """A work with faults, which was not handed in; `faults` holds them by field."""

    code = "work_faulty"

    def __init__(self, message: str, *, faults: "Sequence[FieldFault]" = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


class StaleWork(ConflictError):
    """A work that has changed since the form was opened (pitfall 20): nothing was overwritten.

    `stored` is what is kept now, under `version`; `typed` is what this form holds; keys as for typed_values.
    """

    code = "stale_work"

    def __init__(self, message: str, *, stored: "dict[str, str]", version: int, typed: "dict[str, str]") -> None:
        super().__init__(message)
        self.stored = stored
        self.version = version
        self.typed = typed
