"""Chinese holidays and make-up working days, year by year as the State Council's office announces them."""

from django.db import models


class CalendarYear(models.Model):
    """A year whose official arrangement is known. One installation, one calendar: it serves every edition.

    `source` names the announcement (number and date). A year without a row is reckoned by weekdays alone, and every
    page that shows such a date says “未含官方调休安排”.
    """

    year = models.PositiveSmallIntegerField("年份", unique=True)
    source = models.CharField("依据", max_length=200)
    changed_at = models.DateTimeField("更改时间", null=True)

    class Meta:
        ordering = ["-year"]
        verbose_name = verbose_name_plural = "节假日安排"

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: free, or worked instead of a free one."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKDAY = "workday", "上班（调休）"

    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    date = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=8, choices=Kind)
    title = models.CharField("节日", max_length=40)

    class Meta:
        ordering = ["date"]
        verbose_name = verbose_name_plural = "节假日和调休"

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
