"""Finding certificates and layouts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from accounts.models import Unit, User
from certificates.engine.layout_reading import parse_layout
from certificates.engine.shipped import CODES, shipped_document
from certificates.models import Asset, Batch, Certificate, Layout
from core.exceptions import DomainError
from core.models import Edition
from core.text.names import normalise_name

_DONE = (Certificate.State.ISSUED, *Certificate.VOID)


@dataclass(frozen=True)
class LayoutChoice:
    """A layout that an edition can issue in; version 0 is one that ships, as it ships."""

    code: str
    title: str
    version: int
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class LayoutVersion:
    """A version, and how many certificates are or were made in it and how many batches are under way."""

    layout: Layout
    valid: int
    void: int
    open_batches: int


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


def layout_versions(edition: Edition, code: str) -> list[LayoutVersion]:
    """Every version of a layout, the newest first, with what each is used for: two queries whatever their number."""
    used = Count("certificates", distinct=True)
    void = Count("certificates", filter=Q(certificates__state__in=Certificate.VOID), distinct=True)
    open_batches = Count("batches", filter=~Q(batches__state__in=["issued", "cancelled"]), distinct=True)
    rows = (
        Layout.objects.filter(edition=edition, code=code)
        .select_related("created_by")
        .annotate(used=used, void=void, open_batches=open_batches)
        .order_by("-version")
    )
    return [LayoutVersion(row, row.used - row.void, row.void, row.open_batches) for row in rows]


def layout_at(edition: Edition, code: str, version: int) -> dict[str, Any]:
    """The document of one version; 0 is the layout as it ships. Refuses (DomainError) one that there is not."""
    row = Layout.objects.filter(edition=edition, code=code, version=version).first()
    if row is not None:
        return dict(row.document)
    if version or code not in CODES:
        raise DomainError("没有这个版本的证书版式，请从列表中选择。", code="unknown_layout")
    return shipped_document(code)


def newest_layouts(edition: Edition) -> list[Layout]:
    """The edition's own layouts, each in its newest version."""
    return list({row.code: row for row in Layout.objects.filter(edition=edition).order_by("code", "version")}.values())


def layouts_showing(asset: Asset) -> list[Layout]:
    """Layouts of the edition whose newest version shows the picture."""
    newest = newest_layouts(asset.edition)
    return [row for row in newest if asset.sha256 in parse_layout(row.document).assets()]


def live_assets(edition: Edition, kind: str) -> QuerySet[Asset]:
    """Pictures in use, the newest first, with whose they are and who brought them in."""
    live = Asset.objects.filter(edition=edition, kind=kind, removed_at__isnull=True)
    return live.select_related("unit", "uploaded_by").order_by("-pk")


def layout_choices(edition: Edition) -> list[LayoutChoice]:
    """What an edition can issue in: the layouts that ship, each in its newest version, then the edition's own."""
    newest = {row.code: row for row in Layout.objects.filter(edition=edition).order_by("version")}
    shipped = {code: shipped_document(code) for code in CODES}
    choices = {code: LayoutChoice(code, str(document["title"]), 0, document) for code, document in shipped.items()}
    choices |= {code: LayoutChoice(code, row.title, row.version, row.document) for code, row in sorted(newest.items())}
    return list(choices.values())


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch's files are: certificates by state, and whether the worker still has something to do."""

    owed: int
    claimed: int
    issued: int
    parked: int
    void: int

    @property
    def is_running(self) -> bool:
        return bool(self.owed or self.claimed)

    @property
    def total(self) -> int:
        return self.owed + self.claimed + self.issued + self.parked + self.void


def batches_of(edition: Edition) -> QuerySet[Batch]:
    """An edition's batches, newest first, without their rows; each with how many of its certificates are not made."""
    unfinished = Count("certificates", filter=~Q(certificates__state__in=_DONE))
    found = Batch.objects.filter(edition=edition).select_related("layout", "drafted_by", "approved_by")
    return found.defer("awards", "layout__document").annotate(unfinished=unfinished).order_by("-pk")


def proofs_to_approve(edition: Edition, user: User | AnonymousUser) -> QuerySet[Batch]:
    """Batches whose proof waits for somebody else than who drafted it, as this account is."""
    return batches_of(edition).filter(state=Batch.State.PROOFED).exclude(drafted_by=user.pk)


def batch_progress(batch: Batch) -> BatchProgress:
    counts = dict(batch.certificates.order_by().values_list("state").annotate(Count("pk")))
    state = Certificate.State
    return BatchProgress(
        owed=counts.get(state.OWED, 0),
        claimed=counts.get(state.CLAIMED, 0),
        issued=counts.get(state.ISSUED, 0),
        parked=counts.get(state.PARKED, 0),
        void=sum(counts.get(each, 0) for each in Certificate.VOID),
    )


def batch_units(batch: Batch) -> list[tuple[Unit, int]]:
    """Units that recommended somebody of the batch, by name, with how many valid certificates each can fetch."""
    issued = Count("certificates", filter=Q(certificates__batch=batch, certificates__state=Certificate.State.ISSUED))
    units = Unit.objects.filter(certificates__batch=batch).annotate(issued=issued).order_by("name", "pk")
    return [(unit, unit.issued) for unit in units]


def unit_certificates(unit: Unit, edition: Edition) -> QuerySet[Certificate]:
    """A unit's own people's certificates that somebody may hold, in the order of their numbers."""
    found = printed_certificates().filter(series__edition=edition, unit=unit)
    return found.order_by("series_id", "number")
