"""Proof sheets (校样): every certificate of a batch as it will print, marked as a proof, behind a table of all rows."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from threading import Lock
from typing import Any

import typst
from pypdf import PdfReader, PdfWriter

from certificates.engine.layout import SONG
from certificates.engine.layout_reading import parse_layout
from certificates.exceptions import CannotTypeset
from certificates.models import Batch, Certificate, Series
from certificates.rendering.certificates import render_certificate
from certificates.rendering.fonts import chain_names
from certificates.rendering.typesetting import FOLDER
from core.fonts.installed import installed_fonts
from core.text.dates import chinese_date

TEMPLATE = FOLDER / "proof.typ"
NOWHERE = "x" * 32  # as long as a real token; the code on a proof leads to “no such certificate”
_HEADINGS = ("序号", "获奖人", "奖项", "证书文字", "推荐单位")
_WIDTHS = (12, 34, 24, 0, 34)  # millimetres; 0 takes the rest
_typesetting = Lock()


def proof_pages(batch: Batch, rows: Sequence[Mapping[str, Any]], *, first: int, check_url: str) -> bytes:
    """These rows of a batch, one marked page each; `first` is the place of the first. Raises CannotTypeset, saying
    whose certificate it is."""
    page = parse_layout(batch.layout.document).page
    labels = [
        f"校样 · 批次 {batch.pk} · 第 {first + index} / {batch.size} 张 · 签发时编号" for index in range(len(rows))
    ]
    job = {"mode": "marks", "width": float(page.width), "height": float(page.height), "labels": labels}
    marks = PdfReader(BytesIO(_compile(job))).pages
    writer = PdfWriter()
    for index, row in enumerate(rows):
        content = _certificate_page(batch, row, first + index, check_url)
        writer.append(BytesIO(content), import_outline=False)
        writer.pages[index].merge_page(marks[index])
    return _written(writer)


def proof_table(batch: Batch, *, drafted_by: str, drafted_at: str) -> bytes:
    """The table of all rows, with what the batch is and what its issue will void."""
    facts = [
        ("依据", batch.source),
        ("版式", f"{batch.layout.title}（第 {batch.layout.version} 版）"),
        ("编号系列", f"{batch.prefix}（编号在签发时按顺序产生）"),
        ("落款日期", chinese_date(batch.issued_on)),
        ("张数", f"{batch.size} 张"),
        *([("补发原因", batch.reason)] if batch.reason else []),
        *([("签发后失效", "、".join(batch.supersedes))] if batch.supersedes else []),
        ("拟定", f"{drafted_by} {drafted_at}"),
        ("内容摘要", batch.sha256),
    ]
    job = {
        "mode": "table",
        "title": batch.title,
        "footer": f"{batch.title} · 批次 {batch.pk} · 校样，不是证书",
        "facts": [list(fact) for fact in facts],
        "headings": list(_HEADINGS),
        "widths": list(_WIDTHS),
        "rows": [_cells(place, row) for place, row in enumerate(batch.awards, start=1)],
        "signatures": ["核对", "核准"],
    }
    return _compile(job)


def merge_parts(parts: Sequence[bytes], *, title: str) -> bytes:
    """PDFs one after another as one."""
    writer = PdfWriter()
    for part in parts:
        writer.append(BytesIO(part), import_outline=False)
    writer.add_metadata({"/Title": title, "/Producer": "明评"})
    return _written(writer)


def _certificate_page(batch: Batch, row: Mapping[str, Any], place: int, check_url: str) -> bytes:
    series = Series(edition=batch.edition, prefix=batch.prefix)
    certificate = Certificate(
        series=series,
        serial=f"{batch.prefix}0000-0",
        token=NOWHERE,
        text=row,
        layout=batch.layout,
        issued_on=batch.issued_on,
    )
    try:
        return render_certificate(certificate, check_url=check_url)
    except CannotTypeset as error:
        raise CannotTypeset(f"第 {place} 行“{row['recipient']}”：{error.message}") from error


def _cells(place: int, row: Mapping[str, Any]) -> list[str]:
    words = f"{row['before']}{row['award']}{row['after']}"
    return [
        str(place),
        f"{row['recipient']}{row['salutation']}",
        row["award"],
        words,
        row.get("fields", {}).get("单位", ""),
    ]


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(TEMPLATE), root=str(FOLDER), font_paths=installed_fonts())


def _compile(job: Mapping[str, Any]) -> bytes:
    inputs = {"job": json.dumps({**job, "fonts": chain_names(SONG)}, ensure_ascii=False, sort_keys=True)}
    try:
        with _typesetting:
            made = _compiler().compile(sys_inputs=inputs, format="pdf")
    except typst.TypstError as error:
        raise CannotTypeset(f"校样无法排版：{error.message}") from error
    if not isinstance(made, bytes):
        raise CannotTypeset("校样无法排版。")
    return made


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.compress_identical_objects(remove_unreferenced=True)
    writer.write(out)
    return out.getvalue()
