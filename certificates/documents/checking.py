"""What the public is told about a certificate: by number and name, or by the file itself (design §11).

Whoever has only a number learns nothing by it: number and name together, or the very file, are what opens a record.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from accounts.services.attempts import check_look_ups, record_failed_look_up
from certificates.documents.reading_pdf import words_of
from certificates.models import Certificate, Series
from certificates.selectors import find_certificate, printed_certificates
from core.files import check_file
from core.files.formats import MEGABYTE

MAX_BYTES = 5 * MEGABYTE
_MOST_SERIALS = 20


class Origin(StrEnum):
    """What an uploaded file is."""

    ORIGINAL = "original"
    CLAIMS = "claims"
    MISMATCH = "mismatch"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class FileAnswer:
    """`certificate` is the one that the file is or claims to be; `serial` is the number found in it otherwise."""

    origin: Origin
    certificate: Certificate | None = None
    serial: str = ""


def look_up_certificate(*, serial: str, name: str, address: str, now: datetime) -> Certificate | None:
    """The certificate of this number and name; None says neither which of the two is wrong nor whether there is one.

    Refuses (TooManyAttempts) an address that is guessing.
    """
    check_look_ups(address=address, now=now)
    found = find_certificate(serial=serial, name=name)
    if found is None:
        record_failed_look_up(address=address, now=now)
    return found


def check_certificate_file(*, file: BinaryIO, name: str, address: str, now: datetime) -> FileAnswer:
    """Whether a file is one that was issued here, byte for byte, or which certificate it claims to be.

    It claims to be one where it bears that one's number and recipient. A number with another name, and a number that
    was never given, get the same answer. Nothing of the file is kept. Refuses (FileRefused) all but a whole PDF of at
    most MAX_BYTES, and (TooManyAttempts) an address that sends many which are no originals.
    """
    check_look_ups(address=address, now=now)
    check_file(file, name=name, accepted=["pdf"], max_bytes=MAX_BYTES)
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    known = printed_certificates().filter(file_sha256=digest).select_related("series__edition").first()
    if known is not None:
        return FileAnswer(Origin.ORIGINAL, known)
    record_failed_look_up(address=address, now=now)
    return _claimed(_plain(words_of(content)))


def _claimed(words: str) -> FileAnswer:
    serials = _serials_in(words)
    if not serials:
        return FileAnswer(Origin.FOREIGN)
    rows = printed_certificates().filter(serial__in=serials).select_related("series__edition")
    for row in rows:
        recipient = _plain(row.text["recipient"])
        if recipient and recipient in words:
            return FileAnswer(Origin.CLAIMS, row)
    return FileAnswer(Origin.MISMATCH, serial=serials[0])


def _serials_in(words: str) -> list[str]:
    """What reads like a number of one of our series, in the text's order."""
    found: dict[str, int] = {}
    for prefix in Series.objects.order_by("pk").values_list("prefix", flat=True).distinct():
        for match in re.finditer(rf"{re.escape(_plain(prefix))}([0-9]{{4,9}}-[0-9A-Z])", words):
            found.setdefault(f"{prefix}{match[1]}", match.start())
    return sorted(found, key=lambda serial: found[serial])[:_MOST_SERIALS]


def _plain(text: str) -> str:
    """Without what typesetting adds: spaces between letters, line ends, compatibility characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())
