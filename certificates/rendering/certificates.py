"""From a certificate's row to its page, and from an award's words to what is wrong with them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from certificates.engine.filling import Words, printed_words
from certificates.engine.layout import Layout as Design
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import Finding, check_certificate
from certificates.engine.shipped import DEFAULT, shipped_document
from certificates.models import Certificate
from certificates.rendering.fonts import font_chains
from certificates.rendering.typesetting import fitting_sizes, set_pdf, set_png
from core.qr import qr_svg
from core.text.dates import chinese_date

MEASURED_AT_ONCE = 200
EXAMPLE = {
    "标题": "荣誉证书",
    "姓名": "张三",
    "称谓": "同志",
    "事由": "在2026年示例市科普讲解大赛（成年组）中，作品《星空的秘密》荣获",
    "奖项": "一等奖",
    "结语": "。特发此证，以资鼓励。",
    "作品": "星空的秘密",
    "届次": "2026年示例市科技活动周",
    "比赛": "2026年示例市科普讲解大赛",
    "组别": "成年组",
    "单位": "示例市科技馆",
    "作者": "张三",
    "指导教师": "李四、王五",
    "落款单位": "示例市科学技术局\n示例市科学技术协会",
    "日期": chinese_date(date(2026, 5, 8)),
    "编号": "样张〔2026〕0001-X",
}


def render_certificate(certificate: Certificate, *, check_url: str) -> bytes:
    """The certificate as PDF/A-2u in the layout that it was issued with. Raises CannotTypeset with the reason."""
    document = certificate.layout.document if certificate.layout else shipped_document(DEFAULT)
    words = words_of(certificate)
    return set_pdf(parse_layout(document), words, qr=qr_svg(check_url), assets={}, day=certificate.issued_on)


def words_of(certificate: Certificate) -> Words:
    """Every word that a layout can show, by placeholder."""
    return printed_words(certificate.text, serial=certificate.serial, date=chinese_date(certificate.issued_on))


def check_texts(design: Design, texts: Sequence[Mapping[str, Any]], *, serial: str, day: date) -> list[list[Finding]]:
    """What preflight finds in each certificate's text; `serial` is one as long as they will be."""
    many = [printed_words(text, serial=serial, date=chinese_date(day)) for text in texts]
    fonts = font_chains()
    found: list[list[Finding]] = []
    for start in range(0, len(many), MEASURED_AT_ONCE):
        part = many[start : start + MEASURED_AT_ONCE]
        sizes = fitting_sizes(design, part)
        found += [check_certificate(design, words, fonts, size) for words, size in zip(part, sizes, strict=True)]
    return found


def example_png(design: Design, *, ppi: int, frames: bool = False) -> bytes:
    """A picture of a layout with made-up words; its code leads nowhere. Raises CannotTypeset with the reason."""
    qr = qr_svg("https://example.com/v/specimen/")
    return set_png(design, EXAMPLE, qr=qr, assets={}, ppi=ppi, frames=frames)
