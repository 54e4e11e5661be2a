"""The public check."""

from django import forms


class CheckForm(forms.Form):
    serial = forms.CharField(label="证书编号", max_length=60, widget=forms.TextInput({"class": "form-control"}))
    name = forms.CharField(label="获奖人姓名", max_length=60, widget=forms.TextInput({"class": "form-control"}))
