"""The third line of preflight: on a sample of what was made, the file is read back and compared with its row."""

from io import BytesIO
from pathlib import Path

import zxingcpp
from django.conf import settings
from pypdf import PdfReader

from certificates.engine.filling import fill_layout
from certificates.engine.layout import Layout
from certificates.engine.layout_reading import parse_layout
from certificates.engine.shipped import DEFAULT, shipped_document
from certificates.models import Certificate
from certificates.rendering import words_of
from certificates.rendering.codes import printed_code

EVERY = 50
LEAST = 3


def is_sampled(certificate: Certificate) -> bool:
    """Whether this one of its batch is looked at: the first, the last and every 50th, at least three."""
    if certificate.batch is None or certificate.place is None:
        return False
    size, place = certificate.batch.size, certificate.place
    return size <= LEAST or place in {1, (size + 1) // 2, size} or place % EVERY == 0


def sample_faults(certificate: Certificate, *, file: str, check_url: str) -> list[str]:
    """What the stored file does not say as its row does: its pages, its words, its code; empty where all is right and
    for one that is no sample."""
    if not is_sampled(certificate):
        return []
    design = parse_layout(certificate.layout.document if certificate.layout else shipped_document(DEFAULT))
    pages = PdfReader(BytesIO((Path(settings.MEDIA_ROOT) / file).read_bytes())).pages
    faults = [f"有 {len(pages)} 页，应为 1 页"] if len(pages) != 1 else []
    printed = _plain(pages[0].extract_text()) if pages else ""
    return [*faults, *_missing_words(certificate, design, printed), *_wrong_code(design, check_url)]


def _missing_words(certificate: Certificate, design: Layout, printed: str) -> list[str]:
    filled = fill_layout(design, words_of(certificate))
    lines = [(each.box.name, _plain("".join(run.text for run in line))) for each in filled for line in each.lines]
    return [f"“{name}”应印“{line[:40]}”，文件中读不到" for name, line in lines if line not in printed]


def _wrong_code(design: Layout, check_url: str) -> list[str]:
    code = printed_code(design, check_url=check_url)
    if code is None:
        return []
    width, height, pixels = code
    found = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (height, width)))
    return [] if [each.text for each in found] == [check_url] else ["二维码读出来不是这张证书的查验地址"]


def _plain(text: str) -> str:
    return "".join(text.split())
