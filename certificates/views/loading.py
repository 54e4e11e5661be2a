"""What several pages of layouts begin with."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from certificates.permissions import can_manage_certificates
from core.access import or_404
from core.models import Edition


def load_edition(request: HttpRequest, slug: str) -> Edition:
    """The edition, for whoever manages its certificates."""
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_certificates(request.user, edition))
    return edition
