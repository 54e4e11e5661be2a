"""Typesetting with Typst (design §11): the same layout and the same words give the same bytes."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from certificates.engine.filling import FilledBox, Run, Words, fill_layout
from certificates.engine.layout import HEI, OVERPRINT, QR, SEAL, SONG, TEXT, Box, Emphasis, Layout
from certificates.exceptions import CannotTypeset
from certificates.rendering.fonts import chain_names
from core.fonts.installed import installed_fonts

FOLDER = Path(__file__).parent.parent / "typst"
TEMPLATE = FOLDER / "layout.typ"
_UNBROKEN = re.compile(r"[^\s\u2e80-\U0003ffff、，。；：！？·—…“”‘’（）《》〔〕-]{6,}")
_PLAIN = Emphasis(font=SONG, weight=700, colour="#a9201a", scale=Decimal(1))
_typesetting = Lock()  # a compiler serves one thread at a time


@cache
def compiler() -> typst.Compiler:
    """One compiler per process. Never call this before a fork: a child forked after a compile hangs (design §11).

    Its root is the whole disk, for art and uploads lie apart; the paths that the template opens are ours alone, a
    layout only names art and digests.
    """
    return typst.Compiler(str(TEMPLATE), root="/", font_paths=installed_fonts())


def set_pdf(
    layout: Layout, words: Words, *, qr: str, assets: Mapping[str, Path], day: date, frames: bool = False
) -> bytes:
    """One certificate as PDF/A-2u, which refuses a character that no font has instead of leaving it blank.

    `frames` draws the boxes too. Raises CannotTypeset with the reason, also where the words do not fit.
    """
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    job = _job(layout, words, qr=qr, assets=assets, frames=frames)
    made = _compile(job, format="pdf", pdf_standards="a-2u", timestamp=noon)
    if not isinstance(made, bytes):
        raise CannotTypeset("无法排版：证书超出一页。")
    return made


def set_png(
    layout: Layout,
    words: Words,
    *,
    qr: str,
    assets: Mapping[str, Path],
    ppi: int,
    frames: bool = False,
    lenient: bool = False,
) -> bytes:
    """A picture of one certificate; `frames` draws the boxes too. A `lenient` one shows words that do not fit in a red
    frame, and pictures that are missing as such. Raises CannotTypeset with the reason."""
    job = _job(layout, words, qr=qr, assets=assets, frames=frames, lenient=lenient)
    made = _compile(job, format="png", ppi=ppi)
    if not isinstance(made, bytes):
        raise CannotTypeset("无法排版：证书超出一页。")
    return made


def fitting_sizes(layout: Layout, many: Sequence[Words]) -> list[dict[int, float]]:
    """For each certificate: index of each text box → the size in points at which its words fit, 0 where none does."""
    filled = [fill_layout(layout, words) for words in many]
    boxes = [_text_job(each) for certificate in filled for each in certificate]
    inputs = {"job": json.dumps({"mode": "measure", "boxes": boxes}, ensure_ascii=False)}
    measuring = typst.Compiler(str(TEMPLATE), root="/", font_paths=installed_fonts(), sys_inputs=inputs)
    try:
        sizes = iter(json.loads(measuring.query("<sizes>", field="value", one=True)))
    except typst.TypstError as error:
        raise CannotTypeset(f"无法排版：{error.message}") from error
    return [{each.index: float(next(sizes)) for each in certificate} for certificate in filled]


def _compile(job: Mapping[str, Any], **options: Any) -> Any:
    inputs = {"job": json.dumps(job, ensure_ascii=False, sort_keys=True)}
    try:
        with _typesetting:
            return compiler().compile(sys_inputs=inputs, **options)
    except typst.TypstError as error:
        raise CannotTypeset(f"无法排版：{error.message.removeprefix('panicked with: ')}") from error


def _job(
    layout: Layout, words: Words, *, qr: str, assets: Mapping[str, Path], frames: bool = False, lenient: bool = False
) -> dict[str, Any]:
    prints_all = layout.prints != OVERPRINT
    filled = {each.index: each for each in fill_layout(layout, words)}
    issuers = words.get("落款单位", "").split("\n")
    boxes = [
        _text_job(filled[index]) if box.kind == TEXT else _picture_job(box, assets, lenient)
        for index, box in enumerate(layout.boxes)
        if box.kind in (TEXT, QR) or (prints_all and (lenient or not box.issuer or box.issuer in issuers))
    ]
    return {
        "mode": "print",
        "title": words.get("标题") or layout.title,
        "author": "、".join(issuers),
        "width": float(layout.page.width),
        "height": float(layout.page.height),
        "dx": float(layout.offset_x),
        "dy": float(layout.offset_y),
        "paper": layout.page.paper if prints_all else "",
        "background": _background(layout, assets, lenient) if prints_all else "",
        "boxes": boxes,
        "frames": frames,
        "lenient": lenient,
        "qr": qr if layout.background.asset or not prints_all else qr.replace('fill="#fff"', 'fill="none"'),
    }


def _background(layout: Layout, assets: Mapping[str, Path], lenient: bool) -> str:
    if layout.background.art:
        return str(FOLDER / "art" / f"{layout.background.art}.svg")
    return _picture("底图", layout.background.asset, assets, lenient) if layout.background.asset else ""


def _picture(place: str, sha256: str, assets: Mapping[str, Path], lenient: bool) -> str:
    """Path of an uploaded picture; a certificate is never printed without one that belongs on it."""
    if sha256 in assets:
        return str(assets[sha256])
    if lenient:
        return ""
    raise CannotTypeset(f"“{place}”的图片没有上传，或文件丢失、被改动过，不能印。")


def _place(box: Box) -> dict[str, Any]:
    numbers = {key: float(getattr(box, key)) for key in ("x", "y", "width", "height")}
    return {"kind": box.kind, "name": box.name, **numbers, "valign": box.valign}


def _picture_job(box: Box, assets: Mapping[str, Path], lenient: bool) -> dict[str, Any]:
    path = _picture(box.name, box.asset, assets, lenient) if box.kind == SEAL else ""
    return {**_place(box), "path": path, "font": chain_names(HEI)}


def _text_job(filled: FilledBox) -> dict[str, Any]:
    box = filled.box
    emphasis = box.emphasis or _PLAIN
    numbers = ("size", "min_size", "tracking", "line_height", "indent")
    return {
        **_place(box),
        **{key: float(getattr(box, key)) for key in numbers},
        "font": chain_names(box.font),
        "weight": box.weight,
        "colour": box.colour,
        "align": box.align,
        "fit": box.fit,
        "emphasis": {
            "font": chain_names(emphasis.font),
            "weight": emphasis.weight,
            "colour": emphasis.colour,
            "scale": float(emphasis.scale),
        },
        "lines": [[_run_job(run) for run in line] for line in filled.lines],
        "unbroken": [part for line in filled.lines for run in line for part in _unbroken(run)],
    }


def _run_job(run: Run) -> dict[str, Any]:
    return {"text": run.text, "strong": run.is_strong, "whole": run.is_whole}


def _unbroken(run: Run) -> list[dict[str, Any]]:
    """What Typst will not break over two lines: whole names, and long words of letters and digits."""
    words = [run.text] if run.is_whole else _UNBROKEN.findall(run.text)
    return [{"text": word, "strong": run.is_strong, "whole": run.is_whole} for word in words]
