"""公告: drafted by an organiser, frozen when published."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Edition


class Notice(models.Model):
    """A notice of an edition. The public reads its `text` (a PublishedText) and never these columns.

    `subject` says what a notice of a result is about ("result-12"), "" for one of the organiser's own words; such a
    notice is drafted and published by `results.services` alone, which hands in `lists` and `source` as plain values.
    `lists`: [{"title", "note", "tiers": [{"title", "rows": [{"people": [...], "unit", "title", "tutors": [...],
    "note"}]}]}]; `source` prints snapshot number and roster version.
    `body` is plain text, a paragraph to the line; lines that begin with 一、 （一） 1. are headings of GB/T 9704.
    """

    class Kind(models.TextChoices):
        CALL = "call", "征集通知"
        ANNOUNCEMENT = "announcement", "通知公告"
        PUBLICITY = "publicity", "公示"
        FINAL = "final", "结果公布"
        CORRECTION = "correction", "更正公告"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已结束"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES = {
        State.DRAFT: {State.PUBLISHED},
        State.PUBLISHED: {State.CLOSED, State.WITHDRAWN},
        State.CLOSED: {State.WITHDRAWN},
        State.WITHDRAWN: set(),
    }
    OF_RESULTS = (Kind.PUBLICITY, Kind.FINAL, Kind.CORRECTION)

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    state = models.CharField("状态", max_length=9, choices=State, default=State.DRAFT)
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=40, blank=True)
    addressees = models.CharField("主送", max_length=200, blank=True)
    body = models.TextField("正文", blank=True, max_length=20000)
    signed_by = models.CharField("落款", max_length=200)
    dated = models.DateField("成文日期")
    subject = models.CharField(max_length=40, blank=True, db_index=True)
    lists = models.JSONField("名单", default=list, blank=True)
    source = models.CharField("依据", max_length=120, blank=True)
    hidden_names = models.JSONField("不再显示的姓名", default=list, blank=True)
    version = models.PositiveIntegerField("草稿版本", default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("拟稿时间")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = verbose_name_plural = "公告"
        indexes = [models.Index(fields=["state", "-published_at"], name="notice_state_published")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="published_notice_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_notice_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["publicity", "final", "correction"]) | ~Q(subject=""),
                name="notice_of_a_result_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """附件 of a notice; fixed with it when it is published."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField("文件名", max_length=200)
    format = models.CharField("格式", max_length=10)
    path = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField("添加时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "附件"

    def __str__(self) -> str:
        return self.name


class PublishedText(models.Model):
    """发布稿: a notice as it was published, whole. Append-only: nobody changes what the public read.

    `document`: {"kind", "title", "number", "addressees", "body", "signed_by", "dated" (ISO), "subject", "lists",
    "source", "attachments": [{"id", "name", "format", "size", "sha256"}]}. `sha256` is its digest salted with `salt`,
    since names can be guessed; the ledger's event `notice_published` holds it.
    """

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="text")
    document = models.JSONField("发布稿")
    salt = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "发布稿"

    def __str__(self) -> str:
        return f"{self.notice_id} {self.published_at}"
