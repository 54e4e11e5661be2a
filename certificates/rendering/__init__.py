"""Typesetting a certificate, and checking its words beforehand with the same fonts."""

from certificates.rendering.certificates import check_texts, example_png, render_certificate, words_of
from certificates.rendering.fonts import font_chains
from certificates.rendering.typesetting import compiler, fitting_sizes, set_pdf, set_png

__all__ = [
    "check_texts",
    "compiler",
    "example_png",
    "fitting_sizes",
    "font_chains",
    "render_certificate",
    "set_pdf",
    "set_png",
    "words_of",
]
