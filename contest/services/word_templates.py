"""Word templates that staff restyle: kept beside the shipped ones, tried before they are taken (design §9)."""

import hashlib
import secrets
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.db import transaction
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, DocumentTemplate
from ledger.services import record_event

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
SHIPPED = Path(__file__).resolve().parent.parent / "word"
Kind = DocumentTemplate.Kind
# What each kind may use; the shipped templates use all of it.
PLACEHOLDERS: dict[str, list[str]] = {
    Kind.REGISTRATION_FORM: (
        "届次 比赛 组别 姓名 性别 出生年月 证件类型 证件号码 单位 题目 指导教师 "
        "监护人 监护人电话 电话 邮箱 加问 照片 推荐单位 打印日期"
    ).split(),
    Kind.NOMINATION_LIST: ("届次 比赛 主办单位 行 依据 打印日期").split(),
    Kind.DELEGATION_FORM: (
        "届次 比赛 主办单位 代表队 领队 领队职务 领队电话 联系人 联系人电话 联系人邮箱 "
        "通信地址 选手人数 观摩人数 总人数 备注 打印日期"
    ).split(),
}
# What the trial puts in for lists and numbers; every other placeholder is a text.
_PERSON = "序号 组别 姓名 性别 出生年月 证件号码 单位 题目 指导教师 电话 备注".split()
_ROWS = {"加问": [{"项目": "样", "内容": "样"}], "行": [dict.fromkeys(_PERSON, "样")]}
_NUMBERS = ("选手人数", "观摩人数", "总人数")


def sandbox() -> SandboxedEnvironment:
    """What templates run in: they are staff's files, and people's words in them are escaped (pitfall 21)."""
    return SandboxedEnvironment(autoescape=True)


def template_path(contest: Contest, kind: str) -> Path:
    """The file that a document of this kind is made from: the newest that staff handed in, else the shipped one."""
    own = DocumentTemplate.objects.filter(contest=contest, kind=kind).order_by("-pk").first()
    if own is not None and own.path:
        path = Path(settings.MEDIA_ROOT) / own.path
        if path.is_file():
            return path
    return shipped_path(kind)


def shipped_path(kind: str) -> Path:
    """The template that comes with the product."""
    return SHIPPED / f"{kind}.docx"


@transaction.atomic
def keep_template(
    *, contest: Contest, kind: str, file: BinaryIO, name: str, actor: User, now: datetime
) -> DocumentTemplate:
    """Use a restyled Word template from now on; earlier ones stay on record.

    Refuses (ContestRefused) a file that is no .docx or too large, and a template with a placeholder that nobody
    fills in, that cannot be read, or that fails when it is filled in for trial.
    """
    content = file.read(LARGEST + 1)
    _refuse_template(content, kind)
    path = f"word/{secrets.token_hex(16)}.docx"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(target)
    return _record(contest, kind, path, name[:200], hashlib.sha256(content).hexdigest(), actor, now)


@transaction.atomic
def use_shipped_template(*, contest: Contest, kind: str, actor: User, now: datetime) -> DocumentTemplate:
    """Go back to the template that comes with the product."""
    digest = hashlib.sha256(shipped_path(kind).read_bytes()).hexdigest()
    return _record(contest, kind, "", "", digest, actor, now)


def _record(
    contest: Contest, kind: str, path: str, name: str, digest: str, actor: User, now: datetime
) -> DocumentTemplate:
    template = DocumentTemplate.objects.create(
        contest=contest,
        kind=kind,
        path=path,
        original_name=name,
        sha256=digest,
        uploaded_by=actor,
        uploaded_at=now,
    )
    payload = {"contest": contest.pk, "template": template.pk, "kind": kind, "sha256": digest}
    record_event(edition=contest.edition, kind="word_template_changed", actor=actor, payload=payload, now=now)
    return template


def _refuse_template(content: bytes, kind: str) -> None:
    if len(content) > LARGEST:
        raise ContestRefused(f"模板最大 {LARGEST // 1024 // 1024} MB，请压缩其中的图片。")
    try:
        with ZipFile(BytesIO(content)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise ContestRefused("这不是 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx 再上传。")
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise ContestRefused("模板解压后过大，请压缩其中的图片。")
    except BadZipFile as error:
        raise ContestRefused("这不是 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx 再上传。") from error
    try:
        used = DocxTemplate(BytesIO(content)).get_undeclared_template_variables(sandbox())
    except Exception as error:  # staff's files are damaged in more ways than zip, XML and template readers name
        raise ContestRefused(
            "模板读不出来，或占位符写法有误：请检查双花括号和循环标记是否成对，再另存上传。"
        ) from error
    if unknown := sorted(used - set(PLACEHOLDERS[kind])):
        known = "、".join(PLACEHOLDERS[kind])
        raise ContestRefused(f"没有这些占位符：{'、'.join(unknown)}。可用的有：{known}。")
    _refuse_failing(content, kind)


def _refuse_failing(content: bytes, kind: str) -> None:
    """Fill the template in with made-up words, and with nothing: one that fails then would fail for everybody."""
    for text in ("样", ""):
        context: dict[str, Any] = dict.fromkeys(PLACEHOLDERS[kind], text)
        context |= {name: _ROWS[name] if text else [] for name in _ROWS if name in context}
        context |= {name: 1 if text else 0 for name in _NUMBERS if name in context}
        try:
            template = DocxTemplate(BytesIO(content))
            template.render(context, jinja_env=sandbox(), autoescape=True)
            template.save(BytesIO())
        except Exception as error:  # whatever staff wrote between the braces may raise anything
            raise ContestRefused("模板试填时出错：请检查占位符里的写法，只写名称，不写计算。") from error
