"""Which certificates a download holds, in which order, and whether their files are as they were issued."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from certificates.models import Batch, Certificate
from core.models import Edition

_GONE = "文件读不到，请联系系统管理员从备份恢复"
_CHANGED = "文件与签发时不一致，请联系系统管理员从备份恢复"


@dataclass(frozen=True)
class BatchItem:
    """One certificate of a batch: `path` where its file can be handed on, else `gap` says what is in the way.

    One that is void has neither: it is listed with its state, and its file is handed to nobody.
    """

    certificate: Certificate
    path: Path | None = None
    size: int = 0
    gap: str = ""


def certificates_of(edition: Edition, *, source: str = "") -> QuerySet[Certificate]:
    """An edition's certificates, of one source (by the beginning of its words) or all, in the roster's order.

    Numbers follow the roster; a corrected certificate stands where the one it replaced stood.
    """
    same = Certificate.objects.filter(series=OuterRef("series"), award_key=OuterRef("award_key"))
    first = same.order_by().values("award_key").annotate(first=Min("number")).values("first")
    rows = Certificate.objects.filter(series__edition=edition, source__startswith=source)
    return rows.annotate(stands_at=Coalesce(Subquery(first), F("number"))).order_by("series_id", "stands_at", "number")


def certificates_in(batch: Batch, *, unit: int | None = None) -> QuerySet[Certificate]:
    """A batch's certificates, all or those of a unit's own people, in the order of the batch."""
    found = Certificate.objects.filter(batch=batch)
    return (found.filter(unit=unit) if unit is not None else found).order_by("place", "number")


def batch_of(certificates: QuerySet[Certificate]) -> list[BatchItem]:
    """Each certificate with its file, read and compared with the digest it was issued under."""
    return [_item(certificate) for certificate in certificates]


def work_of(certificate: Certificate) -> str:
    """The work that is honoured, as the certificate names it; empty where it honours a person only."""
    _, mark, rest = str(certificate.text.get("before", "")).partition("《")
    title, end, _ = rest.rpartition("》")
    return title if mark and end else ""


def _item(certificate: Certificate) -> BatchItem:
    if certificate.state in Certificate.VOID:
        return BatchItem(certificate)
    if certificate.state != Certificate.State.ISSUED:
        reason = f"：{certificate.last_error}" if certificate.last_error else ""
        return BatchItem(certificate, gap=f"{certificate.get_state_display()}{reason}")
    path = Path(settings.MEDIA_ROOT) / certificate.file
    try:
        content = path.read_bytes()
    except OSError:
        return BatchItem(certificate, gap=_GONE)
    if hashlib.sha256(content).hexdigest() != certificate.file_sha256:
        return BatchItem(certificate, gap=_CHANGED)
    return BatchItem(certificate, path, len(content))
