"""A contest's set-up as it is typed; times are Beijing's. The services decide."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localtime

from contest.forms.widgets import CONTROL, SELECT
from contest.models import ConsentText, Contest, Group, MaterialRequirement
from contest.services.contests import ContestBasics, basics_mark, basics_of
from contest.services.fields import OPTIONAL_FIELDS, FieldSpec
from contest.services.file_names import PLACEHOLDERS, file_name_fault
from contest.services.requirements import RequirementSettings, settings_of
from contest.services.settings import GroupSettings, groups_mark
from core.files import FORMATS

AREA = {**CONTROL, "rows": 18}


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class BasicsForm(forms.Form):
    """What an organiser sets of the contest itself."""

    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
    venue = forms.CharField(label="地点", max_length=120, required=False, widget=forms.TextInput(CONTROL))
    first_day = forms.DateField(
        label="比赛首日",
        widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d"),
        help_text="选手的年龄按这一天计算。",
    )
    registration_opens_at = _moment("报名开始")
    registration_closes_at = _moment("报名截止", "北京时间，到这一刻就不再收。要收到某日最后一刻的，请填次日 00:00。")
    individuals_may_register = forms.BooleanField(
        label="接受个人报名",
        required=False,
        help_text="不勾选时，只由推荐单位报送和组委会录入。",
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    file_name_rule = forms.CharField(
        label="材料文件命名",
        max_length=120,
        widget=forms.TextInput(CONTROL),
        help_text="打包下载时按此改名。可以用："
        + "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
        + "，其余文字照写。",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, contest: Contest) -> None:
        basics = basics_of(contest)
        values = {name: getattr(basics, name) for name in basics.__dataclass_fields__}
        super().__init__(data, initial={**values, "seen": basics_mark(contest)})

    def clean_file_name_rule(self) -> str:
        rule: str = self.cleaned_data["file_name_rule"]
        if fault := file_name_fault(rule):
            raise forms.ValidationError(fault)
        return rule

    def basics(self) -> ContestBasics:
        return ContestBasics(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class GroupsForm(forms.Form):
    """All groups of a contest, saved together; a field is named `<group>-<setting>`."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, contest: Contest) -> None:
        super().__init__(data, initial={"seen": groups_mark(contest)})
        self.groups = list(contest.groups.order_by("pk"))
        for group in self.groups:
            self.fields[f"{group.pk}-title"] = forms.CharField(
                label="名称", max_length=40, initial=group.title, widget=forms.TextInput(CONTROL)
            )
            for name, label, text in (
                ("min_age", "最小年龄（周岁，含）", ""),
                ("max_age", "最大年龄（周岁，含）", "小于 18 的，选手须有监护人同意。"),
                ("unit_quota", "每个推荐单位的名额", "留空为不限；列为名额外的不计。"),
            ):
                self.fields[f"{group.pk}-{name}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=999,
                    initial=getattr(group, name),
                    help_text=text,
                    widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
                )

    def rows(self) -> Iterator[tuple[Group, list[forms.BoundField]]]:
        for group in self.groups:
            yield group, [self[f"{group.pk}-{name}"] for name in ("title", "min_age", "max_age", "unit_quota")]

    def settings(self) -> list[GroupSettings]:
        names = ("title", "min_age", "max_age", "unit_quota")
        return [
            GroupSettings(group.pk, *(self.cleaned_data[f"{group.pk}-{name}"] for name in names))
            for group in self.groups
        ]


