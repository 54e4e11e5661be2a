"""评审会纪要 as a Word file, from a template that staff can restyle."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from docxtpl import DocxTemplate

from core.text.dates import plain_date
from core.word import filled
from scoring.models import Round, TieDecision
from works.models import Admission, KindRound, Meeting, MeetingDecision, WordTemplate, Work
from works.selectors.standings import Line, Standings
from works.services.word_templates import template_path


def minutes_docx(round: Round, standings: Standings, *, on: date) -> bytes:
    """The minutes of the meeting on a round whose standings are those of its newest 定格成绩."""
    row = KindRound.objects.select_related("kind__selection__edition").get(round=round)
    selection = row.kind.selection
    meeting = Meeting.objects.filter(round=round).first() or Meeting(round=round)
    works, said = _works(round), _decisions(round)
    context = {
        "届次": selection.edition.title,
        "评选": selection.title,
        "主办单位": selection.edition.organiser_name,
        "类别": row.kind.title,
        "日期": plain_date(meeting.held_on) if meeting.held_on else "",
        "地点": meeting.place,
        "主持人": meeting.chair,
        "出席人员": meeting.attendants,
        "会议情况": meeting.summary,
        "作品数": len(standings.lines),
        "评审员数": len({review.judge for line in standings.lines for review in line.reviews}),
        "评审数": sum(bool(review.total) for line in standings.lines for review in line.reviews),
        "有名次数": standings.ranked,
        "行": [_ranked(line, works, said) for line in standings.lines if line.rank is not None],
        "裁定": [
            {"顺序": " > ".join(each.order), "理由": each.reason}
            for each in TieDecision.objects.filter(round=round).order_by("pk")
        ],
        "未排名": [_unranked(line, works, said) for line in standings.lines if line.rank is None],
        "依据": f"{round.title}定格成绩第 {standings.number} 号" if standings.number else f"{round.title}（尚未封存）",
        "打印日期": plain_date(on),
    }
    template = DocxTemplate(str(template_path(selection, WordTemplate.Document.MINUTES)))
    return filled(template, context)


def _works(round: Round) -> dict[str, Work]:
    found = Admission.objects.filter(entry__round=round).select_related("entry", "work")
    found = found.defer("work__typed", "work__phone").prefetch_related("work__authors")
    return {each.entry.code: each.work for each in found}


def _decisions(round: Round) -> dict[str, str]:
    """By code: every decision with its reason, in the order in which they were recorded."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in MeetingDecision.objects.filter(round=round).select_related("entry").order_by("pk"):
        found[each.entry.code].append(f"{each.decision}（{each.reason}）")
    return {code: "；".join(texts) for code, texts in found.items()}


def _ranked(line: Line, works: Mapping[str, Work], said: Mapping[str, str]) -> dict[str, Any]:
    work = works[line.code]
    return {
        "名次": f"{line.rank}=" if line.tied else str(line.rank),
        "编号": line.code,
        "作品": work.title,
        "作者": "、".join(author.name for author in work.authors.all()),
        "单位": work.workplace,
        "得分": line.shown,
        "奖项": line.tier,
        "评审": "　".join(review.total for review in line.reviews if review.total),
        "意见": said.get(line.code, ""),
    }


def _unranked(line: Line, works: Mapping[str, Work], said: Mapping[str, str]) -> dict[str, str]:
    words = said.get(line.code, "")
    return {
        "编号": line.code,
        "作品": works[line.code].title,
        "原因": line.reason,
        "意见": f"；{words}" if words else "",
    }
