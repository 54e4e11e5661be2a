"""Who may see and order certificates."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from certificates.models import Certificate
from core.models import Edition


def can_manage_certificates(user: User | AnonymousUser, edition: Edition) -> bool:
    return has_role(user, edition, Role.ORGANISER)


def can_download(user: User | AnonymousUser, certificate: Certificate) -> bool:
    """The recipient, and the edition's organisers."""
    if certificate.recipient_user_id is not None and certificate.recipient_user_id == user.pk:
        return True
    return can_manage_certificates(user, certificate.series.edition)
