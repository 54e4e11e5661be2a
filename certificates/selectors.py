"""Finding certificates and layouts."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from certificates.engine.shipped import CODES, shipped_document
from certificates.models import Certificate, Layout
from core.exceptions import DomainError
from core.models import Edition
from core.text.names import normalise_name


@dataclass(frozen=True)
class LayoutChoice:
    """A layout that an edition can issue in; version 0 is one that ships, as it ships."""

    code: str
    title: str
    version: int


def printed_certificates() -> QuerySet[Certificate]:
    """Certificates that somebody may hold: issued, and once issued but void since."""
    return Certificate.objects.filter(state__in=[Certificate.State.ISSUED, *Certificate.VOID]).exclude(file="")


def find_certificate(*, serial: str, name: str) -> Certificate | None:
    """The certificate with this number made out to this name, or None; which of the two is wrong is not told."""
    found = printed_certificates().filter(serial=serial.strip().upper()).select_related("series__edition").first()
    recipient = found.text["recipient"] if found else ""
    return found if normalise_name(recipient) == normalise_name(name) else None


def newest_layout(edition: Edition, code: str) -> Layout | None:
    """The newest version of a layout that the edition keeps; None where it keeps none of that code."""
    return Layout.objects.filter(edition=edition, code=code).order_by("-version").first()


def layout_document(edition: Edition, code: str) -> dict[str, Any]:
    """The newest document of a layout: the edition's own version, else the one that ships.

    Refuses (DomainError) a code that is neither.
    """
    found = newest_layout(edition, code)
    if found is not None:
        return dict(found.document)
    if code not in CODES:
        raise DomainError(f"没有代号为“{code}”的证书版式，请从列表中选择。", code="unknown_layout")
    return shipped_document(code)


def layout_choices(edition: Edition) -> list[LayoutChoice]:
    """What an edition can issue in: the layouts that ship, each in its newest version, then the edition's own."""
    newest = {row.code: row for row in Layout.objects.filter(edition=edition).order_by("version")}
    codes = [*CODES, *sorted(code for code in newest if code not in CODES)]
    return [
        LayoutChoice(code, newest[code].title, newest[code].version)
        if code in newest
        else LayoutChoice(code, str(shipped_document(code)["title"]), 0)
        for code in codes
    ]
