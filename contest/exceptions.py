"""What can be refused in a contest's office."""

from core.exceptions import ConflictError, DomainError


class ContestRefused(DomainError):
    """An act that must not happen now; the sentence says why and what to do first."""

    code = "contest_refused"


class SettingRefused(ContestRefused):
    """A setting that cannot be; `field` names the field of the form where the sentence belongs, empty for none."""

    code = "setting_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class RegistrationRefused(DomainError):
    """A registration with faults; `faults` holds them by field."""

    code = "registration_refused"

    def __init__(self, message: str, *, faults: "list[tuple[str, str]] | None" = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class StaleRegistration(ConflictError):
    """A registration that has changed since the form was opened (pitfall 20): nothing was overwritten.

    `stored` is what is kept now, under `version`; `typed` is what this form holds; keys as for drafts.save_draft.
    """

    code = "stale_registration"

    def __init__(self, message: str, *, stored: "dict[str, str]", version: int, typed: "dict[str, str]") -> None:
        super().__init__(message)
        self.stored = stored
        self.version = version
        self.typed = typed


class DrawRefused(DomainError):
    """A draw that is not allowed now."""

    code = "draw_refused"


class AdvancementRefused(ContestRefused):
    """A list of who goes on that cannot be recorded now."""

    code = "advancement_refused"


class RedrawRefused(DrawRefused):
    """A redraw that may not be asked for or decided now."""

    code = "redraw_refused"


class CheckInChanged(ConflictError):
    """Somebody else has checked this contestant in meanwhile (pitfall 20); the sentence says who and what."""
