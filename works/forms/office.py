"""A selection's set-up as it is typed; times are Beijing's. The services decide."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localtime

from core.files import FORMATS
from scoring.engine.presets import PRESETS
from works.engine.durations import parse_duration, shown_duration
from works.models import FileRequirement, Kind, Selection
from works.services.fields import OPTIONAL_FIELDS, FieldSpec
from works.services.file_names import PLACEHOLDERS, file_name_fault
from works.services.kinds import KindSettings, kind_mark, settings_of
from works.services.requirements import RequirementSettings, requirement_settings
from works.services.selections import SelectionBasics, basics_mark, basics_of

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
TICK = {"class": "form-check-input"}
NUMBER = {**CONTROL, "inputmode": "numeric"}
AREA = {**CONTROL, "rows": 18}


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _count(label: str, help_text: str = "", *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=32_000,
        help_text=help_text,
        widget=forms.NumberInput(NUMBER),
    )


def _tick(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text, widget=forms.CheckboxInput(TICK))


class SelectionForm(forms.Form):
    """A new selection from a ready-made set of rules."""

    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
    slug = forms.SlugField(
        label="网址代号",
        max_length=40,
        widget=forms.TextInput(CONTROL),
        help_text="小写字母、数字和短横，例如 zuopin",
        error_messages={"invalid": "只能用英文字母、数字和短横，不能有汉字和空格，例如 zuopin。"},
    )
    preset = forms.ChoiceField(
        label="评分细则",
        choices=[(preset.code, preset.title) for preset in PRESETS.values() if preset.code.startswith("works")],
        widget=forms.Select(SELECT),
        help_text="现成的一套，建好以后可以逐项修改，开放评审时冻结。",
    )


class BasicsForm(forms.Form):
    """What an organiser sets of the selection itself."""

    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
    opens_at = _moment("申报开始")
    closes_at = _moment("申报截止", "北京时间，到这一刻就不再收。要收到某日最后一刻的，请填次日 00:00。")
    grace_minutes = _count(
        "截止前已开始的上传可延续（分钟）", "只对截止前已经开始的上传有效；填 0 为不延续。", required=True
    )
    individuals_may_submit = _tick("接受个人申报", "不勾选时，只由推荐单位申报和组委会录入。")
    most_authors = _count("作者人数上限", required=True)
    file_name_rule = forms.CharField(
        label="材料文件命名",
        max_length=120,
        widget=forms.TextInput(CONTROL),
        help_text="打包下载时按此改名。可以用："
        + "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
        + "，其余文字照写。",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, selection: Selection) -> None:
        basics = basics_of(selection)
        values = {name: getattr(basics, name) for name in basics.__dataclass_fields__}
        super().__init__(data, initial={**values, "seen": basics_mark(selection)})

    def clean_file_name_rule(self) -> str:
        rule: str = self.cleaned_data["file_name_rule"]
        if fault := file_name_fault(rule):
            raise forms.ValidationError(fault)
        return rule

    def basics(self) -> SelectionBasics:
        return SelectionBasics(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class DurationField(forms.CharField):
    """A length as people write it, 3分31秒 or 3:31, in seconds."""

    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(
            label=label, required=False, max_length=20, help_text=help_text, widget=forms.TextInput(CONTROL)
        )

    def prepare_value(self, value: Any) -> Any:
        return shown_duration(value).replace(" ", "") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value))
        if not text:
            return None
        seconds = parse_duration(text)
        if not seconds:
            raise forms.ValidationError("请写成 2分 或 3分30秒 这样。")
        return seconds


class KindForm(forms.Form):
    """What a kind of work must meet; a book is not asked for the length of a film. Its title is the rules'."""

    window_from = _day("不早于")
    window_to = _day("不晚于", "首尾两天都算；不限时留空。")
    min_seconds = DurationField("最短时长")
    max_seconds = DurationField("最长时长", "写成 2分 或 3分30秒；正好等于也算符合。")
    min_height = _count("画面高度不低于（像素）", "1080p 填 1080；不要求时留空。")
    aspect = forms.CharField(
        label="画面比例",
        max_length=10,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="如 16:9；不要求时留空。",
    )
    most_non_original = forms.DecimalField(
        label="非原创素材上限（%）",
        required=False,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput({**CONTROL, "inputmode": "decimal"}),
        help_text="人工智能生成的内容计入非原创；不限时留空。",
    )
    unit_quota = _count("每个推荐单位的名额", "按单位排定的顺序，超过的由机器指出；不限时留空。")
    author_quota = _count("每位第一作者的名额", "按提交先后；不限时留空。")
    province_quota = _count("推荐省级评选的名额", "不限时留空。")
    reviews_each = _count("每件作品的评审人数", required=True)
    is_blind = _tick("匿名评审", "评审员只看编号，文件去除元数据。已经出版、播出的作品署有作者，用回避代替匿名。")
    paper_copies = _count("样书份数", "不收时填 0。", required=True)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    FILM = ("min_seconds", "max_seconds", "min_height", "aspect", "most_non_original")
    PAPER = ("paper_copies",)

    def __init__(self, data: QueryDict | None = None, *, kind: Kind) -> None:
        settings = settings_of(kind)
        self.kind = kind
        values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
        super().__init__(data, initial={**values, "seen": kind_mark(kind)})
        is_book = kind.form == Kind.Form.BOOK
        word = "出版时间" if is_book else "首播日期"
        for name in ("window_from", "window_to"):
            self.fields[name].label = f"{word}{self.fields[name].label}"
        for name in self.FILM if is_book else self.PAPER:
            del self.fields[name]

    def settings(self) -> KindSettings:
        kept = settings_of(self.kind)
        values = {name: self.cleaned_data.get(name, getattr(kept, name)) for name in kept.__dataclass_fields__}
        return KindSettings(**values)


