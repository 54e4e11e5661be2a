"""Finding certificates."""

from django.db.models import QuerySet

from certificates.models import Certificate
from core.text.names import normalise_name


def printed_certificates() -> QuerySet[Certificate]:
    """Certificates that somebody may hold: issued, and once issued but void since."""
    return Certificate.objects.filter(state__in=[Certificate.State.ISSUED, *Certificate.VOID]).exclude(file="")


def find_certificate(*, serial: str, name: str) -> Certificate | None:
    """The certificate with this number made out to this name, or None; which of the two is wrong is not told."""
    found = printed_certificates().filter(serial=serial.strip().upper()).select_related("series__edition").first()
    if found is None or normalise_name(found.text["recipient"]) != normalise_name(name):
        return None
    return found
