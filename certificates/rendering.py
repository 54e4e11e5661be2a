"""Typesetting a certificate with Typst (design §11): the same words give the same bytes."""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from certificates.exceptions import CannotTypeset
from certificates.models import Certificate
from core.qr import qr_svg
from core.text.dates import chinese_date

TEMPLATE = Path(__file__).parent / "typst" / "plain.typ"
FONT_FOLDERS = ("400Regular", "700Bold")


@cache
def compiler() -> typst.Compiler:
    """One compiler per process. Never call this before a fork: a child forked after a compile hangs (design §11)."""
    shipped = settings.NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc"
    folders = [str(shipped / folder) for folder in FONT_FOLDERS if (shipped / folder).is_dir()]
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=folders)


def render_certificate(certificate: Certificate, *, check_url: str) -> bytes:
    """Return the certificate as PDF/A-2u, which refuses a character that no font has instead of leaving it blank.

    Raises CannotTypeset with the reason.
    """
    words = {**certificate.text, "serial": certificate.serial, "qr": qr_svg(check_url)}
    words["date"] = chinese_date(certificate.issued_on)
    inputs = {"certificate": json.dumps(words, ensure_ascii=False, sort_keys=True)}
    try:
        made = compiler().compile(
            format="pdf", sys_inputs=inputs, pdf_standards="a-2u", timestamp=_noon(certificate.issued_on)
        )
    except typst.TypstError as error:
        raise CannotTypeset(f"无法排版：{error.message}") from error
    if not isinstance(made, bytes):
        raise CannotTypeset("无法排版：证书超出一页。")
    return made


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