class NewKindForm(forms.Form):
    """One more group of the rules as a kind."""

    code = forms.ChoiceField(label="评分细则中的组", widget=forms.Select(SELECT))
    form = forms.ChoiceField(
        label="申报表",
        choices=Kind.Form.choices,
        widget=forms.Select(SELECT),
        help_text="决定问哪些项目，建好后不能改。",
    )

    def __init__(self, data: QueryDict | None = None, *, groups: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(groups)


class AskedFieldsForm(forms.Form):
    """Which fields a kind's works are asked, and which of them must be filled in."""

    def __init__(self, data: QueryDict | None = None, *, kind: Kind) -> None:
        super().__init__(data)
        self.stored = {row["code"]: bool(row.get("required")) for row in kind.asked_fields}
        for spec in OPTIONAL_FIELDS.values():
            for prefix, word, initial in (
                ("ask", "问", spec.name in self.stored),
                ("need", "必填", self.stored.get(spec.name, False)),
            ):
                widget = forms.CheckboxInput({**TICK, "aria-label": f"{spec.label}：{word}"})
                self.fields[f"{prefix}_{spec.name}"] = forms.BooleanField(
                    label=word, required=False, initial=initial, widget=widget
                )

    def rows(self) -> Iterator[tuple[FieldSpec, forms.BoundField, forms.BoundField]]:
        for spec in OPTIONAL_FIELDS.values():
            yield spec, self[f"ask_{spec.name}"], self[f"need_{spec.name}"]

    def chosen(self) -> list[tuple[str, bool]]:
        """Codes in the kind's own order, new ones after them; what must be filled in is asked."""
        order = [*self.stored, *(code for code in OPTIONAL_FIELDS if code not in self.stored)]
        needed = {code: self.cleaned_data.get(f"need_{code}", False) for code in order}
        return [(code, needed[code]) for code in order if needed[code] or self.cleaned_data.get(f"ask_{code}")]


class RequirementForm(forms.Form):
    """One file that is asked for."""

    title = forms.CharField(label="名称", max_length=40, widget=forms.TextInput(CONTROL))
    hint = forms.CharField(
        label="要求",
        max_length=200,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="申报人上传时看到的说明。",
    )
    role = forms.ChoiceField(
        label="用途",
        choices=FileRequirement.Role.choices,
        widget=forms.Select(SELECT),
        help_text="作品本体、封面、盖章推荐表每个类别各一种。",
    )
    formats = forms.MultipleChoiceField(
        label="格式",
        choices=[(each.code, each.label) for each in FORMATS.values()],
        widget=forms.CheckboxSelectMultiple(TICK),
        error_messages={"required": "请至少选一种格式。"},
    )
    least = _count("大小下限（MB）", "不限时填 0。", required=True)
    most = _count("大小上限（MB）", required=True)
    required = _tick("必须提交", "不勾选为选交。")
    or_link = _tick("有播放链接可不交", "只用于视频作品本体；须同时有首播日期。")
    shown_to_reviewers = _tick("评审时可看")

    def __init__(self, data: QueryDict | None = None, *, requirement: FileRequirement | None = None) -> None:
        initial: dict[str, Any] = {"formats": ["pdf"], "least": 0, "most": 20, "required": True, "role": "proof"}
        if requirement is not None:
            settings = requirement_settings(requirement)
            initial = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
        super().__init__(data, initial=initial)

    def settings(self) -> RequirementSettings:
        return RequirementSettings(**self.cleaned_data)


class CallForm(forms.Form):
    text = forms.CharField(
        label="通知正文",
        widget=forms.Textarea(AREA),
        help_text="空一行分段。时间、类别、要求和材料在公开页面自动列出，不必重复。",
    )
    # Compared as it stands: a text field would strip it.
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, selection: Selection, draft: str) -> None:
        super().__init__(data, initial={"text": selection.call_text or draft, "seen": selection.call_text})


class FormerUploadForm(forms.Form):
    file = forms.FileField(
        label="往届获奖作品名单（.xlsx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".xlsx"})
    )


def show_refusal(form: forms.Form, message: str, field: str = "") -> None:
    """Put a refusal at the field that it names, or above the form."""
    form.add_error(field if field in form.fields else None, message)


def show_conflict(form: forms.Form, message: str, *, stored: Mapping[str, Any], seen: str) -> None:
    """Say at each field what somebody else has stored there meanwhile; saving again then means it (pitfall 20)."""
    typed = dict(form.cleaned_data)
    form.add_error(None, message)
    for name, value in stored.items():
        if name in form.fields and typed.get(name) != value:
            form.add_error(name, f"现在保存的是“{_words(value)}”。")
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["seen"] = seen
    form.data = data


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal | date):
        return str(value)
    return "空" if value in (None, "") else str(value)
