"""The package for the province: lists, forms, media renamed by rule, checksums and what is missing, in one ZIP."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from contest.documents.nominations import nomination_workbook
from contest.documents.word import delegation_docx, nomination_docx, registration_docx
from contest.models import Contest, Contestant, Delegation, Finalist, Material
from contest.services.file_names import name_parts
from contest.services.nominations import package_gaps
from core.files.naming import name_by_rule
from core.files.packages import Package
from core.text.dates import plain_date


def province_package(contest: Contest, rows: Sequence[Finalist], *, now: datetime) -> Iterator[bytes]:
    """The ZIP in pieces, stored not deflated; everything but the media is made before the first piece leaves."""
    today = timezone.localdate(now)
    package = Package()
    delegation = Delegation.objects.filter(contest=contest).first()
    package.add("推荐名单汇总表.xlsx", nomination_workbook(contest, rows, on=today))
    package.add("推荐名单汇总表.docx", nomination_docx(contest, rows, on=today))
    if delegation is not None:
        content = delegation_docx(contest, delegation, people=len(rows), on=today)
        package.add("代表队信息表.docx", content)
    for place, row in enumerate(rows, start=1):
        name = _file_name(contest, place, row.contestant, "报名表", "docx")
        package.add(f"报名表/{name}", registration_docx(row.contestant, on=today))
    _add_media(package, contest, rows)
    gaps = package_gaps(contest, rows)
    return package.finished([f"{contest.title}推荐材料缺件清单", plain_date(today)], gaps)


def _add_media(package: Package, contest: Contest, rows: Sequence[Finalist]) -> None:
    media = Material.objects.filter(contestant__in=[row.contestant_id for row in rows], superseded_at=None)
    by_contestant: dict[int, list[Material]] = {}
    for material in media.select_related("requirement").order_by("requirement__order", "pk"):
        by_contestant.setdefault(material.contestant_id, []).append(material)
    for place, row in enumerate(rows, start=1):
        for material in by_contestant.get(row.contestant_id, []):
            name = _file_name(contest, place, row.contestant, material.requirement.title, material.format)
            package.add_file(f"材料/{name}", Path(settings.MEDIA_ROOT) / material.path, material.sha256)


def _file_name(contest: Contest, place: int, contestant: Contestant, material: str, extension: str) -> str:
    """The contest's rule behind the order of nomination, which keeps namesakes apart."""
    parts = name_parts(contestant, material=material)
    return f"{place:02d}-{name_by_rule(contest.file_name_rule, parts, extension=extension)}"
