"""The judge's score sheet as a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scoring.engine import Segment
from scoring.forms.judging import (
    MarksForm,
    criterion_controls,
    finest_step,
    new_submission_id,
    shown_mark,
    sum_of_marks,
)
from scoring.models import Entry, Round, ScoreSheet
from scoring.selectors import QueueItem, judge_queue
from scoring.selectors.rules import rules_of
from scoring.views.asking import asker

TONES = {
    "pending": "wait",
    "draft": "wait",
    "submitted": "ok",
    "returned": "bad",
    "recused": "off",
    "absent": "off",
    "unassigned": "off",
}
_STATUS = {
    "pending": ("off", "未填"),
    "draft": ("ok", "草稿已保存"),
    "submitted": ("ok", "已提交"),
    "returned": ("bad", "退回待改"),
    "recused": ("off", "回避"),
    "absent": ("off", "缺席"),
    "unassigned": ("off", "已改派"),
}
PAST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Typed:
    """What the judge typed and what is wrong with it, when a form comes back."""

    marks: Mapping[str, str]
    base_version: int
    errors: Mapping[str, str]
    refusal: str = ""

    @classmethod
    def of(cls, form: MarksForm, sheet: ScoreSheet, refusal: str = "") -> "Typed":
        seen = form.cleaned_data.get("base_version", sheet.version)
        return cls(form.typed, seen, form.mark_errors, refusal)


def has_form_beside_exhibit(sheet: ScoreSheet) -> bool:
    """Whether the entry's own page shows this sheet's form: in an assigned round, to whoever may look at the entry."""
    entry = sheet.entry
    if not (entry.round.assigned and entry.exhibit) or entry.round.state == Round.State.DRAFT:
        return False
    closed = sheet.state in (ScoreSheet.State.RECUSED, ScoreSheet.State.UNASSIGNED)
    return not closed and entry.status == Entry.Status.COMPETING and sheet.seat.removed_at is None


def segment_of(sheet: ScoreSheet) -> Segment:
    return rules_of(sheet.entry.round.rulebook).segment(sheet.segment)


def in_minutes(seconds: int | None) -> str:
    """A time on stage as people say it: "3 分 52 秒"."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest:02d} 秒" if minutes else f"{rest} 秒"


def show_sheet(request: HttpRequest, sheet: ScoreSheet, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    """The sheet with its stored marks, or with what was `typed` and what is wrong with it."""
    round = sheet.entry.round
    items = judge_queue(asker(request), round)
    return render(request, "scoring/judge/sheet.html", sheet_context(sheet, items, typed), status=status)


def sheet_context(sheet: ScoreSheet, items: list[QueueItem], typed: Typed | None) -> dict[str, Any]:
    entry, segment = sheet.entry, segment_of(sheet)
    stored: Mapping[str, str] = sheet.current.marks if sheet.current else {}
    marks = typed.marks if typed else stored
    controls = criterion_controls(segment, marks, typed.errors if typed else None)
    here = next(item for item in items if item.sheet_id == sheet.pk)
    tone, words = ("wait", "还没有保存") if typed else _STATUS[sheet.state]
    return {
        "sheet": sheet,
        "entry": entry,
        "round": entry.round,
        "segment": segment,
        "seconds": in_minutes(entry.seconds.get(sheet.segment)),
        "controls": controls,
        "total": sum_of_marks(segment, marks) if marks else "—",
        "missing": sum(not control.value for control in controls),
        "status": {"tone": tone, "words": words},
        "refusal": typed.refusal if typed else "",
        "submission_id": new_submission_id(),
        "base_version": typed.base_version if typed else sheet.version,
        "writable": here.can_mark,
        "closed_because": _closed_because(here),
        "recusal_proposed": here.recusal_proposed and here.state != ScoreSheet.State.RECUSED,
        **_neighbours(items, here, finest_step(segment)),
    }


def _neighbours(items: list[QueueItem], here: QueueItem, finest: Decimal) -> dict[str, Any]:
    """Where the sheet stands among the judge's own of this segment, and the judge's own earlier totals."""
    same = [item for item in items if item.segment == here.segment]
    place = same.index(here)
    given = [item for item in same if item.state == ScoreSheet.State.SUBMITTED and item is not here]
    nearest = sorted(given, key=lambda item: (item.order > here.order, abs(item.order - here.order)))
    return {
        "place": place + 1,
        "of": len(same),
        "previous_pk": same[place - 1].sheet_id if place else None,
        "following_pk": same[place + 1].sheet_id if place + 1 < len(same) else None,
        "past": [(each.sheet_id, each.code, shown_mark(each.total, finest)) for each in nearest[:PAST_SHOWN]],
    }


def _closed_because(item: QueueItem) -> str:
    if item.state == ScoreSheet.State.RECUSED:
        return "您对这一位已回避，不评分。"
    if item.state == ScoreSheet.State.UNASSIGNED:
        return "这一件已改由他人评审。您先前的评分仍留存，不计入。"
    if item.is_locked:
        return "成绩已封存，分数不能再改。如发现有误，请向组委会提出更正。"
    return "您的席位已撤，不能再评分；如有疑问请联系组委会。"
