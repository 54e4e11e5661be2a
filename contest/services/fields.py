"""What a registration may be asked beyond the fixed fields; each contest chooses (domain.md A4)."""

from dataclasses import dataclass
from typing import Literal

from contest.models import Contest

Kind = Literal["text", "long", "choice", "date"]
BIOGRAPHY_LENGTH = 200


@dataclass(frozen=True)
class FieldSpec:
    """One field that a contest may ask for; `longest` counts characters, `choices` are all that is allowed."""

    code: str
    label: str
    longest: int
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class AskedField:
    """A field as one contest asks for it."""

    spec: FieldSpec
    required: bool


_POLITICAL = ("中共党员", "中共预备党员", "共青团员", "民主党派成员", "无党派人士", "群众", "少先队员")
_EDUCATION = ("博士研究生", "硕士研究生", "本科", "专科", "高中（中专）", "初中", "小学", "其他")
_SPECS = (
    FieldSpec("ethnicity", "民族", 20, hint="如：汉族"),
    FieldSpec("political_status", "政治面貌", 20, "choice", _POLITICAL),
    FieldSpec("education", "学历", 20, "choice", _EDUCATION),
    FieldSpec("position", "职务职称", 40),
    FieldSpec("grade", "年级", 20, hint="如：五年级"),
    FieldSpec("discipline", "所属学科", 40),
    FieldSpec("address", "通信地址", 120),
    FieldSpec("biography", "个人简介", BIOGRAPHY_LENGTH, "long", hint="200 字以内"),
    FieldSpec("synopsis", "作品简介", 300, "long", hint="300 字以内"),
    FieldSpec("first_presented", "首次讲解日期", 10, "date"),
    FieldSpec("personal_recommender", "推荐人", 60, hint="个人自荐的可以不填"),
)
OPTIONAL_FIELDS: dict[str, FieldSpec] = {spec.code: spec for spec in _SPECS}


def asked_fields(contest: Contest) -> list[AskedField]:
    """The fields that a contest asks for, in its order; a code that is not known (any more) is passed over."""
    return [
        AskedField(OPTIONAL_FIELDS[row["code"]], bool(row.get("required")))
        for row in contest.asked_fields
        if row.get("code") in OPTIONAL_FIELDS
    ]
