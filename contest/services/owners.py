"""Which account a registration may be linked to without anybody asking it."""

from accounts.models import User


def may_own(account: User) -> bool:
    """Whether phone and name are enough to link a registration to an account.

    They are where the office made the account. Who signed up by himself may have typed anybody's phone and name, and
    would read a stranger's registration: such an account owns only what it registers itself.
    """
    return account.self_registered_at is None
