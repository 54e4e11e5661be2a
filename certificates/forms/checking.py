"""The public check."""

from django import forms


class CheckForm(forms.Form):
    serial = forms.CharField(label="证书编号", max_length=60, widget=forms.TextInput({"class": "form-control"}))
    name = forms.CharField(label="获奖人姓名", max_length=60, widget=forms.TextInput({"class": "form-control"}))


class CheckFileForm(forms.Form):
    file = forms.FileField(
        label="证书文件（PDF，最大 5 MB）",
        error_messages={"required": "请先选择文件，再查验。"},
        widget=forms.FileInput({"class": "form-control", "accept": ".pdf,application/pdf"}),
    )
