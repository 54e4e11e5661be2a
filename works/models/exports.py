"""Personal data that left the system."""

from django.conf import settings
from django.db import models

from works.models.selections import Selection


class ContactExport(models.Model):
    """联系方式导出: phones and e-mails of a selection's works left the system: who took them, how many, what for.

    Append-only. The purpose is somebody's own words and so no part of the ledger, whose event names this row.
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="exports")
    count = models.PositiveIntegerField("件数")
    reason = models.CharField("用途", max_length=200)
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField("导出时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "联系方式导出"

    def __str__(self) -> str:
        return f"{self.selection_id} {self.exported_at}"
