"""评审: which scoring round reviews a kind, which entry a work became, the meeting, and the way to the province."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from results.models import Result
from scoring.models import Entry, Round
from works.models.selections import Kind
from works.models.works import Work


class KindRound(models.Model):
    """Which scoring round reviews a kind's accepted works; its sheets exist only where they were assigned.

    `seed` (hexadecimal) drew the order of the codes, so that they say nothing of when or by whom a work came in; its
    digest is in the ledger.
    """

    kind = models.OneToOneField(Kind, on_delete=models.PROTECT, related_name="kind_round")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="kind_round")
    seed = models.CharField("编号次序的种子", max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "类别评审轮次"

    def __str__(self) -> str:
        return f"{self.kind_id} {self.round_id}"


class Admission(models.Model):
    """入围: an accepted work as an entry of its kind's round; the link goes down to scoring (design §2, cut one)."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="admission")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="admission")
    comments_released_at = models.DateTimeField("意见反馈时间", null=True, blank=True)
    comments_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "入围"

    def __str__(self) -> str:
        return f"{self.work_id} {self.entry_id}"


class Reminder(models.Model):
    """催评: a reviewer who owed reviews was reminded on a day; at most once a day. Append-only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reminders")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField("日期")
    owed = models.PositiveIntegerField("待评件数")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "催评"
        constraints = [models.UniqueConstraint(fields=["round", "judge", "sent_on"], name="reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.judge_id} {self.sent_on}"


class DeclaredTie(models.Model):
    """回避关系: a reviewer who is tied to a work and so never gets it (pitfall 23).

    A row is one declared tie (同单位 is found from the seat's unit, authorship from account and name).
    """

    class Source(models.TextChoices):
        REVIEWER = "reviewer", "评审员申报"
        OFFICE = "office", "组委会登记"

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="declared_ties")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=10, choices=Source)
    reason = models.CharField("关系", max_length=200)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "回避关系"
        constraints = [models.UniqueConstraint(fields=["work", "judge"], name="declared_tie_once")]

    def __str__(self) -> str:
        return f"{self.judge_id} {self.work_id}"


class Meeting(models.Model):
    """评审会 on a kind's round: where and when it met, who was there; its minutes are a Word file."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="meeting")
    held_on = models.DateField("日期", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    attendants = models.TextField("出席人员", max_length=1000, blank=True)
    summary = models.TextField("会议情况", max_length=3000, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "评审会"

    def __str__(self) -> str:
        return f"{self.round_id}"


class MeetingDecision(models.Model):
    """评审会意见 on one work, with its reason; shown in the minutes. Append-only.

    It changes no mark: a work that may not win is set 资格不符 by scoring, a tie is decided by scoring.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="meeting_decisions")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="meeting_decisions")
    decision = models.CharField("意见", max_length=60)
    reason = models.CharField("理由", max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "评审会意见"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="meeting_decision_has_reason")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.decision}"


class Recommendation(models.Model):
    """推荐（省级评选）: a winning work in the city's order. One that is taken back says why and keeps its row."""

    class State(models.TextChoices):
        STANDING = "standing", "推荐"
        WITHDRAWN = "withdrawn", "不再推荐"

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="recommendations")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="recommendations")
    place = models.PositiveSmallIntegerField("推荐顺序")
    state = models.CharField("状态", max_length=10, choices=State, default=State.STANDING)
    reason = models.CharField("理由", max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["result_id", "place"]
        verbose_name = verbose_name_plural = "推荐省级评选"
        constraints = [
            models.UniqueConstraint(fields=["work"], condition=Q(state="standing"), name="one_standing_recommendation"),
            models.UniqueConstraint(
                fields=["result", "place"], condition=Q(state="standing"), name="recommendation_place_once"
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="recommendation_place_from_one"),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(reason=""), name="withdrawn_recommendation_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.work_id}"
