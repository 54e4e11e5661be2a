"""Certificate layouts, versioned, and the pictures that they show."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from core.models import Edition


class Layout(models.Model):
    """版式: one version of how certificates look, never edited; a change is a new version (docs/certificates.md)."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificate_layouts")
    code = models.SlugField("代号", max_length=40)
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=40)
    document = models.JSONField("版式")
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ["edition_id", "code", "version"]
        verbose_name = verbose_name_plural = "证书版式"
        constraints = [models.UniqueConstraint(fields=["edition", "code", "version"], name="layout_version_once")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Asset(models.Model):
    """A picture for layouts: a background, or a unit's seal (公章), which is uploaded by its keeper and never invented.

    Named in layouts by the SHA-256 of its bytes; taken away, its row and file stay for the certificates that show it.
    `width` and `height` are a picture's pixels, 0 for vector art; `adds` is by how many bytes it makes each certificate
    larger, as was measured when it was uploaded.
    """

    class Kind(models.TextChoices):
        BACKGROUND = "background", "底图"
        SEAL = "seal", "印章"

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificate_assets")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    title = models.CharField("名称", max_length=60)
    unit = models.ForeignKey(  # whose seal; a background has none
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用印单位"
    )
    path = models.CharField("存放位置", max_length=200)
    format = models.CharField("格式", max_length=10)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField("宽（像素）", default=0)
    height = models.PositiveIntegerField("高（像素）", default=0)
    adds = models.PositiveBigIntegerField("每张证书增加的字节数", default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["edition_id", "kind", "pk"]
        verbose_name = verbose_name_plural = "版式图片"
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="asset_once",
                violation_error_message="这张图片已经上传过了。",
            ),
            models.CheckConstraint(condition=Q(kind="background") | ~Q(unit=None), name="seal_names_its_unit"),
            models.UniqueConstraint(
                fields=["edition", "unit"],
                condition=Q(kind="seal", removed_at__isnull=True),
                name="one_live_seal_per_unit",
                violation_error_message="这个单位已有在用的印章，请先停用旧的。",
            ),
        ]

    def __str__(self) -> str:
        return self.title
