"""定格成绩: the only source of a published number (design §6)."""

from django.conf import settings
from django.db import models

from scoring.models.rounds import Round, Rulebook


class Snapshot(models.Model):
    """The engine's whole input and output at a moment, with its digest. Append-only.

    `document` is the result book without `digests` (docs/result-book.md); `sha256` is its digest `snapshot`.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="snapshots")
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField("定格号")
    document = models.JSONField("内容")
    sha256 = models.CharField(max_length=64)
    reason = models.CharField("缘由", max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["round_id", "number"]
        verbose_name = verbose_name_plural = "定格成绩"
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="snapshot_number_once")]

    def __str__(self) -> str:
        return f"{self.round_id} No. {self.number}"
