"""Errors that a person can cause: each carries a Chinese sentence for that person."""


class DomainError(Exception):
    """A refused act: `message` says in Chinese what is wrong, where, and what to do; `code` names the kind."""

    code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return self.message


class ConflictError(DomainError):
    """The row has changed since the person saw it (pitfalls 13, 20)."""

    code = "conflict"
