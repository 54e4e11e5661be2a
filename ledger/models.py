"""What was done officially: one append-only, hash-chained list of events per edition (design §5)."""

from django.conf import settings
from django.db import models

from core.models import Edition


class Head(models.Model):
    """The end of an edition's chain. Its row is locked last in every act, so that numbers follow commits."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="ledger_head")
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "台账末端"

    def __str__(self) -> str:
        return f"{self.edition_id} #{self.number}"


class Event(models.Model):
    """One official act. The payload holds ids, numbers and salted digests, never personal data."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveBigIntegerField("序号")
    kind = models.CharField("事项", max_length=40)
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_handle = models.CharField(max_length=20, blank=True)
    payload = models.TextField("内容（规范 JSON）")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["edition_id", "number"]
        verbose_name = verbose_name_plural = "台账事项"
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="event_number_once"),
            models.UniqueConstraint(fields=["edition", "previous_hash"], name="chain_never_forks"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.kind}"
