"""What a certificate says, as plain values: from a roster or a workbook, frozen in a batch, compared with what there
is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certificates.engine.filling import placeholders_of
from certificates.models import Certificate
from core.canonical import digest


@dataclass(frozen=True)
class Award:
    """What one certificate says, as plain values from a roster. `award_key` makes issuing twice the same as once."""

    award_key: str
    recipient: str
    salutation: str
    before: str
    award: str
    issuers: tuple[str, ...]
    source: str
    recipient_user_id: int | None = None
    after: str = "。特发此证，以资鼓励。"
    heading: str = "荣誉证书"
    # Further words that a layout may ask for: 作品, 届次, 比赛, 组别, 单位, 作者, 指导教师.
    fields: Mapping[str, str] = field(default_factory=dict)
    unit_id: int | None = None  # the unit whose coordinator may download it

    def text(self) -> dict[str, object]:
        """Every word that may be printed, apart from number, date and code."""
        fields = {"fields": dict(self.fields)} if self.fields else {}
        return {
            **fields,
            "heading": self.heading,
            "recipient": self.recipient,
            "salutation": self.salutation,
            "before": self.before,
            "award": self.award,
            "after": self.after,
            "issuers": list(self.issuers),
        }

    def document(self) -> dict[str, Any]:
        """The award as a batch keeps it."""
        return {
            **self.text(),
            "award_key": self.award_key,
            "source": self.source,
            "user": self.recipient_user_id,
            "unit": self.unit_id,
        }

    def words(self) -> dict[str, Any]:
        """What must not have changed between proof and issue: everything but who may download it."""
        return {**self.document(), "user": None, "unit": None}


@dataclass(frozen=True)
class Changes:
    """Awards against the certificates that there are: what is to be made, what becomes void, what stays as it is."""

    fresh: list[Award]
    outdated: list[Certificate]
    kept: dict[str, Certificate]


def award_of(document: Mapping[str, Any]) -> Award:
    """The award that a batch keeps."""
    return Award(
        award_key=document["award_key"],
        recipient=document["recipient"],
        salutation=document["salutation"],
        before=document["before"],
        award=document["award"],
        issuers=tuple(document["issuers"]),
        source=document["source"],
        recipient_user_id=document["user"],
        after=document["after"],
        heading=document["heading"],
        fields=dict(document.get("fields", {})),
        unit_id=document["unit"],
    )


def batch_digest(
    *, layout_sha256: str, prefix: str, issued_on: date, awards: Sequence[Mapping[str, Any]], supersedes: Sequence[str]
) -> str:
    """Of everything that a batch will print or void."""
    return digest(
        {
            "layout": layout_sha256,
            "prefix": prefix,
            "issued_on": issued_on.isoformat(),
            "awards": list(awards),
            "supersedes": list(supersedes),
        }
    )


def changes_of(awards: Sequence[Award], *, family: str) -> Changes:
    """Compare awards with the valid certificates of their keys, and of `family` where there is one.

    What somebody revoked for itself is not made again by itself (certificates.services.voiding).
    """
    wanted = {award.award_key: award for award in awards}
    valid = Certificate.objects.exclude(state__in=Certificate.VOID).select_related("layout").order_by("pk")
    known = list(valid.filter(award_key__in=wanted))
    known += valid.filter(award_key__startswith=family).exclude(award_key__in=wanted) if family else []
    kept = {row.award_key: row for row in known if says(row, wanted.get(row.award_key))}
    barred = set(
        Certificate.objects.filter(award_key__in=wanted, is_barred=True).order_by().values_list("award_key", flat=True)
    ).difference(row.award_key for row in known)
    return Changes(
        fresh=[award for award in awards if award.award_key not in kept and award.award_key not in barred],
        outdated=[row for row in known if row.award_key not in kept],
        kept=kept,
    )


def says(certificate: Certificate, award: Award | None) -> bool:
    """Whether the certificate says exactly what the award says, to the same account; one that had none may get it."""
    if award is None or _printed(certificate, certificate.text) != _printed(certificate, award.text()):
        return False
    return certificate.recipient_user_id in {None, award.recipient_user_id}


def _printed(certificate: Certificate, text: Mapping[str, Any]) -> dict[str, Any]:
    """Of a text's further words those that the certificate's own layout prints: another tutor voids no certificate on
    which no tutor stands."""
    used = placeholders_of(certificate.layout.document) if certificate.layout else frozenset()
    fields = {name: value for name, value in text.get("fields", {}).items() if name in used}
    return {**text, "fields": fields}
