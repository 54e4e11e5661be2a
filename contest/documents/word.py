"""Word documents from templates that staff can restyle (design §9)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from contest.models import Contest, Contestant, Delegation, DocumentTemplate, Finalist, Material
from contest.selectors.finalists import basis_of
from contest.services.fields import OPTIONAL_FIELDS, asked_fields
from contest.services.word_templates import template_path
from core.text.dates import plain_date
from core.word import filled

Kind = DocumentTemplate.Kind
PHOTO = "photo"
PHOTO_WIDTH = Mm(30)


def registration_docx(contestant: Contestant, *, on: date) -> bytes:
    """A registration's 报名表 with the photo that was handed in, to print, sign and stamp."""
    template = DocxTemplate(str(template_path(contestant.contest, Kind.REGISTRATION_FORM)))
    context = {
        "届次": contestant.contest.edition.title,
        "比赛": contestant.contest.title,
        **person_words(contestant),
        "证件类型": contestant.get_id_kind_display(),
        "监护人": contestant.guardian_name,
        "监护人电话": contestant.guardian_phone or "",
        "邮箱": contestant.email,
        "加问": _asked(contestant),
        "照片": _photo(template, contestant),
        "推荐单位": contestant.unit.name if contestant.unit else "",
        "打印日期": plain_date(on),
    }
    return filled(template, context)


def nomination_docx(contest: Contest, rows: Sequence[Finalist], *, on: date) -> bytes:
    """推荐名单汇总表 in the order of nomination."""
    template = DocxTemplate(str(template_path(contest, Kind.NOMINATION_LIST)))
    people = [
        {"序号": place, **person_words(row.contestant), "备注": nominee_remark(row)}
        for place, row in enumerate(rows, start=1)
    ]
    context = {
        "届次": contest.edition.title,
        "比赛": contest.title,
        "主办单位": contest.edition.organiser_name,
        "行": people,
        "依据": "；".join(basis_of(rows)),
        "打印日期": plain_date(on),
    }
    return filled(template, context)


def delegation_docx(contest: Contest, delegation: Delegation, *, people: int, on: date) -> bytes:
    """代表队信息表; `people` is the number of nominees."""
    template = DocxTemplate(str(template_path(contest, Kind.DELEGATION_FORM)))
    context = {
        "届次": contest.edition.title,
        "比赛": contest.title,
        "主办单位": contest.edition.organiser_name,
        "代表队": delegation.name,
        "领队": delegation.leader_name,
        "领队职务": delegation.leader_position,
        "领队电话": delegation.leader_phone or "",
        "联系人": delegation.contact_name,
        "联系人电话": delegation.contact_phone or "",
        "联系人邮箱": delegation.contact_email,
        "通信地址": delegation.address,
        "选手人数": people,
        "观摩人数": delegation.observers,
        # The leader comes along with contestants and observers.
        "总人数": people + delegation.observers + 1,
        "备注": delegation.remark,
        "打印日期": plain_date(on),
    }
    return filled(template, context)


def person_words(contestant: Contestant) -> dict[str, str]:
    """A contestant in the words of the province's lists."""
    return {
        "组别": contestant.group.title,
        "姓名": contestant.name,
        "性别": contestant.gender,
        "出生年月": f"{contestant.birth_date:%Y.%m}" if contestant.birth_date else "",
        "证件号码": contestant.id_number or "",
        "单位": contestant.workplace,
        "题目": contestant.title,
        "指导教师": contestant.tutors,
        "电话": contestant.phone or "",
    }


def nominee_remark(row: Finalist) -> str:
    """How somebody came onto the list, where it was not by rank alone."""
    if row.kind == Finalist.Kind.EXTRA:
        return f"名额外：{row.reason}"
    return "递补" if row.state == Finalist.State.MOVED_UP else ""


def _asked(contestant: Contestant) -> list[dict[str, str]]:
    found = []
    for asked in asked_fields(contestant.contest):
        if asked.spec.code in OPTIONAL_FIELDS:
            found.append({"项目": asked.spec.label, "内容": contestant.details.get(asked.spec.code, "")})
    return found


def _photo(template: DocxTemplate, contestant: Contestant) -> InlineImage | str:
    photo = Material.objects.filter(
        contestant=contestant, requirement__code=PHOTO, superseded_at=None, format__in=("jpg", "png")
    ).first()
    if photo is None:
        return "照片"
    path = Path(settings.MEDIA_ROOT) / photo.path
    try:
        from docx.image.image import Image  # slow import, needed by few documents

        Image.from_file(str(path)).scaled_dimensions(width=PHOTO_WIDTH)
    except Exception:  # python-docx fails in many ways on what a browser still shows; no photo stops a whole package
        return "照片"
    return InlineImage(template, str(path), width=PHOTO_WIDTH)
