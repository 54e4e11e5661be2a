"""Certificates of a play, looked at as their holders and strangers do: the file, its words, the check, and the code
where pdftoppm is installed to draw the page (every worker reads codes back on a sample of its own)."""

import hashlib
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import zxingcpp
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from pypdf import PdfReader

from certificates.documents.checking import Origin, check_certificate_file, look_up_certificate
from certificates.models import Certificate
from certificates.selectors import printed_certificates
from certificates.services import revoke_certificate
from portal.services.rehearsal.cast import Cast
from portal.services.rehearsal.clock import PlayClock
from results.models import Result

REASON = "演练：姓名登记有误"
MOST_CODES = 5
_NOBODY = "192.0.2.1"  # RFC 5737: nobody's address


def revoke_a_certificate(*, result: Result, cast: Cast, clock: PlayClock) -> None:
    """The last one of a result turns out to be wrong."""
    last = certificates_of(result)[-1]
    revoke_certificate(certificate=last, reason=REASON, actor=cast.organiser, now=clock())


def certificates_of(result: Result) -> list[Certificate]:
    family = f"result-{result.pk}:"
    return list(Certificate.objects.filter(award_key__startswith=family).select_related("series").order_by("number"))


def certificate_faults(*, result: Result, owed: int, revoked: int = 0) -> list[str]:
    """What does not hold of a result's certificates, of which so many were awarded and the last ones are revoked."""
    rows = certificates_of(result)
    states = [row.state for row in rows]
    wanted = [Certificate.State.ISSUED] * (owed - revoked) + [Certificate.State.REVOKED] * revoked
    faults = [] if states == wanted else [f"{owed} awards have certificates in the states {states}"]
    for series in {row.series for row in rows}:
        numbers = list(series.certificates.order_by("number").values_list("number", flat=True))
        if numbers != list(range(1, series.last_number + 1)):
            faults.append(f"numbers of {series.prefix} are not 1 to {series.last_number}: {numbers}")
    every = max(1, len(rows) // MOST_CODES)
    for place, row in enumerate(rows):
        path = settings.MEDIA_ROOT / row.file
        if not row.file or not path.is_file():
            faults.append(f"certificate {row.serial} has no file")
            continue
        found = _file_faults(row, path.read_bytes()) + _check_faults(row, path.read_bytes())
        if place % every == 0 and shutil.which("pdftoppm"):
            found += _code_faults(row, path)
        faults += [f"certificate {row.serial}: {fault}" for fault in found]
    return faults


def _file_faults(row: Certificate, content: bytes) -> list[str]:
    """Whether the file is the one that was made, of one page, and says what the row says."""
    faults = [] if hashlib.sha256(content).hexdigest() == row.file_sha256 else ["another file than was made"]
    pages = PdfReader(BytesIO(content)).pages
    if len(pages) != 1:
        faults.append(f"{len(pages)} pages")
    printed = _plain("".join(page.extract_text() for page in pages))
    text = row.text
    words = [text["heading"], text["recipient"], text["before"] + text["award"], *text["issuers"], row.serial]
    return faults + [f"“{word}” is not in it" for word in words if _plain(word) not in printed]


def _check_faults(row: Certificate, content: bytes) -> list[str]:
    """Whether a stranger who asks by number and name, and by the file, is told of this certificate and its state."""
    now, faults = timezone.now(), []
    told = look_up_certificate(serial=row.serial, name=row.text["recipient"], address=_NOBODY, now=now)
    answer = check_certificate_file(file=BytesIO(content), name="certificate.pdf", address=_NOBODY, now=now)
    if told != row or (answer.origin, answer.certificate) != (Origin.ORIGINAL, row):
        faults.append("the public check does not know it")
    elif (told.voided_at is not None) != (row.state == Certificate.State.REVOKED) or (
        told.voided_at is not None and told.void_reason != REASON
    ):
        faults.append(f"the public check says {told.state}, {told.void_reason}")
    return faults


def _code_faults(row: Certificate, path: Path) -> list[str]:
    """Whether the code on the page, as a scanner sees it, leads to this certificate's check."""
    command = ["pdftoppm", "-r", "150", "-gray", "-singlefile", str(path)]
    picture = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - our own file
    kind, width, height, _, pixels = picture.replace(b"\n", b" ", 3).split(b" ", 4)
    if kind != b"P5":
        return ["the page cannot be drawn"]
    image = memoryview(pixels).cast("B", (int(height), int(width)))
    for code in zxingcpp.read_barcodes(image):
        try:
            place = resolve(urlsplit(code.text).path)
        except Resolver404:
            continue
        if place.url_name == "certificate_check_token":
            found = printed_certificates().filter(token=place.kwargs["token"]).first()
            return [] if found == row else ["its code leads to another one"]
    return ["no code leads from it to its check"]


def _plain(text: str) -> str:
    return "".join(text.split())
