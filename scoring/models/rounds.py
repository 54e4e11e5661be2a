"""What is set up before the first mark: rulebooks, panels, rounds and their entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from core.models import Edition


class Rulebook(models.Model):
    """评分细则: one version of the rules, never edited; a change is a new version (design §4)."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rulebooks")
    code = models.SlugField("代号", max_length=40)
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=80)
    document = models.JSONField("细则")
    sha256 = models.CharField(max_length=64)
    reason = models.CharField("修改原因", max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    frozen_at = models.DateTimeField("启用时间", null=True)

    class Meta:
        ordering = ["edition_id", "code", "version"]
        verbose_name = verbose_name_plural = "评分细则"
        constraints = [models.UniqueConstraint(fields=["edition", "code", "version"], name="rulebook_version_once")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Panel(models.Model):
    """评委组: the seats that score a round."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="panels")
    title = models.CharField("名称", max_length=80)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "评委组"
        constraints = [models.UniqueConstraint(fields=["edition", "title"], name="panel_title_once")]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """席位: a judge in a panel, shown to others as a number. A removed seat keeps its marks (pitfall 7)."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField("席位号")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_chair = models.BooleanField("组长", default=False)
    removed_at = models.DateTimeField("撤席时间", null=True)
    removed_reason = models.CharField("撤席原因", max_length=200, blank=True)

    class Meta:
        ordering = ["panel_id", "number"]
        verbose_name = verbose_name_plural = "席位"
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="seat_number_once"),
            models.UniqueConstraint(
                fields=["panel", "judge"],
                name="judge_once_per_panel",
                violation_error_message="这位评委已在本评委组中。",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The judge's code in live tables and result books."""
        return f"J{self.number}"


class Round(models.Model):
    """轮次: one group judged once by one panel under one rulebook. A runoff (加赛) is a child that orders the tied.

    `hold` is a sentence of the programme that keeps the round from opening, such as an order that is in question.
    In an `assigned` round (分派评审) each entry is scored by those of the panel to whom it was assigned; where there is
    no sheet, nobody was asked. `due_at` is shown to judges; it locks nothing. A sheet whose total is under
    `comment_below` or over `comment_above` needs a comment to the office before it is submitted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "准备中"
        OPEN = "open", "评分中"
        LOCKED = "locked", "已封存"

    MOVES = {State.DRAFT: {State.OPEN}, State.OPEN: {State.LOCKED}, State.LOCKED: set()}

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rounds")
    title = models.CharField("名称", max_length=80)
    group = models.SlugField("组别代号", max_length=40)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="rounds")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="rounds")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="runoffs")
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField("开放时间", null=True)
    locked_at = models.DateTimeField("封存时间", null=True)
    change_number = models.PositiveBigIntegerField("变更号", default=0)
    hold = models.CharField("暂缓开放的原因", max_length=200, blank=True)
    assigned = models.BooleanField("分派评审", default=False)
    due_at = models.DateTimeField("评审截止时间", null=True, blank=True)
    comment_below = models.DecimalField("低于此分须写意见", max_digits=5, decimal_places=2, null=True, blank=True)
    comment_above = models.DecimalField("高于此分须写意见", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "轮次"
        constraints = [
            models.UniqueConstraint(fields=["edition", "title"], name="round_title_once"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True, locked_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, locked_at__isnull=True)
                | Q(state="locked", opened_at__isnull=False, locked_at__isnull=False),
                name="round_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """参评条目: whatever is scored; it has a code and a title, no names and no units (design §2, cut one).

    `exhibit` is the product's own address where judges see what they score (a video, a book); empty on stage.
    """

    class Status(models.TextChoices):
        COMPETING = "competing", "参评"
        WITHDRAWN = "withdrawn", "退出"
        INELIGIBLE = "ineligible", "资格不符"
        FORFEITED = "forfeited", "弃权"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    code = models.CharField("编号", max_length=12)
    title = models.CharField("题目", max_length=120)
    order = models.PositiveSmallIntegerField("顺序")
    exhibit = models.CharField("待评内容的页面", max_length=120, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.COMPETING)
    status_reason = models.CharField("原因", max_length=200, blank=True)
    seconds = models.JSONField("用时（秒，按环节）", default=dict, blank=True)
    quiz = models.JSONField("答题得分（按环节）", default=dict, blank=True)
    locked_at = models.DateTimeField("锁定时间", null=True)

    class Meta:
        ordering = ["round_id", "order"]
        verbose_name = verbose_name_plural = "参评条目"
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="entry_code_once"),
            models.UniqueConstraint(fields=["round", "order"], name="entry_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} 《{self.title}》"


class Deduction(models.Model):
    """扣分 other than for time, with its reason; cancelled, never deleted."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deductions")
    points = models.DecimalField("分值", max_digits=5, decimal_places=2)
    reason = models.CharField("原因", max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField("取消时间", null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "扣分"
        constraints = [models.CheckConstraint(condition=Q(points__gt=0), name="deduction_is_positive")]

    def __str__(self) -> str:
        return f"{self.entry_id} −{self.points}"


class Recusal(models.Model):
    """回避: a judge who may not score an entry; a confirmed pair can never be assigned again (pitfall 8)."""

    class Source(models.TextChoices):
        SAME_UNIT = "same_unit", "同单位"
        SAME_PERSON = "same_person", "本人"
        JUDGE = "judge", "评委申报"
        ORGANISER = "organiser", "组委会指定"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已回避"
        DISMISSED = "dismissed", "不需回避"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="recusals")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    source = models.CharField("来源", max_length=12, choices=Source)
    reason = models.CharField("原因", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "回避"
        constraints = [models.UniqueConstraint(fields=["entry", "seat"], name="recusal_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.seat_id} × {self.entry_id}"
