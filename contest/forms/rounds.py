"""Setting a group's rounds up, planning their times, and who goes on."""

import re
from typing import Any

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Group, GroupRound, MaterialRequirement
from core.files import FORMATS
from scoring.models import Panel, Rulebook

CONTESTS_RULES, PRELIMINARY_RULES = "contest", "preliminary"


class RoundForm(forms.Form):
    """A group's next round: a title and a panel are enough for a contest of one round."""

    title = forms.CharField(label="轮次名称", max_length=80, widget=forms.TextInput(CONTROL))
    panel = forms.ModelChoiceField(
        label="评委组",
        queryset=Panel.objects.none(),
        required=False,
        empty_label="新建一个评委组",
        widget=forms.Select(SELECT),
    )
    panel_title = forms.CharField(
        label="新评委组的名称",
        max_length=80,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="选了现有的评委组就不用填。",
    )
    advance_count = forms.IntegerField(
        label="晋级下一轮的人数",
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
        help_text="预赛填写（分赛场时按每个赛场计）；最后一轮不填。",
    )
    line_policy = forms.ChoiceField(
        label="晋级线上并列",
        choices=GroupRound.LinePolicy.choices,
        initial=GroupRound.LinePolicy.BLOCK,
        required=False,
        widget=forms.Select(SELECT),
    )
    medium = forms.ChoiceField(
        label="评审方式",
        choices=GroupRound.Medium.choices,
        initial=GroupRound.Medium.STAGE,
        required=False,
        widget=forms.Select(SELECT),
    )
    video_requirement = forms.ModelChoiceField(
        label="评委看哪一项材料",
        queryset=MaterialRequirement.objects.none(),
        required=False,
        empty_label="（视频评审时选择）",
        widget=forms.Select(SELECT),
    )
    room = forms.CharField(
        label="赛场",
        max_length=20,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="几个赛场同时进行时填写，例如“A 赛场”；各赛场都建好以后一起抽签。",
    )
    rules = forms.ChoiceField(label="评分细则", required=False, widget=forms.Select(SELECT))

    MORE = ("advance_count", "line_policy", "medium", "video_requirement", "room", "rules")

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        edition = group.contest.edition
        self._narrow("panel", Panel.objects.filter(edition=edition))
        videos = {code for code, each in FORMATS.items() if each.mime.startswith("video/")}
        requirements = MaterialRequirement.objects.filter(contest=group.contest)
        fitting = [each.pk for each in requirements if videos & set(each.formats)]
        self._narrow("video_requirement", requirements.filter(pk__in=fitting))
        rules = self.fields["rules"]
        assert isinstance(rules, forms.ChoiceField)
        rules.choices = [
            (CONTESTS_RULES, f"大赛的评分细则（{group.contest.rulebook}）"),
            (PRELIMINARY_RULES, "由大赛细则改成预赛细则：不去最高最低分、取平均，以晋级线代替奖项"),
            *((str(each.pk), str(each)) for each in _other_rules(group)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("panel") and not cleaned.get("panel_title"):
            self.add_error("panel_title", "请选择现有的评委组，或填写新评委组的名称。")
        if cleaned.get("rules") == PRELIMINARY_RULES and not cleaned.get("advance_count"):
            self.add_error("advance_count", "预赛细则要写明晋级下一轮的人数。")
        if cleaned.get("medium") == GroupRound.Medium.VIDEO and not cleaned.get("video_requirement"):
            self.add_error("video_requirement", "请选择评委看哪一项视频材料；列表为空时，先在大赛设置中添加视频材料。")
        return cleaned

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.MORE]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    @property
    def opens_more(self) -> bool:
        """Whether a preliminary's choices are in use, so that they are shown at once."""
        return any(name in self.errors for name in self.MORE) or any(
            self[name].value() for name in ("advance_count", "room", "video_requirement")
        )

    def _narrow(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset


class RunningOrderForm(forms.Form):
    """Planned times: start, seconds for each contestant, breaks as lines “12 号后 15 分钟”."""

    starts_at = forms.DateTimeField(
        label="开始时间",
        required=False,
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    slot_seconds = forms.IntegerField(
        label="每位选手用时（秒）",
        min_value=30,
        max_value=3600,
        required=False,
        widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
        help_text="讲解限时加评委打分的时间；不填时按评分细则的限时加 2 分钟。",
    )
    breaks = forms.CharField(
        label="休息",
        required=False,
        max_length=500,
        widget=forms.Textarea({**CONTROL, "rows": 3}),
        help_text="每行一次，例如“12 号后 15 分钟”。",
    )

    def clean_breaks(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for line in self.cleaned_data["breaks"].splitlines():
            if not line.strip():
                continue
            numbers = [int(each) for each in re.findall(r"\d{1,6}", line)]
            if len(numbers) != 2:
                raise forms.ValidationError(f"看不懂“{line.strip()}”，请写成“12 号后 15 分钟”，每行一次。")
            after, minutes = numbers
            if after in found:
                raise forms.ValidationError(f"{after} 号后的休息写了两次。")
            found[after] = minutes
        return found


def breaks_text(breaks: list[dict[str, int]]) -> str:
    """Breaks as they are typed."""
    return "\n".join(f"{each['after']} 号后 {each['minutes']} 分钟" for each in breaks)


class ChoiceForm(forms.Form):
    """Who goes on by the jury's decision, with its reason."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="评审组决定的理由", max_length=300, required=False, widget=forms.TextInput(CONTROL))

    def __init__(self, *args: Any, contestants: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = contestants


def _other_rules(group: Group) -> list[Rulebook]:
    """Newest versions of the edition's other rulebooks that have the group."""
    newest: dict[str, Rulebook] = {}
    for rulebook in Rulebook.objects.filter(edition=group.contest.edition).order_by("version"):
        newest[rulebook.code] = rulebook
    fitting = (
        each
        for each in newest.values()
        if each.pk != group.contest.rulebook_id and group.code in {line["code"] for line in each.document["groups"]}
    )
    return sorted(fitting, key=lambda each: each.title)
