"""The columns of a registration table, and what units call them (domain.md A4, D6)."""

from collections.abc import Sequence
from typing import Any

from contest.models import Contest, Contestant, Group
from contest.services.fields import FieldSpec, asked_fields
from contest.services.registrations import LONGEST
from core.spreadsheets import (
    Column,
    Reader,
    read_choice,
    read_date,
    read_email,
    read_id_text,
    read_name,
    read_phone,
    read_text,
)

_ENTRANT = ("选手", "参赛选手", "讲解选手", "参赛者", "参赛人", "参赛人员", "讲解人", "讲解员", "学生", "本人")
_GUARDIAN = ("监护人", "法定监护人", "家长", "监护人/家长", "家长/监护人")


def _of(whose: Sequence[str], *words: str) -> tuple[str, ...]:
    return tuple(f"{person}{word}" for person in whose for word in words)


# Our heading first, then what units write instead.
HEADINGS: dict[str, tuple[str, ...]] = {
    "group": ("组别", "参赛组别", "参赛组", "所属组别", "参加组别", "报名组别", "组别名称", "分组"),
    "name": ("姓名", "名字", *_ENTRANT, *_of(_ENTRANT, "姓名")),
    "gender": ("性别", *_of(_ENTRANT, "性别")),
    "birth_date": (
        *("出生日期", "出生年月日", "出生年月", "出生时间", "出生日期年月日", "生日"),
        *_of(_ENTRANT, "出生日期", "出生年月", "出生年月日"),
    ),
    "id_kind": ("证件类型", "证件种类", "证件类别", "证件名称", "身份证件类型", "身份证件种类", "有效证件类型"),
    "id_number": (
        *("身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号", "公民身份证号码", "居民身份证号"),
        *(
            "居民身份证号码",
            "身份号码",
            "身份证件号",
            "身份证件号码",
            "证件号码",
            "证件号",
            "有效证件号码",
            "有效证件号",
        ),
        *_of(_ENTRANT, "身份证号", "身份证号码", "身份证", "证件号码"),
    ),
    "workplace": (
        *("工作单位（学校）", "工作单位", "工作单位/学校", "学校/工作单位", "工作单位或学校", "工作单位及学校"),
        *("单位/学校", "学校/单位", "单位（学校）", "学校（单位）", "单位或学校", "学校或单位", "单位、学校"),
        *("学校", "就读学校", "所在学校", "学校名称", "学校全称", "所在单位", "所在单位/学校", "所在学校/单位"),
        *("单位全称", "学校/单位全称", "单位/学校全称", "单位（学校）全称", "单位名称", "所属单位", "参赛单位"),
        *_of(_ENTRANT, "单位", "所在单位", "工作单位", "学校"),
    ),
    "title": (
        *("讲解题目", "讲解作品名称", "讲解作品", "讲解题目名称", "讲解主题", "讲解选题", "讲解名称", "讲题"),
        *("作品名称", "作品题目", "作品标题", "作品", "参赛作品", "参赛作品名称", "参赛题目", "参赛选题", "选题"),
        *("题目", "题目名称", "选题名称", "自主命题讲解题目", "自主命题题目", "自主选题", "主题", "标题"),
    ),
    "tutors": (
        *("指导教师", "指导老师", "辅导老师", "辅导教师", "指导人", "指导者", "指导教师/老师"),
        *_of(("指导教师", "指导老师", "辅导老师", "辅导教师"), "姓名", "名单"),
    ),
    "guardian_name": (*_GUARDIAN, *_of(_GUARDIAN, "姓名")),
    "guardian_phone": _of(
        _GUARDIAN, "电话", "联系电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "联系手机"
    ),
    "phone": (
        *("联系电话", "手机号", "手机", "手机号码", "联系手机", "移动电话", "联系手机号", "手机/电话", "电话/手机"),
        *_of(_ENTRANT, "电话", "联系电话", "手机", "手机号", "手机号码", "联系方式"),
    ),
    "email": (
        "电子邮箱",
        "邮箱",
        "电子邮件",
        "E-mail",
        "Email",
        "邮箱地址",
        "电子邮箱地址",
        "邮件地址",
        "电邮",
        "QQ邮箱",
    ),
    "remark": ("备注", "备注说明", "备 注 说 明"),
}
# Where nothing else says it.
_FALLBACKS: dict[str, tuple[str, ...]] = {
    "group": ("参赛类别", "报名类别", "类别"),
    "workplace": ("推荐单位", "推荐单位名称", "选送单位", "报送单位", "单位"),
    "phone": ("联系方式", "电话", "电话号码", "联系人电话", "联系人联系电话", "联系人手机", "联系人手机号"),
}
_DETAIL_HEADINGS: dict[str, tuple[str, ...]] = {
    "education": ("文化程度", "最高学历", "学历层次"),
    "position": ("职务/职称", "职务", "职称", "职务职称", "职称/职务", "职务及职称"),
    "grade": ("年级班级", "就读年级", "所在年级", "班级"),
    "discipline": ("学科", "学科领域", "所属领域", "学科方向", "学科类别"),
    "address": ("通讯地址", "联系地址", "地址", "邮寄地址"),
    "biography": ("选手简介", "个人介绍", "选手个人简介", "简介"),
    "synopsis": ("内容简介", "讲解内容简介", "作品内容简介", "作品介绍", "内容摘要"),
    "first_presented": ("首次讲解时间",),
    "personal_recommender": ("推荐人姓名",),
}
REQUIRED = frozenset(("name", "gender", "birth_date", "id_number", "workplace", "title", "phone"))
# 少年组 may be called by what the notice calls it.
_GROUP_WORDS = {"adult": ("成人组", "成年", "成人"), "junior": ("青少年组", "少年", "青少年", "中小学生组")}
_GENDERS = {"男": "男", "女": "女", "男性": "男", "女性": "女"}
_ID_KINDS = {
    **{str(kind.label): str(kind) for kind in Contestant.IdKind},
    **dict.fromkeys(("身份证", "二代身份证", "第二代居民身份证", "公民身份证"), "id_card"),
    **dict.fromkeys(("港澳通行证", "港澳居民通行证", "回乡证", "港澳居民来往内地通行证（回乡证）"), "hk_macau"),
    **dict.fromkeys(("台胞证", "台湾通行证", "台湾居民通行证"), "taiwan"),
    **dict.fromkeys(("外国人永久居留证", "永久居留证", "永久居留身份证", "外国人居留证"), "residence"),
    **dict.fromkeys(("护照号", "外国护照", "普通护照"), "passport"),
}


