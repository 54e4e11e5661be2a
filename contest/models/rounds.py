"""轮次 of a group: who goes on stage (or is watched on video) where, in which order, and who goes on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contest.models.contests import Group
from contest.models.materials import Material, MaterialRequirement
from contest.models.registrations import Contestant
from core.fields import EncryptedTextField
from scoring.models import Entry, Round, Snapshot


class GroupRound(models.Model):
    """Which scoring round judges a group, as which of its rounds (1 is the first), and how its order was drawn.

    Parallel rooms are rows of one sequence with different `room`. A preliminary sends `advance_count` people (of its
    own room) on to the next sequence, ties at that line by `line_policy`; a round without the number is the last one,
    whose awards are placed. The draw's secret stays encrypted until the public numbers are typed in; its commitment is
    in the ledger before. Rooms of one sequence are drawn by one draw, whose facts stand in every room's row. `breaks`
    of the running order: `[{"after": 12, "minutes": 15}]`, after which number how long.
    """

    class Medium(models.TextChoices):
        STAGE = "stage", "现场"
        VIDEO = "video", "视频"

    class LinePolicy(models.TextChoices):
        BLOCK = "block", "由评审组裁定"
        SHARE_UP = "share_up", "并列者都晋级"
        SHARE_DOWN = "share_down", "并列者都不晋级"

    class DrawMethod(models.TextChoices):
        TYPED = "typed", "现场抽签录入"
        SYSTEM = "system", "系统抽签"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="group_rounds")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="group_round")
    sequence = models.PositiveSmallIntegerField("第几轮")
    room = models.CharField("赛场", max_length=20, blank=True)
    medium = models.CharField("评审方式", max_length=8, choices=Medium, default=Medium.STAGE)
    video_requirement = models.ForeignKey(
        MaterialRequirement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    advance_count = models.PositiveSmallIntegerField("晋级下一轮人数", null=True, blank=True)
    line_policy = models.CharField("并列处理", max_length=10, choices=LinePolicy, default=LinePolicy.BLOCK)
    starts_at = models.DateTimeField("开始时间", null=True, blank=True)
    slot_seconds = models.PositiveIntegerField("每位选手占用秒数", null=True, blank=True)
    breaks = models.JSONField("休息", default=list, blank=True)
    draw_commitment = models.CharField("抽签承诺值", max_length=64, blank=True)
    draw_secret = EncryptedTextField("抽签密值", null=True, blank=True)
    draw_public = models.CharField("公开随机数", max_length=200, blank=True)
    draw_method = models.CharField("抽签方式", max_length=8, choices=DrawMethod, blank=True)
    draw_witnesses = models.CharField("见证人", max_length=120, blank=True)
    drawn_at = models.DateTimeField("抽签时间", null=True)

    class Meta:
        ordering = ["group_id", "sequence"]
        verbose_name = verbose_name_plural = "组别轮次"
        constraints = [models.UniqueConstraint(fields=["group", "sequence", "room"], name="group_round_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.sequence}"


class RedrawRequest(models.Model):
    """重新抽签: asked for by one account with a reason, agreed to by another (database constraint)."""

    class State(models.TextChoices):
        ASKED = "asked", "待确认"
        AGREED = "agreed", "已同意"
        DECLINED = "declined", "不同意"

    group_round = models.ForeignKey(GroupRound, on_delete=models.PROTECT, related_name="redraws")
    reason = models.CharField("原因", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "重新抽签"
        constraints = [
            models.UniqueConstraint(
                fields=["group_round"], condition=Q(state="asked"), name="one_redraw_request_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="redraw_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="redraw_by_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_round_id} {self.state}"


class Appearance(models.Model):
    """出场: a contestant in a round; its entry is what the judges see. Absent is a state, never a score of 0.

    `video` is the material that judges watch in a video round: all of them the same file, whatever is handed in later.
    """

    class CheckIn(models.TextChoices):
        EXPECTED = "expected", "未检录"
        PRESENT = "present", "已检录"
        LATE = "late", "迟到"
        ABSENT = "absent", "缺席"

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="appearances")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="appearance")
    draw_order = models.PositiveSmallIntegerField("抽签顺序")
    video = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    check_in = models.CharField("检录", max_length=8, choices=CheckIn, default=CheckIn.EXPECTED)
    checked_in_at = models.DateTimeField("检录时间", null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["entry__round_id", "draw_order"]
        verbose_name = verbose_name_plural = "出场"

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.draw_order}"


class Advancement(models.Model):
    """A contestant who goes on from a preliminary to the next sequence, by the standings or by a reasoned decision.

    Rows of a round are written once, by one act, from one snapshot; a corrected snapshot replaces them by another act.
    Who has left since keeps the row; another one moves up by an act and a row of its own (pitfall 3).
    """

    class Ground(models.TextChoices):
        RANK = "rank", "按名次"
        DECISION = "decision", "评审组决定"
        MOVED_UP = "moved_up", "递补"

    group_round = models.ForeignKey(GroupRound, on_delete=models.PROTECT, related_name="advancements")
    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="advancements")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField("依据", max_length=10, choices=Ground)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        ordering = ["group_round_id", "pk"]
        verbose_name = verbose_name_plural = "晋级下一轮"
        constraints = [
            models.UniqueConstraint(fields=["group_round", "contestant"], name="advances_once"),
            models.CheckConstraint(
                condition=Q(ground="rank") | ~Q(reason=""), name="advancement_by_decision_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_round_id} {self.contestant_id}"
