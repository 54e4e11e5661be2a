"""Finding accounts, units and codes."""

import re
import unicodedata

from accounts.models import Unit, User
from core.crypto import blind_index, phone_index
from core.text.phones import PhoneInvalid

_PARENTHESES = str.maketrans("()", "（）")


def clean_unit_name(text: str) -> str:
    """A unit's name as it is kept: no spaces, full-width parentheses, other full-width letters and digits narrowed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_PARENTHESES)


def find_unit(name: str) -> Unit | None:
    """The unit of that name or alias, however spaces, parentheses and full-width letters were typed."""
    clean = clean_unit_name(name)
    if not clean:
        return None
    return Unit.objects.filter(name=clean).first() or Unit.objects.filter(aliases__name=clean).first()


def identifier_index(identifier: str) -> str:
    """Keyed digest of what someone typed to say who he is: counts failures without keeping a phone in clear."""
    typed = unicodedata.normalize("NFKC", identifier).strip()
    if "@" in typed:
        return blind_index(typed.lower(), purpose="email")
    try:
        return phone_index(typed)
    except PhoneInvalid:
        return blind_index(typed, purpose="unknown")


def find_user(identifier: str) -> User | None:
    """The account of an e-mail or a phone, however it was typed; None where there is none."""
    typed = unicodedata.normalize("NFKC", identifier).strip()
    if "@" in typed:
        return User.objects.filter(email=typed.lower()).first()
    try:
        return User.objects.filter(phone_index=phone_index(typed)).first()
    except PhoneInvalid:
        return None
