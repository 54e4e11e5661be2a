"""Making the secrets that are shown once: link tokens and short codes. Only digests are kept."""

import secrets

from accounts.selectors import CODE_ALPHABET

_CODE_LENGTH = 10


def new_token() -> str:
    """192 bits for a link."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Ten characters in two groups, none of which is mistaken for another: 49 bits, with attempts limited."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"
