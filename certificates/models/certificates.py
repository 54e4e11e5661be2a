"""证书: each is a row that says what is owed; files are made by Celery (design §10, §11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from certificates.models.batches import Batch
from certificates.models.layouts import Layout
from core.models import Edition


class Series(models.Model):
    """A gap-free run of serial numbers, e.g. 明科普讲〔2026〕; its row is locked while a number is taken."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificate_series")
    prefix = models.CharField("编号前缀", max_length=30)
    last_number = models.PositiveIntegerField("已用序号", default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "证书编号系列"
        constraints = [models.UniqueConstraint(fields=["edition", "prefix"], name="series_prefix_once")]

    def __str__(self) -> str:
        return self.prefix


class Certificate(models.Model):
    """One certificate of one award. `text` holds every word that is printed; `source` names snapshot and roster."""

    class State(models.TextChoices):
        OWED = "owed", "待制作"
        CLAIMED = "claimed", "制作中"
        ISSUED = "issued", "已签发"
        PARKED = "parked", "制作失败"
        SUPERSEDED = "superseded", "已更正"
        REVOKED = "revoked", "已撤销"

    VOID = (State.SUPERSEDED, State.REVOKED)

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField("序号")
    serial = models.CharField("证书编号", max_length=60, unique=True)
    token = models.CharField(max_length=64, unique=True)
    source = models.CharField("依据", max_length=120)
    award_key = models.CharField(max_length=120)
    recipient_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    unit = models.ForeignKey(  # whose coordinator may download it
        Unit, on_delete=models.PROTECT, null=True, related_name="certificates", verbose_name="推荐单位"
    )
    text = models.JSONField("证书文字")
    layout = models.ForeignKey(  # none: made before there were layouts, in the plain one
        Layout, on_delete=models.PROTECT, null=True, related_name="certificates", verbose_name="版式"
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="certificates", verbose_name="批次"
    )
    place = models.PositiveIntegerField("批次中的序号", null=True)
    issued_on = models.DateField("落款日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OWED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField("原因", max_length=300, blank=True)
    file = models.CharField("文件", max_length=120, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    told_at = models.DateTimeField("告知时间", null=True)  # the recipient was told once that it is there
    voided_at = models.DateTimeField("失效时间", null=True)
    void_reason = models.CharField("失效原因", max_length=300, blank=True)
    # Revoked for itself, not with its result: the next batch does not make it again by itself.
    is_barred = models.BooleanField("不再签发", default=False)

    class Meta:
        ordering = ["series_id", "number"]
        verbose_name = verbose_name_plural = "证书"
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["file_sha256"], name="certificate_by_file"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="certificate_number_once"),
            models.UniqueConstraint(
                fields=["award_key"],
                condition=~Q(state__in=["superseded", "revoked"]),
                name="one_valid_certificate_per_award",
            ),
            models.CheckConstraint(condition=~Q(state="issued") | ~Q(file=""), name="issued_certificate_has_file"),
            models.CheckConstraint(
                condition=Q(state__in=["superseded", "revoked"], voided_at__isnull=False)
                | ~Q(state__in=["superseded", "revoked"]) & Q(voided_at__isnull=True),
                name="void_certificate_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
