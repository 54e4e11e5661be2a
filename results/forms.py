"""Shape of what an organiser sends about a result; the services decide."""

from django import forms

from results.models import Result


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
