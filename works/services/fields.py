"""What a work is asked for, by the form of its kind: names, labels, lengths (domain.md B2, B3).

A further form is one more entry of FORMS, with the columns of Work that it uses (docs/works.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from works.exceptions import FieldFault
from works.models import Kind, Work

Shape = Literal[
    "text", "long", "choice", "yes_no", "month", "day", "count", "percent", "duration", "phone", "email", "url"
]
DETAIL = "details."
AUTHOR_PARTS = ("name", "workplace")
VOLUME_PARTS = ("isbn", "title")
LONGEST_NAME, LONGEST_WORKPLACE, LONGEST_TITLE = 60, 80, 120
MOST_VOLUMES = 60


@dataclass(frozen=True)
class FieldSpec:
    """One field: its name (a column of Work, or `details.<code>`), what people call it, what may stand in it.

    `longest` counts characters, `most` bounds a count; `required` where a work is handed in.
    """

    name: str
    label: str
    shape: Shape = "text"
    longest: int = 80
    required: bool = False
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 1_000_000_000


@dataclass(frozen=True)
class FormPart:
    """Fields under one heading; `rows` names the rows that stand above them (authors, volumes)."""

    title: str
    fields: tuple[FieldSpec, ...] = ()
    rows: Literal["", "authors", "volumes"] = ""


_YES_NO = (("yes", "是"), ("no", "否"))
_CONTACT = FormPart(
    "联系",
    (
        FieldSpec("contact_name", "联系人", longest=60, required=True),
        FieldSpec("phone", "联系电话", "phone", longest=40, required=True, hint="手机号，或带区号的固定电话。"),
        FieldSpec("email", "电子邮箱", "email", longest=254),
    ),
)
_AUTHORS = FormPart(
    "作者",
    (FieldSpec("workplace", "第一作者单位", longest=LONGEST_WORKPLACE, required=True, hint="写全称。"),),
    rows="authors",
)
_TEXTS = (
    FieldSpec("summary", "内容简介", "long", longest=500, required=True, hint="500 字以内。"),
    FieldSpec("reason", "推荐理由", "long", longest=500, hint="500 字以内。"),
)
_AI = (
    FieldSpec("ai_used", "使用了人工智能生成的内容", "choice", choices=_YES_NO),
    FieldSpec("ai_note", "人工智能使用说明", "long", longest=500, hint="用了什么工具，用在哪些地方，怎样标注的。"),
    FieldSpec("sources", "非原创素材来源与授权", "long", longest=2000, hint="逐项写明素材、来源和授权；没有的不填。"),
)
_REMARK = FieldSpec("remark", "备注", longest=200)
FORMS: dict[str, tuple[FormPart, ...]] = {
    Kind.Form.BOOK: (
        FormPart(
            "图书",
            (
                FieldSpec("title", "书名", longest=LONGEST_TITLE, required=True, hint="不写书名号；丛书写丛书名。"),
                FieldSpec(
                    "category",
                    "类别",
                    "choice",
                    required=True,
                    choices=tuple((str(value), str(label)) for value, label in Work.Category.choices),
                ),
                FieldSpec("volumes", "册数", "count", hint="丛书须整套申报，每册一个 ISBN。", most=MOST_VOLUMES),
            ),
        ),
        FormPart("ISBN", rows="volumes"),
        FormPart(
            "出版",
            (
                FieldSpec("publisher", "出版社", required=True),
                FieldSpec(
                    "published_on", "出版时间", "month", required=True, hint="如 2025-03；丛书填最后一册的出版时间。"
                ),
                FieldSpec("edition_note", "版次印次", longest=40, hint="如：2025 年 3 月第 1 版第 1 次印刷。"),
                FieldSpec("print_run", "印数", "count", hint="只填数字。"),
            ),
        ),
        _AUTHORS,
        _CONTACT,
        FormPart("介绍", (*_TEXTS, *_AI, _REMARK)),
    ),
    Kind.Form.VIDEO: (
        FormPart(
            "视频",
            (
                FieldSpec(
                    "title",
                    "作品名称",
                    longest=LONGEST_TITLE,
                    required=True,
                    hint="与片头的名称一致，不写书名号。",
                ),
                FieldSpec("seconds", "时长", "duration", required=True, hint="如 3分31秒 或 3:31。"),
            ),
        ),
        FormPart(
            "首次播出",
            (
                FieldSpec("platform", "首播平台", required=True),
                FieldSpec("published_on", "首播日期", "day", required=True, hint="如 2025-05-22。"),
                FieldSpec("url", "播放链接", "url", longest=300, required=True, hint="以 https:// 或 http:// 开头。"),
                FieldSpec("publisher", "版权单位", required=True, hint="写全称。"),
            ),
        ),
        _AUTHORS,
        _CONTACT,
        FormPart("介绍", _TEXTS),
        FormPart(
            "素材",
            (
                FieldSpec(
                    "non_original_percent",
                    "非原创素材占比（%）",
                    "percent",
                    required=True,
                    hint="按片长计；购买的、公共的和人工智能生成的素材都算。没有填 0。",
                ),
                replace(_AI[0], required=True),
                *_AI[1:],
                _REMARK,
            ),
        ),
    ),
}
_OPTIONAL = (
    FieldSpec("discipline", "所属学科", longest=40),
    FieldSpec("cip", "CIP 数据核字号", longest=40, hint="见版权页。"),
    FieldSpec("words", "字数", longest=20, hint="见版权页，如：120 千字。"),
    FieldSpec("readers", "读者对象", longest=60),
    FieldSpec(
        "film_form",
        "作品形式",
        "choice",
        choices=tuple((each, each) for each in ("纪录", "动画", "情景剧", "讲解", "剪辑", "其他")),
    ),
    FieldSpec("earlier_awards", "获奖情况", "long", longest=300, hint="写明年份和奖项；没有的不填。"),
    FieldSpec("impact", "社会影响", "long", longest=500, hint="发行量、播放量、社会反响等。"),
    FieldSpec("address", "通信地址", longest=120),
)
OPTIONAL_FIELDS: dict[str, FieldSpec] = {each.name: each for each in _OPTIONAL}


def asked_fields(kind: Kind) -> list[FieldSpec]:
    """What a kind asks beyond its form, in its order; a code that is not known (any more) is passed over."""
    return [
        replace(OPTIONAL_FIELDS[row["code"]], name=f"{DETAIL}{row['code']}", required=bool(row.get("required")))
        for row in kind.asked_fields
        if row.get("code") in OPTIONAL_FIELDS
    ]


def form_parts(kind: Kind) -> tuple[FormPart, ...]:
    """The parts of a kind's form in the order in which people fill them in."""
    more = tuple(asked_fields(kind))
    return (*FORMS[kind.form], FormPart("其他", more)) if more else FORMS[kind.form]


def form_fields(kind: Kind) -> Sequence[FieldSpec]:
    """All single fields of a kind's form."""
    return [spec for part in form_parts(kind) for spec in part.fields]


def has_volumes(kind: Kind) -> bool:
    """Whether a kind's works have volumes with an ISBN each."""
    return any(part.rows == "volumes" for part in FORMS[kind.form])


__all__ = ["DETAIL", "FORMS", "OPTIONAL_FIELDS", "FieldFault", "FieldSpec", "FormPart", "asked_fields", "form_fields"]
