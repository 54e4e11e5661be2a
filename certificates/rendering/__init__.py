"""Typesetting a certificate, and checking its words beforehand with the same fonts."""

from certificates.rendering.certificates import (
    EXAMPLE,
    LONGEST,
    check_example,
    check_texts,
    example_pdf,
    example_png,
    render_certificate,
    words_of,
)
from certificates.rendering.fonts import font_chains
from certificates.rendering.pictures import known_pictures, picture_files
from certificates.rendering.typesetting import compiler, fitting_sizes, set_pdf, set_png

__all__ = [
    "EXAMPLE",
    "LONGEST",
    "check_example",
    "check_texts",
    "compiler",
    "example_pdf",
    "example_png",
    "fitting_sizes",
    "font_chains",
    "known_pictures",
    "picture_files",
    "render_certificate",
    "set_pdf",
    "set_png",
    "words_of",
]
