"""Acts about marks that take two people or come too late (design §5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from scoring.models.rounds import Entry, Round
from scoring.models.sheets import ScoreSheet, SheetRevision


class LateMark(models.Model):
    """A mark that arrived after its lock: kept in the arbitration list, never counted silently."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="late_marks")
    submission_id = models.CharField(max_length=64)
    marks = models.JSONField("单项分")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField("收到时间")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField("处理时间", null=True)
    settlement = models.CharField("处理说明", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "逾时评分"
        constraints = [models.UniqueConstraint(fields=["sheet", "submission_id"], name="late_submission_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.received_at}"


class Correction(models.Model):
    """更正 after a lock: asked for by one account and confirmed by another, whatever roles they hold."""

    class Subject(models.TextChoices):
        MARKS = "marks", "评分"
        SECONDS = "seconds", "用时"
        QUIZ = "quiz", "答题得分"
        DEDUCTION = "deduction", "扣分"
        STATUS = "status", "参评状态"

    class State(models.TextChoices):
        REQUESTED = "requested", "待确认"
        APPLIED = "applied", "已更正"
        REFUSED = "refused", "不同意"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="corrections")
    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, null=True, related_name="corrections")
    subject = models.CharField("对象", max_length=10, choices=Subject)
    base_version = models.PositiveIntegerField("所见版本", default=0)
    old = models.JSONField("原值", null=True)
    new = models.JSONField("新值")
    reason = models.CharField("原因", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("确认时间", null=True)
    decision_note = models.CharField("确认说明", max_length=300, blank=True)
    revision = models.OneToOneField(SheetRevision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "更正"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="correction_takes_two_accounts",
                violation_error_message="更正须由另一个账号确认。",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by__isnull=True)
                | (~Q(state="requested") & Q(decided_by__isnull=False)),
                name="decided_correction_names_who",
            ),
            models.CheckConstraint(
                condition=~Q(subject="marks") | Q(sheet__isnull=False), name="mark_correction_has_sheet"
            ),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(state="requested"), name="one_open_correction_per_sheet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.entry_id}"


class PaperEntry(models.Model):
    """Marks typed from a paper sheet by one account and confirmed by another (pitfall 25)."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="paper_entries")
    submission_id = models.CharField(max_length=64)
    marks = models.JSONField("单项分")
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField("录入时间")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("复核时间", null=True)
    discarded_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "纸质评分录入"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("typed_by")),
                name="paper_takes_two_accounts",
                violation_error_message="纸质评分须由另一个账号复核。",
            ),
            models.UniqueConstraint(
                fields=["sheet"],
                condition=Q(confirmed_at__isnull=True, discarded_at__isnull=True),
                name="one_open_paper_entry_per_sheet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.typed_at}"


class TieDecision(models.Model):
    """并列裁定: the recorded order of a tied set, with its reason. Append-only; a later one replaces it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tie_decisions")
    order = models.JSONField("裁定顺序（编号）")
    reason = models.CharField("理由", max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "并列裁定"

    def __str__(self) -> str:
        return " > ".join(self.order)
