"""Pictures for layouts."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from accounts.models import Unit
from certificates.rendering.uploads import BACKGROUND, SEAL, Limits

_NO_FILE = {"required": "请先选择文件，再上传。"}


class PictureForm(forms.Form):
    """What both kinds ask for; the service says what is wrong with the file."""

    limits: Limits
    file: forms.Field

    @property
    def content(self) -> bytes:
        """The bytes of a valid form's file."""
        upload = self.cleaned_data["file"]
        assert isinstance(upload, UploadedFile)
        return b"".join(upload.chunks())

    @property
    def file_name(self) -> str:
        return self.cleaned_data["file"].name or ""


class BackgroundForm(PictureForm):
    limits = BACKGROUND
    title = forms.CharField(
        label="名称",
        max_length=60,
        help_text="例如：2026 红底烫金。",
        widget=forms.TextInput({"class": "form-control"}),
    )
    file = forms.FileField(
        label="图片文件",
        help_text="SVG 矢量图最好；也收单页 PDF、PNG、JPG（RGB 颜色，最大 10 MB、4000 万像素）。文字请先转成曲线。",
        error_messages=_NO_FILE,
        widget=forms.FileInput({"class": "form-control", "accept": ".svg,.pdf,.png,.jpg,.jpeg"}),
    )


class SealForm(PictureForm):
    limits = SEAL
    unit = forms.ModelChoiceField(
        label="用印单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        help_text="名称要与证书落款的单位一字不差；列表里没有的，请组委会先在“推荐单位”里添加。",
        error_messages={"required": "请选择用印单位。", "invalid_choice": "没有这个单位，请重新选择。"},
        widget=forms.Select({"class": "form-select"}),
    )
    file = forms.FileField(
        label="印章图片",
        help_text="透明底的 PNG（最大 2 MB，建议 600 × 600 像素以上）或 SVG。",
        error_messages=_NO_FILE,
        widget=forms.FileInput({"class": "form-control", "accept": ".svg,.png"}),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = units
