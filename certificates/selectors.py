"""Finding certificates."""

from certificates.models import Certificate
from core.text.names import normalise_name


def find_certificate(*, serial: str, name: str) -> Certificate | None:
    """The issued certificate with this number made out to this name, or None; which of the two is wrong is not told."""
    found = (
        Certificate.objects.filter(serial=serial.strip().upper(), state=Certificate.State.ISSUED)
        .select_related("series__edition")
        .first()
    )
    if found is None or normalise_name(found.text["recipient"]) != normalise_name(name):
        return None
    return found
