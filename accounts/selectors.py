"""Finding accounts, units and codes."""

import re
import unicodedata
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import FailedCode, Invitation, ResetCode, Role, RoleGrant, SignInCode, Unit, User
from core.crypto import blind_index, phone_index
from core.models import Edition
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


CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
FAILURE_WINDOW = timedelta(minutes=15)
FAILURE_LIMIT = 60
SIGN_UPS_OF_ONE_ACCOUNT = 8
OBJECTION_WINDOW = timedelta(hours=1)
OBJECTIONS_OF_ONE_PHONE = 3
OBJECTIONS_OF_ONE_ADDRESS = 20


def secret_digest(secret: str) -> str:
    """Keyed digest under which a link's token is kept."""
    return blind_index(secret, purpose="secret")


def code_digest(typed: str) -> str:
    """Keyed digest of a short code however it was typed: case, spaces, hyphens and full width do not matter."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    return blind_index(plain, purpose="code")


def live_sign_in_codes(now: datetime) -> QuerySet[SignInCode]:
    """Codes that let someone in at this moment."""
    live = SignInCode.objects.filter(revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)
    return live.select_related("user", "edition")


def find_sign_in_code(*, token: str = "", code: str = "", now: datetime) -> SignInCode | None:
    """The live code of a link's token or of a typed short code."""
    if token:
        return live_sign_in_codes(now).filter(token_digest=secret_digest(token)).first()
    return live_sign_in_codes(now).filter(code_digest=code_digest(code)).first()


def find_invitation(*, token: str, now: datetime) -> Invitation | None:
    """An invitation that can still be accepted."""
    open_ones = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
    return open_ones.select_related("edition", "unit").filter(token_digest=secret_digest(token)).first()


def open_invitations(edition: Edition, now: datetime) -> QuerySet[Invitation]:
    """Invitations of an edition that nobody has accepted yet, newest first."""
    waiting = edition.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
    return waiting.select_related("unit").order_by("-pk")


def find_reset_code(*, user: User, code: str, now: datetime) -> ResetCode | None:
    """The unused reset code of an account."""
    return user.reset_codes.filter(code_digest=code_digest(code), used_at__isnull=True, expires_at__gt=now).first()


def too_many_failures(*, address: str, now: datetime) -> bool:
    """Whether one address typed so many wrong codes that it is guessing; generous, for a hall shares one address."""
    since = now - FAILURE_WINDOW
    return FailedCode.objects.filter(address_index=address_index(address), at__gt=since).count() >= FAILURE_LIMIT


def too_many_sign_ups(*, address: str, account: str, now: datetime) -> bool:
    """Whether one address made too many accounts (a school's computer room makes forty), or tried one too often."""
    limits = {sign_up_place(address): FAILURE_LIMIT, sign_up_place(address, account): SIGN_UPS_OF_ONE_ACCOUNT}
    since = now - FAILURE_WINDOW
    return any(
        FailedCode.objects.filter(address_index=address_index(place), at__gt=since).count() >= limit
        for place, limit in limits.items()
    )


def too_many_objections(*, address: str, about: str, now: datetime) -> bool:
    """Whether one phone lodged three objections to one result within the hour, or one address twenty."""
    limits = {objection_place(about): OBJECTIONS_OF_ONE_PHONE, objection_place(address): OBJECTIONS_OF_ONE_ADDRESS}
    since = now - OBJECTION_WINDOW
    return any(
        FailedCode.objects.filter(address_index=address_index(place), at__gt=since).count() >= limit
        for place, limit in limits.items()
    )


def objection_place(counted: str) -> str:
    """What objections are counted under, apart from wrong codes of the same address."""
    return f"objection {counted}"


def sign_up_place(address: str, account: str = "") -> str:
    """What sign-ups are counted under, apart from wrong codes of the same address."""
    return f"sign-up {address} {account}".strip()


def look_up_place(address: str) -> str:
    """What failed look-ups of certificates are counted under, apart from wrong codes of the same address."""
    return f"look-up {address}"


def address_index(address: str) -> str:
    """Keyed digest of a network address."""
    return blind_index(address, purpose="address")


def people_of(edition: Edition, *, query: str = "", role: str = "") -> QuerySet[User]:
    """Accounts with a live role in the edition, with these as `live_grants`; `query` is part of a name, or a phone,
    e-mail or handle in full."""
    live = RoleGrant.objects.filter(edition=edition, revoked_at__isnull=True)
    wanted = live.filter(role=role) if role in Role.values else live
    people = User.objects.filter(pk__in=wanted.values("user"))
    if query := query.strip():
        people = people.filter(Q(name__icontains=query) | Q(handle=query) | _exact_identifier(query))
    grants = live.select_related("unit").order_by("pk")
    return people.prefetch_related(Prefetch("grants", queryset=grants, to_attr="live_grants")).order_by("name", "pk")


def _exact_identifier(query: str) -> Q:
    if "@" in query:
        return Q(email=query.lower())
    try:
        return Q(phone_index=phone_index(query))
    except PhoneInvalid:
        return Q(pk__in=())


def units_with_aliases(edition: Edition, query: str = "") -> QuerySet[Unit]:
    """Units by name with their aliases and, as `live_grants`, their coordinators in the edition; those whose name or
    alias contains the query."""
    coordinators = Prefetch("grants", queryset=_coordinators(edition), to_attr="live_grants")
    units = Unit.objects.prefetch_related("aliases", coordinators).order_by("name")
    if not (clean := clean_unit_name(query)):
        return units
    return units.filter(Q(name__contains=clean) | Q(aliases__name__contains=clean)).distinct()


def coordinators_of(unit: Unit, edition: Edition) -> QuerySet[RoleGrant]:
    """The live grants of a unit's coordinators in an edition, with their accounts."""
    return _coordinators(edition).filter(unit=unit)


def _coordinators(edition: Edition) -> QuerySet[RoleGrant]:
    live = RoleGrant.objects.filter(edition=edition, role=Role.COORDINATOR, revoked_at__isnull=True)
    return live.select_related("user").order_by("pk")


def coordinated_units(user: User) -> QuerySet[RoleGrant]:
    """Whom a person coordinates: live grants with edition and unit, the newest edition first."""
    live = user.grants.filter(role=Role.COORDINATOR, revoked_at__isnull=True).select_related("edition", "unit")
    return live.order_by("-edition__year", "edition_id", "unit__name", "pk")


def roles_by_edition(user: User) -> QuerySet[RoleGrant]:
    """A person's live roles, the newest edition first."""
    live = user.grants.filter(revoked_at__isnull=True).select_related("edition", "unit")
    return live.order_by("-edition__year", "pk")
