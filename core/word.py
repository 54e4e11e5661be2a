"""Word documents from templates that staff can restyle (design §9): filling them in, and trying a restyled one."""

import secrets
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from core.exceptions import DomainError

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024


class TemplateRefused(DomainError):
    """A Word template that cannot be used, with the reason."""


def sandbox() -> SandboxedEnvironment:
    """What templates run in: they are staff's files, and people's words in them are escaped (pitfall 21)."""
    return SandboxedEnvironment(autoescape=True)


def filled(template: DocxTemplate, context: Mapping[str, Any]) -> bytes:
    """The document with its placeholders filled in."""
    template.render(dict(context), jinja_env=sandbox(), autoescape=True)
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()


def check_template(content: bytes, *, placeholders: Sequence[str], trial: Mapping[str, Any]) -> None:
    """Refuse (TemplateRefused) a file that is no .docx or too large, a placeholder that nobody fills in, and a template
    that fails when it is filled in for trial.

    `trial` says what the trial puts in where a placeholder is no text: a list of rows, or a number.
    """
    if len(content) > LARGEST:
        raise TemplateRefused(f"模板最大 {LARGEST // 1024 // 1024} MB，请压缩其中的图片。")
    try:
        with ZipFile(BytesIO(content)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise TemplateRefused("这不是 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx 再上传。")
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise TemplateRefused("模板解压后过大，请压缩其中的图片。")
    except BadZipFile as error:
        raise TemplateRefused("这不是 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx 再上传。") from error
    try:
        used = DocxTemplate(BytesIO(content)).get_undeclared_template_variables(sandbox())
    except Exception as error:  # staff's files are damaged in more ways than zip, XML and template readers name
        raise TemplateRefused(
            "模板读不出来，或占位符写法有误：请检查双花括号和循环标记是否成对，再另存上传。"
        ) from error
    if unknown := sorted(used - set(placeholders)):
        raise TemplateRefused(f"没有这些占位符：{'、'.join(unknown)}。可用的有：{'、'.join(placeholders)}。")
    _refuse_failing(content, placeholders, trial)


def store_template(content: bytes) -> str:
    """Keep a checked template under MEDIA_ROOT; return its path there."""
    path = f"word/{secrets.token_hex(16)}.docx"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(target)
    return path


def _refuse_failing(content: bytes, placeholders: Sequence[str], trial: Mapping[str, Any]) -> None:
    """Fill the template in with made-up words, and with nothing: one that fails then would fail for everybody."""
    for text in ("样", ""):
        context: dict[str, Any] = dict.fromkeys(placeholders, text)
        context |= {name: value if text else type(value)() for name, value in trial.items() if name in context}
        try:
            filled(DocxTemplate(BytesIO(content)), context)
        except Exception as error:  # whatever staff wrote between the braces may raise anything
            raise TemplateRefused("模板试填时出错：请检查占位符里的写法，只写名称，不写计算。") from error
