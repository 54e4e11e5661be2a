"""Who may see and order certificates."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from certificates.models import Batch, Certificate
from core.models import Edition


def can_manage_certificates(user: User | AnonymousUser, edition: Edition) -> bool:
    return has_role(user, edition, Role.ORGANISER)


def can_supervise_certificates(user: User | AnonymousUser, edition: Edition) -> bool:
    """Read batches and their proofs."""
    return has_role(user, edition, Role.SUPERVISOR)


def can_approve_batch(user: User | AnonymousUser, batch: Batch) -> bool:
    """Another account than the one that drafted it, whatever roles it holds."""
    return has_role(user, batch.edition, Role.ORGANISER, Role.SUPERVISOR) and batch.drafted_by_id != user.pk


def can_keep_seals(user: User | AnonymousUser, edition: Edition) -> bool:
    """Bring in and put away the units' seals: a role of its own, which the organiser's does not include."""
    return has_role(user, edition, Role.SEAL_KEEPER)


def can_see_seals(user: User | AnonymousUser, edition: Edition) -> bool:
    """See which units' seals are there."""
    return has_role(user, edition, Role.SEAL_KEEPER, Role.ORGANISER)


def can_download(user: User | AnonymousUser, certificate: Certificate) -> bool:
    """The recipient, and the edition's organisers."""
    if certificate.recipient_user_id is not None and certificate.recipient_user_id == user.pk:
        return True
    return can_manage_certificates(user, certificate.series.edition)
