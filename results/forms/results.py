"""Shape of what an organiser sends about a result; the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from certificates.engine.shipped import DEFAULT
from certificates.selectors import LayoutChoice
from results.models import Result
from results.selectors import Row
from results.services import TUTORS, UNITS, WINNERS, Recipients


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="撤回原因",
        max_length=300,
        widget=forms.TextInput({"class": "form-control"}),
        help_text="会显示在公开页面上。",
    )


class PublicationForm(forms.Form):
    book_access = forms.ChoiceField(
        label="谁可以下载成绩册",
        choices=Result.BookAccess.choices,
        widget=forms.Select({"class": "form-select"}),
    )
    shows_everybody = forms.BooleanField(
        label="公布全部名次和得分（默认只公布获奖者）",
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    list_order = forms.ChoiceField(
        label="同一奖项等级内怎样排列",
        choices=Result.ListOrder.choices,
        required=False,
        widget=forms.Select({"class": "form-select"}),
        help_text="排名不分先后的名单不能同时公布全部名次。",
    )

    def clean_list_order(self) -> str:
        return self.cleaned_data["list_order"] or str(Result.ListOrder.RANK)


class IssueForm(forms.Form):
    """Whom a batch of certificates honours, in which layout, series and date."""

    kind = forms.ChoiceField(
        label="发给谁", choices=[(WINNERS, "获奖选手、作者"), (TUTORS, "指导教师"), (UNITS, "推荐单位")], required=False
    )
    each_author = forms.BooleanField(
        label="一个作品有几位作者时，每人一张（默认一个作品一张，作者依次列出）", required=False
    )
    tiers = forms.MultipleChoiceField(label="哪些奖项的指导教师", required=False)
    units = forms.MultipleChoiceField(label="哪些单位获优秀组织奖", required=False)
    series = forms.CharField(
        label="编号前缀", max_length=30, required=False, widget=forms.TextInput({"class": "form-control"})
    )
    issued_on = forms.DateField(
        label="落款日期",
        required=False,
        widget=forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    layout = forms.ChoiceField(
        label="证书版式", required=False, error_messages={"invalid_choice": "没有这个证书版式，请重新选择。"}
    )

    def __init__(self, *args: Any, layouts: Sequence[LayoutChoice], rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = layouts
        choices = {
            "layout": [(each.code, each.title) for each in layouts],
            "tiers": list({row["tier"]: (row["tier"], row["tier_title"]) for row in rows if row["tier"]}.values()),
            "units": [(unit, unit) for unit in dict.fromkeys(row["unit"] for row in rows if row["unit"])],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == UNITS and not given.get("units") and "units" not in self.errors:
            self.add_error("units", "请勾选获奖的单位。")
        return given

    def chosen(self) -> str:
        """The chosen layout's code; the default one before a choice."""
        return str(self["layout"].value() or DEFAULT)

    def recipients(self) -> Recipients:
        given = self.cleaned_data
        kind = given["kind"] or WINNERS
        return Recipients(
            kind=kind,
            each_author=kind == WINNERS and given["each_author"],
            tiers=tuple(given["tiers"]) if kind == TUTORS else (),
            units=tuple(given["units"]) if kind == UNITS else (),
        )
