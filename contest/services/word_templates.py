"""Word templates that staff restyle: kept beside the shipped ones, tried before they are taken (design §9)."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.models import User
from contest.models import Contest, DocumentTemplate
from core.word import LARGEST, check_template, store_template
from ledger.services import record_event

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
_TRIAL = {
    "加问": [{"项目": "样", "内容": "样"}],
    "行": [dict.fromkeys(_PERSON, "样")],
    **dict.fromkeys(("选手人数", "观摩人数", "总人数"), 1),
}


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

    Refuses (TemplateRefused) a file that is no .docx or too large, and a template with a placeholder that nobody
    fills in, that cannot be read, or that fails when it is filled in for trial.
    """
    content = file.read(LARGEST + 1)
    check_template(content, placeholders=PLACEHOLDERS[kind], trial=_TRIAL)
    return _record(contest, kind, store_template(content), name[:200], hashlib.sha256(content).hexdigest(), actor, now)


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
