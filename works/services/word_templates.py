"""Word templates of a selection that staff restyle: kept beside the shipped ones, tried before they are taken."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.models import User
from core.word import LARGEST, check_template, store_template
from ledger.services import record_event
from works.models import Selection, WordTemplate

SHIPPED = Path(__file__).resolve().parent.parent / "word"
Document = WordTemplate.Document
# What each document may use; the shipped templates use all of it.
PLACEHOLDERS: dict[str, list[str]] = {
    Document.RECOMMENDATION_FORM: (
        "届次 评选 主办单位 类别 编号 作品名称 作者 第一作者 其他作者 单位 联系人 联系电话 邮箱 作品类别 册数 ISBN "
        "出版社 版权单位 出版时间 版次印次 印数 时长 首播平台 首播日期 播放链接 非原创素材比例 人工智能 人工智能说明 "
        "素材来源 内容简介 推荐理由 推荐单位 获奖 推荐顺序 打印日期"
    ).split(),
    Document.MINUTES: (
        "届次 评选 主办单位 类别 日期 地点 主持人 出席人员 会议情况 作品数 评审员数 评审数 有名次数 行 裁定 未排名 "
        "依据 打印日期"
    ).split(),
}
# What the trial puts in where a placeholder is no text.
TRIAL: dict[str, dict[str, Any]] = {
    Document.MINUTES: {
        **dict.fromkeys(("作品数", "评审员数", "评审数", "有名次数"), 1),
        "行": [dict.fromkeys("名次 编号 作品 作者 单位 得分 奖项 评审 意见".split(), "样")],
        "裁定": [{"顺序": "样", "理由": "样"}],
        "未排名": [dict.fromkeys("编号 作品 原因 意见".split(), "样")],
    },
}


def template_path(selection: Selection, document: str) -> Path:
    """The file that a document is made from: the newest that staff handed in, else the shipped one."""
    own = WordTemplate.objects.filter(selection=selection, document=document).order_by("-pk").first()
    if own is not None and own.path:
        path = Path(settings.MEDIA_ROOT) / own.path
        if path.is_file():
            return path
    return shipped_path(document)


def shipped_path(document: str) -> Path:
    """The template that comes with the product."""
    return SHIPPED / f"{document}.docx"


@transaction.atomic
def keep_template(
    *, selection: Selection, document: str, file: BinaryIO, name: str, actor: User, now: datetime
) -> WordTemplate:
    """Use a restyled Word template from now on; earlier ones stay. Refuses what core.word.check_template refuses."""
    content = file.read(LARGEST + 1)
    check_template(content, placeholders=PLACEHOLDERS[document], trial=TRIAL.get(document, {}))
    digest = hashlib.sha256(content).hexdigest()
    return _record(selection, document, store_template(content), name[:200], digest, actor, now)


@transaction.atomic
def use_shipped_template(*, selection: Selection, document: str, actor: User, now: datetime) -> WordTemplate:
    """Go back to the template that comes with the product."""
    digest = hashlib.sha256(shipped_path(document).read_bytes()).hexdigest()
    return _record(selection, document, "", "", digest, actor, now)


def _record(
    selection: Selection, document: str, path: str, name: str, digest: str, actor: User, now: datetime
) -> WordTemplate:
    template = WordTemplate.objects.create(
        selection=selection,
        document=document,
        path=path,
        original_name=name,
        sha256=digest,
        uploaded_by=actor,
        uploaded_at=now,
    )
    payload = {"selection": selection.pk, "template": template.pk, "kind": document, "sha256": digest}
    record_event(edition=selection.edition, kind="word_template_changed", actor=actor, payload=payload, now=now)
    return template
