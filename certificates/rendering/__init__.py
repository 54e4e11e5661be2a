"""Typesetting a certificate, and what its fonts have."""

from certificates.engine.filling import Words, printed_words
from certificates.engine.layout import Layout as Design
from certificates.engine.layout_reading import parse_layout
from certificates.engine.shipped import DEFAULT, shipped_document
from certificates.models import Certificate
from certificates.rendering.fonts import font_chains
from certificates.rendering.typesetting import compiler, fitting_sizes, set_pdf, set_png
from core.qr import qr_svg
from core.text.dates import chinese_date

__all__ = ["compiler", "fitting_sizes", "font_chains", "render_certificate", "set_pdf", "set_png", "words_of"]


def render_certificate(certificate: Certificate, *, check_url: str) -> bytes:
    """The certificate as PDF/A-2u in the layout that it was issued with. Raises CannotTypeset with the reason."""
    return set_pdf(
        _design(certificate), words_of(certificate), qr=qr_svg(check_url), assets={}, day=certificate.issued_on
    )


def words_of(certificate: Certificate) -> Words:
    """Every word that a layout can show, by placeholder."""
    return printed_words(certificate.text, serial=certificate.serial, date=chinese_date(certificate.issued_on))


def _design(certificate: Certificate) -> Design:
    """Until a certificate keeps its own layout: the plain one."""
    return parse_layout(shipped_document(DEFAULT))
