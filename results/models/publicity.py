"""公示: a confirmed roster before the public for some working days, before it is final."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.models import Notice
from results.models.results import Result, Roster


class Publicity(models.Model):
    """公示期 of one roster, announced by one notice. Append-only; one whose notice is withdrawn no longer counts.

    `starts_on` is the day of publication, which is not counted; `ends_on` the last working day of the period, both
    stored because the printed dates decide (domain.md B1). Objections are received before `closes_at`, which is
    exclusive: midnight after `ends_on` by the server's clock. `rule_ends_on` is what the calendar gives for
    `working_days`; where `ends_on` differs, `deviation` says why. `calendar_note` is “未含官方调休安排…” where a year
    is not known. `number` counts a result's periods: from 2 on they are 补充公示, of what changed.
    """

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="publicities")
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="publicities")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="publicity")
    number = models.PositiveSmallIntegerField("第几次公示")
    working_days = models.PositiveSmallIntegerField("工作日数")
    starts_on = models.DateField("公示开始")
    ends_on = models.DateField("公示结束")
    rule_ends_on = models.DateField("按规则应结束")
    closes_at = models.DateTimeField("异议截止")
    deviation = models.CharField("与规则不同的原因", max_length=200, blank=True)
    calendar_note = models.CharField("日历说明", max_length=200, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("发布时间")

    class Meta:
        ordering = ["result_id", "number"]
        verbose_name = verbose_name_plural = "公示"
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="publicity_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="publicity_lasts"),
            models.CheckConstraint(condition=Q(working_days__gte=1), name="publicity_has_days"),
            models.CheckConstraint(
                condition=Q(ends_on=F("rule_ends_on")) | ~Q(deviation=""),
                name="other_publicity_end_says_why",
                violation_error_message="公示结束日与规则不同，请写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} 公示 {self.number}"


class HiddenEntry(models.Model):
    """A row of a result whose people asked not to be named in public any more (design §13 privacy; juniors).

    The list stays whole: the row stands with 某某 in the place of names, on pages, in notices, feeds and the API.
    """

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="hidden_entries")
    entry = models.CharField("编号", max_length=20)
    reason = models.CharField("原因", max_length=200)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["result_id", "entry"]
        verbose_name = verbose_name_plural = "不公开的姓名"
        constraints = [models.UniqueConstraint(fields=["result", "entry"], name="entry_hidden_once")]

    def __str__(self) -> str:
        return f"{self.result_id} {self.entry}"
