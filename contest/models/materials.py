"""参赛材料: what a contest asks to be handed in, and what was."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contest.models.contests import Contest
from contest.models.registrations import Contestant


class MaterialRequirement(models.Model):
    """One kind of material that a contest asks for; formats and limits are data.

    `formats` are names of core.files.FORMATS (`pdf`, `jpg`, `mp4`, …). `code` is fixed once files have been handed in.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "所有选手"
        MINORS = "minors", "未成年组"
        UNIT = "unit", "由推荐单位上传"

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="material_requirements")
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("名称", max_length=40)
    hint = models.CharField("要求", max_length=200, blank=True)
    formats = models.JSONField("格式", default=list)
    max_bytes = models.PositiveBigIntegerField("最大字节数")
    required = models.BooleanField("必须提交", default=True)
    audience = models.CharField("对象", max_length=10, choices=Audience, default=Audience.EVERYBODY)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        ordering = ["contest_id", "order", "pk"]
        verbose_name = verbose_name_plural = "材料要求"
        constraints = [
            models.UniqueConstraint(fields=["contest", "code"], name="material_requirement_once"),
            models.CheckConstraint(condition=Q(max_bytes__gt=0), name="material_limit_is_positive"),
        ]

    def __str__(self) -> str:
        return self.title


class Material(models.Model):
    """A file that was handed in. Replaced or taken back, its row stays and says so; one at a time is current."""

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="materials")
    requirement = models.ForeignKey(MaterialRequirement, on_delete=models.PROTECT, related_name="materials")
    path = models.CharField("存放位置", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    format = models.CharField("格式", max_length=10)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    superseded_at = models.DateTimeField("更换时间", null=True, blank=True)

    class Meta:
        ordering = ["contestant_id", "requirement_id", "pk"]
        verbose_name = verbose_name_plural = "参赛材料"
        constraints = [
            models.UniqueConstraint(
                fields=["contestant", "requirement"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_material",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.requirement_id}"