def registration_columns(contest: Contest, groups: Sequence[Group]) -> list[Column]:
    """Every column that a registration table of this contest may have; the asked fields as `details.<code>`.

    The group's column is not demanded here: one group, or a sheet's title, may say it too.
    """
    readers: dict[str, Reader] = {
        "group": read_choice(group_words(groups), code="group"),
        "name": read_name,
        "gender": read_choice(_GENDERS, code="gender"),
        "birth_date": read_date,
        "id_kind": read_choice(_ID_KINDS, code="id_kind"),
        "id_number": read_id_text,
        "workplace": read_text(max_length=LONGEST["workplace"]),
        "title": read_text(max_length=LONGEST["title"]),
        "tutors": read_text(max_length=LONGEST["tutors"]),
        "guardian_name": read_name,
        "guardian_phone": read_phone,
        "phone": read_phone,
        "email": read_email,
        "remark": read_text(max_length=LONGEST["remark"]),
    }
    fixed = [
        Column(name, aliases, readers[name], name in REQUIRED, _FALLBACKS.get(name, ()))
        for name, aliases in HEADINGS.items()
    ]
    return fixed + [_detail_column(asked.spec) for asked in asked_fields(contest)]


def group_words(groups: Sequence[Group]) -> dict[str, Group]:
    """What may stand for a group: its title, and for the usual two their other names."""
    words: dict[str, Group] = {group.title: group for group in groups}
    for group in groups:
        for word in (*_GROUP_WORDS.get(group.code, ()), group.code):
            words.setdefault(word, group)
    return words


def _detail_column(spec: FieldSpec) -> Column:
    reader: Reader
    if spec.kind == "choice":
        reader = read_choice({choice: choice for choice in spec.choices})
    elif spec.kind == "date":
        reader = _read_date_text
    else:
        reader = read_text(max_length=spec.longest, multiline=spec.kind == "long")
    return Column(f"details.{spec.code}", (spec.label, *_DETAIL_HEADINGS.get(spec.code, ())), reader)


def _read_date_text(given: Any) -> str:
    return read_date(given).isoformat()
