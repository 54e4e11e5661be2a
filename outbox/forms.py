"""The form of one kind of message; what the words may be is the service's to say."""

from django import forms


class TemplateForm(forms.Form):
    """An edition's words for a kind of message, made from the version that was seen."""

    subject = forms.CharField(label="标题", required=False, widget=forms.TextInput({"class": "form-control"}))
    body = forms.CharField(label="内容", required=False, widget=forms.Textarea({"class": "form-control", "rows": 8}))
    is_active = forms.BooleanField(label="使用上面的文字（不勾选则发系统自带的文字）", required=False)
    sms = forms.BooleanField(
        label="同时发短信", required=False, help_text="短信只发标题，内容请收信人登录后查看；只发给登记了手机号码的人。"
    )
    base_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
