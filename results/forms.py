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


class PublicationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Result
        fields = ("book_access", "shows_everybody")
        widgets = {
            "book_access": forms.Select({"class": "form-select"}),
            "shows_everybody": forms.CheckboxInput({"class": "form-check-input"}),
        }
        labels = {"book_access": "谁可以下载成绩册", "shows_everybody": "公布全部名次和得分（默认只公布获奖者）"}
