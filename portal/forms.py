"""Forms over editions: the first of an installation, its settings, and the next one."""

from typing import Any

from django import forms
from django.http import QueryDict

from core.models import Edition
from portal.services.editions import MOST_PUBLICITY_DAYS, EditionDetails, details_mark, details_of
from portal.services.next_edition import Chosen, Copyable

CONTROL = {"class": "form-control"}


class FirstOrganiserForm(forms.Form):
    """Who organises, and what: enough to begin."""

    edition_title = forms.CharField(
        label="届次名称", max_length=80, widget=forms.TextInput(CONTROL), help_text="例如：2026 年科技活动周"
    )
    organiser_name = forms.CharField(
        label="主办单位", max_length=120, widget=forms.TextInput(CONTROL), help_text="例如：某某市科学技术协会"
    )
    year = forms.IntegerField(
        label="年份", min_value=2000, max_value=2100, widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"})
    )
    name = forms.CharField(label="您的姓名", max_length=60, widget=forms.TextInput({**CONTROL, "autocomplete": "name"}))
    email = forms.EmailField(
        label="电子邮箱（用来登录）", widget=forms.EmailInput({**CONTROL, "autocomplete": "username"})
    )
    password = forms.CharField(
        label="密码（至少 10 位）", widget=forms.PasswordInput({**CONTROL, "autocomplete": "new-password"})
    )


class EditionSettingsForm(forms.Form):
    """An edition's own settings; the service decides."""

    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
    theme = forms.CharField(label="主题", max_length=120, required=False, widget=forms.TextInput(CONTROL))
    organiser_name = forms.CharField(
        label="主办单位", max_length=120, widget=forms.TextInput(CONTROL), help_text="公告落款和证书用这个名称。"
    )
    supervision_phone = forms.CharField(
        label="监督电话", max_length=40, required=False, widget=forms.TextInput({**CONTROL, "inputmode": "tel"})
    )
    publicity_days = forms.IntegerField(
        label="公示期（工作日）",
        min_value=0,
        max_value=MOST_PUBLICITY_DAYS,
        widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
        help_text="此后提出的结果按这个天数公示；已提出的结果在各自的公示页面改。0 为不公示。",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, edition: Edition) -> None:
        now = details_of(edition)
        initial = {name: getattr(now, name) for name in now.__dataclass_fields__}
        super().__init__(data, initial={**initial, "seen": details_mark(edition)})

    def details(self) -> EditionDetails:
        """What was typed."""
        return EditionDetails(**{name: self.cleaned_data[name] for name in EditionDetails.__dataclass_fields__})


class NextEditionForm(forms.Form):
    """The next edition's year, name and address, and what of this one it begins with."""

    year = forms.IntegerField(
        label="年份", min_value=2000, max_value=2100, widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"})
    )
    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
    slug = forms.SlugField(
        label="网址代号",
        max_length=40,
        widget=forms.TextInput(CONTROL),
        help_text="小写字母、数字和短横线，建立后不能改。",
    )

    WORDS = ("rulebooks", "layouts", "messages")  # chosen by code; all others by key
    LISTS = ("contests", "selections", "rulebooks", "panels", "seats", "layouts", "notices", "messages")

    def __init__(self, data: QueryDict | None = None, *, edition: Edition, found: Copyable) -> None:
        year = edition.year + 1
        initial = {"year": year, "title": edition.title.replace(str(edition.year), str(year)), "slug": str(year)}
        super().__init__(data, initial=initial)
        self._offer("contests", "讲解大赛", [(str(each.pk), each.title) for each in found.contests])
        self._offer("selections", "作品评选", [(str(each.pk), each.title) for each in found.selections])
        self._offer("rulebooks", "评分细则（最新版本）", [(each.code, str(each)) for each in found.rulebooks])
        self._offer("panels", "评委组（只复制名称）", [(str(each.pk), each.title) for each in found.panels])
        seated = [
            (str(each.pk), each.title, sum(seat.removed_at is None for seat in each.seats.all()))
            for each in found.panels
        ]
        seats = [(key, f"{title}：{number} 个席位") for key, title, number in seated if number]
        self._offer("seats", "连同席位复制的评委组", seats, chosen=False)
        self._offer("layouts", "证书版式（最新版本）", [(each.code, str(each)) for each in found.layouts])
        self._offer("notices", "征集通知（作为草稿）", [(str(each.pk), each.title) for each in found.notices])
        words = [("all", f"本届改过的 {found.messages} 种消息文字")] if found.messages else []
        self._offer("messages", "消息模板", words)

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]], *, chosen: bool = True) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label,
            choices=choices,
            required=False,
            initial=[key for key, _ in choices] if chosen else [],
            widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        )

    def lists(self) -> list[Any]:
        """The lists to choose from that are not empty, as bound fields."""
        return [self[name] for name in self.LISTS if self.fields[name].choices]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        """What was ticked."""
        keys = {name: frozenset(self.cleaned_data[name]) for name in self.LISTS}
        rows = {name: frozenset(map(int, keys[name])) for name in self.LISTS if name not in self.WORDS}
        return Chosen(rulebooks=keys["rulebooks"], layouts=keys["layouts"], messages=bool(keys["messages"]), **rows)
