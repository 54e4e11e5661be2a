"""The edition: one year's run of both programmes."""

from django.db import models


class Edition(models.Model):
    """届次: everything official belongs to one; its ledger is one chain (design §5)."""

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
    is_rehearsal = models.BooleanField("演练", default=False)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ["-year", "slug"]
        verbose_name = verbose_name_plural = "届次"

    def __str__(self) -> str:
        return self.title
