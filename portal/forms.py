"""The one form of an empty installation."""

from django import forms

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
