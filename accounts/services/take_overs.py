"""What the office does before it trusts an account that somebody made for himself."""

import secrets

from django.db import transaction

from accounts.models import User
from accounts.services.tokens import revoke_tokens


@transaction.atomic
def take_over_account(*, user: User) -> None:
    """Before the office puts anything into an account somebody made for himself: its password, sessions and tokens end.

    Whoever signed up first under somebody's phone must not find that person's role or registration there. A code of
    the office (issue_reset_code, issue_participant_code) then lets in whom the office has before it. Other accounts
    are left as they are.
    """
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if locked.self_registered_at is None:
        return
    locked.set_unusable_password()
    locked.session_nonce = secrets.token_hex(8)
    locked.self_registered_at = None
    locked.save(update_fields=["password", "session_nonce", "self_registered_at"])
    revoke_tokens(user=locked)
    user.refresh_from_db()
