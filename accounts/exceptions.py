"""Refusals of this app, each with its Chinese sentence."""

from core.exceptions import DomainError


class FieldError(DomainError):
    """A refusal about one thing typed; `field` is the form field that it belongs beside."""

    def __init__(self, message: str, *, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


class AccountExists(FieldError):
    """The phone or e-mail belongs to another account."""

    code = "account_exists"


class AccountInvalid(FieldError):
    """A name, phone, e-mail or password that cannot be kept."""

    code = "account_invalid"


class RoleRefused(DomainError):
    """A role that cannot be given or taken back."""

    code = "role_refused"


class UnitRefused(DomainError):
    """A unit's name or alias that is empty or taken."""

    code = "unit_refused"


class CodeInvalid(DomainError):
    """An invitation, sign-in code or reset code that is unknown, used, expired or revoked: all read the same."""

    code = "code_invalid"


class TooManyAttempts(DomainError):
    """Too many wrong codes from one address."""

    code = "too_many_attempts"
