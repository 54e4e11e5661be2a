"""An account that somebody makes for himself. What he types is not checked by anybody, and so proves nothing."""

from datetime import datetime

from django.db import transaction

from accounts.exceptions import AccountExists, AccountInvalid
from accounts.selectors import find_user, identifier_index
from accounts.services.attempts import check_sign_ups, record_sign_up
from accounts.services.resets import mail_reset_link
from accounts.services.users import check_password_rules, create_user

PRIVACY_VERSION = "2026-11"


def sign_up(
    *, name: str, identifier: str, password: str, agreed: bool, address: str, origin: str, now: datetime
) -> None:
    """Make an account by phone or e-mail; an account that is there already stays untouched.

    Nobody learns from the answer which of the two happened: it returns nothing, costs the same time, and whoever has
    an account with that e-mail gets a link for a new password. Refuses (AccountInvalid) what create_user refuses and
    a missing agreement, (TooManyAttempts) too many tries from one address, or for one account from it (pitfall 29).
    """
    if not agreed:
        raise AccountInvalid("请先阅读并同意隐私说明。", field="agreed")
    check_sign_ups(address=address, account=identifier_index(identifier), now=now)
    check_password_rules(password)
    is_mail = "@" in identifier
    contact = {"email": identifier} if is_mail else {"phone": identifier}
    known = find_user(identifier)
    record_sign_up(address=address, account=identifier_index(identifier), now=now)
    try:
        with transaction.atomic():
            user = create_user(name=name, password=password, **contact)
            user.self_registered_at, user.privacy_version = now, PRIVACY_VERSION
            user.save(update_fields=["self_registered_at", "privacy_version"])
    except AccountExists:
        if is_mail and known is not None:
            mail_reset_link(email=identifier, origin=origin, now=now)
    except AccountInvalid as error:
        if error.field in ("phone", "email"):
            error.field = "identifier"
        raise
