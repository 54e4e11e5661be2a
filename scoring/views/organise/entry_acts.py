"""What can be done on an entry's page: directly before its lock, by a correction for a second account after it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.models import User
from scoring.engine.rulebook import QUIZ
from scoring.forms.organising import (
    DeductionForm,
    PointsForm,
    ReasonGiven,
    SecondsForm,
    StatusForm,
    reason_field,
)
from scoring.models import Correction, Deduction, Entry, Round, ScoreSheet
from scoring.selectors.rules import rules_of
from scoring.services import (
    add_deduction,
    cancel_deduction,
    mark_absent,
    mark_present,
    record_quiz,
    record_seconds,
    request_entry_correction,
    return_sheet,
    set_entry_status,
)
from scoring.views.acting import form_for, is_act, perform, perform_plain

REQUESTED = "已提出更正，等监督员确认以后生效。"
Given = dict[str, Any]
Subject = Correction.Subject


@dataclass(frozen=True, slots=True)
class EntryActs:
    """The acts on one entry by one person now. Each returns the sentence that the page shows."""

    entry: Entry
    actor: User
    now: datetime

    @property
    def marks_locked(self) -> bool:
        return self.entry.locked_at is not None or self.round_locked

    @property
    def round_locked(self) -> bool:
        return self.entry.round.state == Round.State.LOCKED

    def seconds(self, segment: str, given: Given) -> str:
        if self.marks_locked:
            return self._ask(Subject.SECONDS, {"segment": segment, "seconds": given["seconds"]}, given)
        record_seconds(entry=self.entry, segment=segment, seconds=given["seconds"], actor=self.actor, now=self.now)
        return "用时已登记。" if given["seconds"] is not None else "用时已清除。"

    def quiz(self, segment: str, given: Given) -> str:
        if self.marks_locked:
            return self._ask(Subject.QUIZ, {"segment": segment, "score": given["points"]}, given)
        record_quiz(entry=self.entry, segment=segment, score=given["points"], actor=self.actor, now=self.now)
        return "答题得分已登记。"

    def deduct(self, given: Given) -> str:
        if self.marks_locked:
            return self._ask(Subject.DEDUCTION, {"points": given["points"], "reason": given["reason"]}, given)
        add_deduction(entry=self.entry, points=given["points"], reason=given["reason"], actor=self.actor, now=self.now)
        return "扣分已登记。"

    def undeduct(self, deduction: Deduction, given: Given) -> str:
        if self.marks_locked:
            return self._ask(Subject.DEDUCTION, {"cancel": deduction.pk}, given)
        cancel_deduction(deduction=deduction, actor=self.actor, now=self.now)
        return "扣分已取消，登记仍保留。"

    def status(self, given: Given) -> str:
        if self.round_locked:
            return self._ask(Subject.STATUS, {"status": given["status"], "reason": given["reason"]}, given)
        set_entry_status(
            entry=self.entry, status=given["status"], reason=given["reason"], actor=self.actor, now=self.now
        )
        return "参评状态已更改。"

    def give_back(self, sheet: ScoreSheet, given: Given) -> str:
        return_sheet(sheet=sheet, reason=given["reason"], actor=self.actor, now=self.now)
        return f"评委 {sheet.seat.number} 号的评分表已退回，重新提交以前不计入。"

    def absent(self, sheet: ScoreSheet, given: Given) -> str:
        mark_absent(sheet=sheet, reason=given["reason"], actor=self.actor, now=self.now)
        return f"评委 {sheet.seat.number} 号记为缺席，不计入（不作 0 分）。"

    def present(self, sheet: ScoreSheet) -> str:
        mark_present(sheet=sheet, actor=self.actor, now=self.now)
        return f"评委 {sheet.seat.number} 号的评分表恢复待评。"

    def _ask(self, subject: Correction.Subject, new: dict[str, Any], given: Given) -> str:
        request_entry_correction(
            entry=self.entry, subject=subject, new=new, reason=given["why"], actor=self.actor, now=self.now
        )
        return REQUESTED


class EntryForms:
    """Every form of an entry's page, and the one that was sent."""

    def __init__(
        self, request: HttpRequest, acts: EntryActs, sheets: list[ScoreSheet], deductions: list[Deduction]
    ) -> None:
        self.request, self.acts, self.sheets, self.deductions = request, acts, sheets, deductions
        entry, segments = acts.entry, rules_of(acts.entry.round.rulebook).segments
        locked = acts.marks_locked
        self.seconds = [
            (each, self._form(SecondsForm, "seconds", each.code, locked, {"seconds": entry.seconds.get(each.code, "")}))
            for each in segments
        ]
        self.quiz = [
            (each, self._form(PointsForm, "quiz", each.code, locked, {"points": entry.quiz.get(each.code, "")}))
            for each in segments
            if each.scored_by == QUIZ
        ]
        self.deduct = self._form(DeductionForm, "deduct", "", locked, {})
        self.undeduct = {each.pk: self._form(forms.Form, "undeduct", each.pk, locked, {}) for each in deductions}
        status = {"status": entry.status, "reason": entry.status_reason}
        self.status = self._form(StatusForm, "status", "", acts.round_locked, status)
        self.give_back = {each.pk: form_for(request, ReasonGiven, "return", each.pk) for each in sheets}
        self.absent = {each.pk: form_for(request, ReasonGiven, "absent", each.pk) for each in sheets}

    def _form(self, form_class: type[forms.Form], act: str, target: object, locked: bool, initial: Given) -> forms.Form:
        form = form_for(self.request, form_class, act, target, initial=initial)
        if locked:
            form.fields["why"] = reason_field("更正原因")
        return form

    def act(self) -> bool:
        """Do what was sent; False where nothing was, or where it was refused and the form says why."""
        return self._facts() or self._sheets()

    def _facts(self) -> bool:
        acts, request = self.acts, self.request
        for act, do, pairs in (("seconds", acts.seconds, self.seconds), ("quiz", acts.quiz, self.quiz)):
            for segment, form in pairs:
                if is_act(request, act, segment.code):
                    return perform(request, form, partial(do, segment.code))
        if is_act(request, "deduct"):
            return perform(request, self.deduct, acts.deduct)
        if is_act(request, "status"):
            return perform(request, self.status, acts.status)
        for deduction in self.deductions:
            if is_act(request, "undeduct", deduction.pk):
                form = self.undeduct[deduction.pk]
                return perform(request, form, partial(acts.undeduct, deduction))
        return False

    def _sheets(self) -> bool:
        acts, request = self.acts, self.request
        for sheet in self.sheets:
            if is_act(request, "return", sheet.pk):
                return perform(request, self.give_back[sheet.pk], partial(acts.give_back, sheet))
            if is_act(request, "absent", sheet.pk):
                return perform(request, self.absent[sheet.pk], partial(acts.absent, sheet))
            if is_act(request, "present", sheet.pk):
                return perform_plain(request, partial(acts.present, sheet))
        return False
