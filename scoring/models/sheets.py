"""Score sheets and every revision of them (design §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models.rounds import Entry, Seat


class ScoreSheet(models.Model):
    """评分表: one judge × entry × segment. Its marks are those of the current revision; `version` counts revisions.

    已改派 only exists in assigned rounds: the entry was taken from this reviewer; what was marked stays on record, does
    not count, and `state_reason` says why (pitfall 7).
    """

    class State(models.TextChoices):
        PENDING = "pending", "待评"
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        RETURNED = "returned", "退回"
        RECUSED = "recused", "回避"
        ABSENT = "absent", "缺席"
        UNASSIGNED = "unassigned", "已改派"

    MOVES = {
        State.PENDING: {State.DRAFT, State.SUBMITTED, State.RECUSED, State.ABSENT, State.UNASSIGNED},
        State.DRAFT: {State.DRAFT, State.SUBMITTED, State.RECUSED, State.ABSENT, State.UNASSIGNED},
        State.SUBMITTED: {State.SUBMITTED, State.RETURNED, State.RECUSED, State.UNASSIGNED},
        State.RETURNED: {State.DRAFT, State.SUBMITTED, State.RECUSED, State.ABSENT, State.UNASSIGNED},
        State.RECUSED: set(),
        State.ABSENT: {State.DRAFT, State.SUBMITTED, State.PENDING, State.RECUSED, State.UNASSIGNED},
        State.UNASSIGNED: {State.PENDING, State.DRAFT, State.RECUSED},
    }
    OWED = (State.PENDING, State.DRAFT, State.RETURNED)
    LEFT_OUT = (State.RECUSED, State.ABSENT, State.UNASSIGNED)

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="sheets")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sheets")
    segment = models.SlugField("环节", max_length=40)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    state_reason = models.CharField("原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    current = models.OneToOneField(
        "scoring.SheetRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    updated_at = models.DateTimeField("更新时间")

    class Meta:
        ordering = ["entry_id", "segment", "seat_id"]
        verbose_name = verbose_name_plural = "评分表"
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry", "segment"], name="one_sheet_per_judge_entry_segment"),
            models.UniqueConstraint(fields=["seat", "entry", "segment"], name="one_sheet_per_seat_entry_segment"),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(current__isnull=False), name="submitted_sheet_has_marks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} × {self.entry_id} {self.segment}"


class SheetRevision(models.Model):
    """One save of a sheet: append-only. Its `submission_id` makes a repeated save the same save (pitfall 12)."""

    class Kind(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMISSION = "submission", "提交"
        PAPER = "paper", "纸质录入"
        CORRECTION = "correction", "更正"

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("版本")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    submission_id = models.CharField(max_length=64)
    base_version = models.PositiveIntegerField("所见版本")
    marks = models.JSONField("单项分")
    total = models.DecimalField("总分", max_digits=7, decimal_places=2, null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        ordering = ["sheet_id", "number"]
        verbose_name = verbose_name_plural = "评分记录"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["sheet", "submission_id"], name="submission_once"),
            models.CheckConstraint(
                condition=Q(kind="draft") | Q(total__isnull=False), name="counted_revision_has_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} v{self.number}"


class SheetComment(models.Model):
    """评审意见 beside the marks: append-only; the newest number of a kind stands, an empty text takes it back.

    Both kinds of a sheet share one numbering, the version that a save has to have seen. Never part of a result book.
    """

    class Kind(models.TextChoices):
        OFFICE = "office", "给组委会"
        AUTHOR = "author", "给作者"

    LONGEST = 2000

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField("对象", max_length=6, choices=Kind)
    number = models.PositiveIntegerField("版本")
    text = models.CharField("意见", max_length=LONGEST, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sheet_id", "number", "kind"]
        verbose_name = verbose_name_plural = "评审意见"
        constraints = [models.UniqueConstraint(fields=["sheet", "kind", "number"], name="comment_number_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.kind} v{self.number}"
