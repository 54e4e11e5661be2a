"""The edition: one year's run of both programmes; and what people are uploading."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Edition(models.Model):
    """届次: everything official belongs to one; its ledger is one chain (design §5).

    `publicity_days` is what new results begin with: working days of public notice before the list is final, 0 for none.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", "筹备中"
        RUNNING = "running", "进行中"
        CLOSED = "closed", "已结束"

    slug = models.SlugField("网址代号", max_length=40, unique=True)
    title = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年份")
    theme = models.CharField("主题", max_length=120, blank=True)
    organiser_name = models.CharField("主办单位", max_length=120)
    supervision_phone = models.CharField("监督电话", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PREPARING)
    publicity_days = models.PositiveSmallIntegerField("公示期（工作日）", default=5)
    is_rehearsal = models.BooleanField("演练", default=False)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ["-year", "slug"]
        verbose_name = verbose_name_plural = "届次"

    def __str__(self) -> str:
        return self.title


class Upload(models.Model):
    """上传: a file on its way by the tus protocol, or handed in by a form, from its start until its purpose has it.

    The bytes lie at `path` below MEDIA_ROOT from the first to the last: nothing is renamed, the row says what they are.
    How far a running upload has come is what is on the disk; `offset` is where it stood when a request last ended.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "上传中"
        RECEIVED = "received", "已收到，等待检查"
        EXAMINING = "examining", "正在检查"
        READY = "ready", "已收下"
        REFUSED = "refused", "没有通过检查"
        PARKED = "parked", "检查没有完成"
        CANCELLED = "cancelled", "已取消"
        EXPIRED = "expired", "已过期"

    # Whose bytes are still owed something: they count against what an account may have open.
    OPEN: ClassVar = (State.RECEIVING, State.RECEIVED, State.EXAMINING, State.PARKED)
    # Whose bytes are gone from the disk.
    GONE: ClassVar = (State.REFUSED, State.CANCELLED, State.EXPIRED)
    # state → the states that may follow it
    MOVES: ClassVar = {
        State.RECEIVING: (State.RECEIVED, State.CANCELLED, State.EXPIRED),
        State.RECEIVED: (State.EXAMINING, State.PARKED, State.CANCELLED),
        State.EXAMINING: (State.RECEIVED, State.EXAMINING, State.READY, State.REFUSED, State.PARKED),
        State.PARKED: (State.RECEIVED, State.CANCELLED),
        State.READY: (),
        State.REFUSED: (),
        State.CANCELLED: (),
        State.EXPIRED: (),
    }

    token = models.CharField("代号", max_length=32, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="uploads"
    )
    purpose = models.CharField("用途", max_length=40)
    target = models.CharField("对象", max_length=80, blank=True)
    name = models.CharField("原文件名", max_length=200)
    length = models.PositiveBigIntegerField("文件大小")
    formats = models.JSONField("接受的格式", default=list)
    wants_clean = models.BooleanField("要去除文件属性", default=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECEIVING)
    path = models.CharField("文件", max_length=200)

    offset = models.PositiveBigIntegerField("已收到", default=0)
    writer = models.CharField("正在写入的请求", max_length=32, blank=True)
    writer_until = models.DateTimeField("写入占用至", null=True, blank=True)
    is_guarded = models.BooleanField("写入的一段须先核对校验和", default=False)

    started_at = models.DateTimeField("开始上传")
    received_at = models.DateTimeField("收到最后一个字节", null=True, blank=True)
    expires_at = models.DateTimeField("过期时间")

    lease_until = models.DateTimeField("检查占用至", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("检查次数", default=0)
    last_error = models.CharField("没有完成的原因", max_length=300, blank=True)
    message = models.CharField("没有通过的原因", max_length=300, blank=True)

    format = models.CharField("格式", max_length=10, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    media = models.JSONField("媒体参数", null=True, blank=True)
    poster_path = models.CharField("封面画面", max_length=200, blank=True)
    clean_path = models.CharField("去除属性后的文件", max_length=200, blank=True)
    clean_size = models.PositiveBigIntegerField("去除属性后的大小", null=True, blank=True)
    clean_sha256 = models.CharField("去除属性后的 SHA-256", max_length=64, blank=True)
    finished_at = models.DateTimeField("检查完成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["owner", "state"], name="upload_owner_state"),
            models.Index(fields=["purpose", "target"], name="upload_purpose_target"),
            models.Index(fields=["state", "expires_at"], name="upload_state_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(length__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(condition=models.Q(offset__lte=models.F("length")), name="upload_within_length"),
            models.CheckConstraint(
                condition=models.Q(state__in=["receiving", "cancelled", "expired"])
                | models.Q(received_at__isnull=False),
                name="upload_received_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_state_display()}）"
