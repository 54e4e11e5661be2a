"""From a certificate's row to its page, and from an award's words to what is wrong with them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from certificates.engine.filling import Words, printed_words
from certificates.engine.layout import Layout as Design
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import Finding, check_certificate
from certificates.engine.shipped import DEFAULT, shipped_document
from certificates.exceptions import CannotTypeset
from certificates.models import Asset, Certificate
from certificates.rendering.fonts import font_chains
from certificates.rendering.pictures import is_whole, path_of, picture_files
from certificates.rendering.typesetting import fitting_sizes, set_pdf, set_png
from core.qr import qr_svg
from core.text.dates import chinese_date

MEASURED_AT_ONCE = 200
MOST_DESIGNS = 50
_designs: dict[str, Design] = {}
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
# What tries a layout: twelve authors with rare characters, a title of 30 characters, long names of units.
LONGEST = {
    **EXAMPLE,
    "姓名": (
        "王䶮、㛃小溪、赵𬭎、𫖯仰之、买买提·吐尔逊、欧阳一鸣、上官思远、贺泽怡、爱新觉罗·启功、李四、王二、诸葛明"
    ),
    "事由": (
        "在2026年示例市科普讲解大赛（少年组）中，作品"
        "《从一粒沙到一片星空：写给孩子们的宇宙演化与太阳系的三十封来信》荣获"
    ),
    "奖项": "最具创意科普讲解特等奖",
    "作品": "从一粒沙到一片星空：写给孩子们的宇宙演化与太阳系的三十封来信",
    "组别": "少年组",
    "单位": "示例市经济技术开发区青少年科学素质教育促进中心",
    "作者": "王䶮、㛃小溪、赵𬭎、𫖯仰之、买买提·吐尔逊、欧阳一鸣、上官思远、贺泽怡、爱新觉罗·启功、李四、王二、诸葛明",
    "指导教师": "李老师、阿不都热合曼·艾力、欧阳老师",
    "落款单位": "示例市科学技术局\n示例市科学技术协会\n示例市教育局",
    "日期": chinese_date(date(2026, 12, 28)),
    "编号": "科普讲解〔2026〕00128-X",
}
EXAMPLE_URL = "https://example.com/v/specimen-token-as-long-as-real/"


def render_certificate(certificate: Certificate, *, check_url: str) -> bytes:
    """The certificate as PDF/A-2u in the layout that it was issued with. Raises CannotTypeset with the reason."""
    design = _design_of(certificate)
    words = words_of(certificate)
    files = picture_files(design)
    return set_pdf(design, words, qr=qr_svg(check_url), assets=files, day=certificate.issued_on)


def _design_of(certificate: Certificate) -> Design:
    """Read once for all certificates of a layout; its digest stands for its document, which is never edited."""
    if certificate.layout is None:
        return parse_layout(shipped_document(DEFAULT))
    sha256 = certificate.layout.sha256
    if sha256 not in _designs:
        if len(_designs) == MOST_DESIGNS:
            _designs.clear()
        _designs[sha256] = parse_layout(certificate.layout.document)
    return _designs[sha256]


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


def example_png(
    design: Design, *, ppi: int, frames: bool = False, words: Words = EXAMPLE, lenient: bool = False
) -> bytes:
    """A picture of a layout with made-up words; its code leads nowhere. A `lenient` one shows what is wrong instead of
    refusing it. Raises CannotTypeset with the reason."""
    files = _files_at_hand(design) if lenient else picture_files(design)
    return set_png(design, words, qr=qr_svg(EXAMPLE_URL), assets=files, ppi=ppi, frames=frames, lenient=lenient)


def example_pdf(design: Design) -> bytes:
    """A layout with made-up words and the frames of its boxes, to be held against a preprinted sheet."""
    files = picture_files(design)
    return set_pdf(design, EXAMPLE, qr=qr_svg(EXAMPLE_URL), assets=files, day=date(2026, 5, 8), frames=True)


def check_example(design: Design, words: Words) -> list[Finding]:
    """What preflight says of a layout with made-up words."""
    [sizes] = fitting_sizes(design, [words])
    return check_certificate(design, words, font_chains(), sizes)


def _files_at_hand(design: Design) -> dict[str, Path]:
    try:
        return picture_files(design)
    except CannotTypeset:
        rows = Asset.objects.filter(sha256__in=design.assets()).order_by("pk")
        return {row.sha256: path_of(row) for row in rows if is_whole(row)}