class AskedFieldsForm(forms.Form):
    """Which fields registrations are asked, and which of them must be filled in."""

    def __init__(self, data: QueryDict | None = None, *, contest: Contest) -> None:
        super().__init__(data)
        self.stored = {row["code"]: bool(row.get("required")) for row in contest.asked_fields}
        for spec in OPTIONAL_FIELDS.values():
            for prefix, word, initial in (
                ("ask", "问", spec.code in self.stored),
                ("need", "必填", self.stored.get(spec.code, False)),
            ):
                widget = forms.CheckboxInput({"class": "form-check-input", "aria-label": f"{spec.label}：{word}"})
                self.fields[f"{prefix}_{spec.code}"] = forms.BooleanField(
                    label=word, required=False, initial=initial, widget=widget
                )

    def rows(self) -> Iterator[tuple[FieldSpec, forms.BoundField, forms.BoundField]]:
        for spec in OPTIONAL_FIELDS.values():
            yield spec, self[f"ask_{spec.code}"], self[f"need_{spec.code}"]

    def chosen(self) -> list[tuple[str, bool]]:
        """Codes in the contest's own order, new ones after them; what must be filled in is asked."""
        order = [*self.stored, *(code for code in OPTIONAL_FIELDS if code not in self.stored)]
        needed = {code: self.cleaned_data.get(f"need_{code}", False) for code in order}
        return [(code, needed[code]) for code in order if needed[code] or self.cleaned_data.get(f"ask_{code}")]


class RequirementForm(forms.Form):
    """One material that is asked for."""

    title = forms.CharField(label="名称", max_length=40, widget=forms.TextInput(CONTROL))
    hint = forms.CharField(
        label="要求",
        max_length=200,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="选手上传时看到的说明。",
    )
    formats = forms.MultipleChoiceField(
        label="格式",
        choices=[(each.code, each.label) for each in FORMATS.values()],
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        error_messages={"required": "请至少选一种格式。"},
    )
    megabytes = forms.IntegerField(
        label="大小上限（MB）",
        min_value=1,
        widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
    )
    audience = forms.ChoiceField(
        label="由谁提交", choices=MaterialRequirement.Audience.choices, widget=forms.Select(SELECT)
    )
    required = forms.BooleanField(
        label="必须提交",
        required=False,
        help_text="不勾选为选交。缺必交材料的报名不能受理。",
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def __init__(self, data: QueryDict | None = None, *, requirement: MaterialRequirement | None = None) -> None:
        initial: dict[str, Any] = {"formats": ["pdf"], "megabytes": 20, "required": True}
        if requirement is not None:
            settings = settings_of(requirement)
            initial = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
        super().__init__(data, initial=initial)

    def settings(self) -> RequirementSettings:
        return RequirementSettings(**self.cleaned_data)


class ConsentTextForm(forms.Form):
    body = forms.CharField(
        label="正文", widget=forms.Textarea(AREA), help_text="空一行分段。发布后不能修改，只能再发新版本。"
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, last: ConsentText | None) -> None:
        initial = {"body": last.body if last else "", "seen_version": last.version if last else 0}
        super().__init__(data, initial=initial)


class CallForm(forms.Form):
    text = forms.CharField(
        label="通知正文",
        widget=forms.Textarea(AREA),
        help_text="空一行分段。时间、地点、组别和材料在公开页面自动列出，不必重复。",
    )
    # Compared as it stands: a text field would strip it.
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, contest: Contest, draft: str) -> None:
        initial = {"text": contest.call_text or draft, "seen": contest.call_text}
        super().__init__(data, initial=initial)


class ExclusionUploadForm(forms.Form):
    file = forms.FileField(
        label="往届获奖名单（.xlsx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".xlsx"})
    )


def show_refusal(form: forms.Form, message: str, field: str = "") -> None:
    """Put a refusal at the field that it names, or above the form."""
    form.add_error(field if field in form.fields else None, message)


def show_conflict(form: forms.Form, message: str, *, stored: Mapping[str, Any], seen: str) -> None:
    """Say at each field what somebody else has stored there meanwhile; saving again then means it (pitfall 20)."""
    typed = dict(form.cleaned_data)
    form.add_error(None, message)
    for name, value in stored.items():
        if typed.get(name) != value:
            form.add_error(name, f"现在保存的是“{_words(value)}”。")
    retype(form, "seen", seen)


def retype(form: forms.Form, name: str, value: str) -> None:
    """Give a bound form's hidden field another value, everything else as it was typed."""
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data[name] = value
    form.data = data


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value in (None, "") else str(value)


__all__: Sequence[str] = (
    "AskedFieldsForm",
    "BasicsForm",
    "CallForm",
    "ConsentTextForm",
    "ExclusionUploadForm",
    "GroupsForm",
    "RequirementForm",
    "retype",
    "show_conflict",
    "show_refusal",
)
