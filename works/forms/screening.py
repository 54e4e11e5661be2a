"""Shape of what is typed while works are screened; the services decide."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from works.forms.office import CONTROL, NUMBER
from works.services.exports import LONGEST_REASON as LONGEST_PURPOSE
from works.services.paper_copies import LONGEST_NOTE, MOST_AT_ONCE
from works.services.screening import LONGEST_REASON, QUESTIONS

DATE_TIME = "%Y-%m-%dT%H:%M"
DUE_AFTER = 5  # working days
DUE_TIME = time(17)


class ScreeningAct(models.TextChoices):
    """What the list's buttons do."""

    ACCEPT = "accept", "受理"
    RETURN = "return", "退回补正"
    REFUSE = "refuse", "不予受理"
    REOPEN = "reopen", "重新审查"
    OUTSIDE = "outside", "列为名额外"
    INSIDE = "inside", "改回名额内"


NEEDS_REASON = frozenset((ScreeningAct.RETURN, ScreeningAct.REFUSE, ScreeningAct.REOPEN, ScreeningAct.OUTSIDE))
# Ready-made, for whoever screens hundreds of works; his own words may follow.
REASONS: dict[str, tuple[str, ...]] = {
    ScreeningAct.RETURN: (
        "请补齐缺少的材料。",
        "推荐表请签字盖章后重新上传扫描件。",
        "上传的文件看不清或打不开，请重新上传。",
        "片头的作品名称与申报名称不一致，请更正。",
        "请补充中文字幕和片尾的主创、制作单位、版权单位、时间。",
        "请写明非原创素材和人工智能生成内容的来源与授权。",
        "请核对 ISBN、出版时间和册数，与版权页一致。",
    ),
    ScreeningAct.REFUSE: (
        "出版或首播时间不在规定范围内。",
        "往届获奖作品按通知不再参加。",
        "同一作品重复申报。",
        "超出推荐单位或作者的名额。",
        "时长、格式不符合通知要求。",
        "补正期限已过，仍未补齐。",
    ),
    ScreeningAct.REOPEN: ("经核实，原先的理由不成立。", "申报人补充了证明。"),
    ScreeningAct.OUTSIDE: ("按通知增加的名额。",),
}


def usual_due_at(now: datetime) -> datetime:
    """Five working days from now, at 17:00. Public holidays are not known here: the page says so."""
    day, left = timezone.localdate(now), DUE_AFTER
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return timezone.make_aware(datetime.combine(day, DUE_TIME))


class DecisionForm(forms.Form):
    """Why, until when, and what a person has looked at: for one work or for many."""

    use_required_attribute = False
    answered = forms.MultipleChoiceField(label="人工核对", required=False, widget=forms.CheckboxSelectMultiple)
    reasons = forms.MultipleChoiceField(label="原因", required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label="自己写，或补充说明",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({**CONTROL, "rows": 2}),
    )
    due_at = forms.DateTimeField(
        label="请在此前补正",
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format=DATE_TIME),
        help_text="默认五个工作日后的 17:00，遇节假日请自行延后。",
        error_messages={"required": "请填写补正期限。", "invalid": "请写成 2026-11-27 17:00 这样的日期和时间。"},
    )

    def __init__(self, *args: Any, act: str, forms_asked: Sequence[str] = (), has_faults: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.act = ScreeningAct(act)
        self.accepts_faults = self.act == ScreeningAct.ACCEPT and has_faults
        questions = [pair for form in forms_asked for pair in QUESTIONS.get(form, {}).items()]
        self._choose("answered", list(dict(questions).items()) if self.act == ScreeningAct.ACCEPT else [])
        self._choose("reasons", [(each, each) for each in REASONS.get(self.act, ())])
        if self.accepts_faults:
            self.fields["words"].label = "有不符合之处，仍要受理的理由"
        elif self.act not in NEEDS_REASON:
            del self.fields["words"]
        if self.act != ScreeningAct.RETURN:
            del self.fields["due_at"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        if not choices:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "words" in self.fields and not self.errors:
            reason = "".join([*cleaned.get("reasons", []), " ".join(cleaned["words"].split())])
            if not reason:
                self.add_error("words", "请写明理由。" if self.accepts_faults else "请勾选一条原因，或自己写一句。")
            elif len(reason) > LONGEST_REASON:
                self.add_error("words", f"连同勾选的原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
            cleaned["reason"] = reason
        return cleaned


class RevealForm(forms.Form):
    """What somebody's phone is wanted for."""

    use_required_attribute = False
    purpose = forms.CharField(
        label="查看完整电话和邮箱的用途",
        max_length=LONGEST_PURPOSE,
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
        error_messages={"required": "请写明用途，会记入台账。"},
    )


class PaperForm(forms.Form):
    """Copies of one work that came."""

    use_required_attribute = False
    work = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(
        label="份数",
        min_value=-MOST_AT_ONCE,
        max_value=MOST_AT_ONCE,
        widget=forms.NumberInput(NUMBER),
        error_messages={"required": "请填写份数。"},
    )
    received_on = forms.DateField(
        label="收到日期",
        widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写收到日期。"},
    )
    note = forms.CharField(label="说明", required=False, max_length=LONGEST_NOTE, widget=forms.TextInput(CONTROL))
