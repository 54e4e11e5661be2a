"""From a locked ranking to the published list: results, rosters and their confirmation (design §2, cut two)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Edition
from scoring.models import Round, Snapshot


class Result(models.Model):
    """结果 of one round. What the public sees is `published`, one confirmed roster, until another is published.

    `publicity_days` are the working days that each roster stands in 公示 before it may be published, 0 for none; a new
    result begins with its edition's.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        PUBLISHED = "published", "已公布"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES = {
        State.PROPOSED: {State.CONFIRMED},
        State.CONFIRMED: {State.PROPOSED, State.PUBLISHED},
        State.PUBLISHED: {State.PUBLISHED, State.WITHDRAWN},
        State.WITHDRAWN: {State.PUBLISHED},
    }

    class BookAccess(models.TextChoices):
        SUPERVISOR = "supervisor", "监督员"
        PARTICIPANTS = "participants", "参赛者"
        PUBLIC = "public", "公开"

    class ListOrder(models.TextChoices):
        """How the winners of one tier follow each other on the public list."""

        RANK = "rank", "按名次"
        NAME = "name", "排名不分先后，按第一位姓名的姓氏笔画"
        TITLE = "title", "排名不分先后，按作品（题目）名称笔画"

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="results")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="result")
    title = models.CharField("标题", max_length=120)
    group_title = models.CharField("组别", max_length=40)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    book_access = models.CharField("成绩册公开范围", max_length=12, choices=BookAccess, default=BookAccess.SUPERVISOR)
    shows_everybody = models.BooleanField("公布全部名次", default=False)
    list_order = models.CharField("名单排列", max_length=5, choices=ListOrder, default=ListOrder.RANK)
    publicity_days = models.PositiveSmallIntegerField("公示期（工作日）", default=0)
    published = models.ForeignKey("results.Roster", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("公布时间", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "结果"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published__isnull=False), name="published_result_has_roster"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Roster(models.Model):
    """获奖人员名册: who is honoured, frozen beside one snapshot. Append-only; a corrected name is a new version.

    `rows`, in standing order, whoever is not ranked last: [{"entry", "people": [names in order], "unit", "unit_id" (of
    who recommended, may be absent), "title",
    "tutors": [...], "rank", "shown", "tier", "tier_title", "advances", "titles": [{"code", "title"}],
    "recipients": [{"name", "salutation", "user": id or null}]}].
    """

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="rosters")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="rosters")
    version = models.PositiveIntegerField("版本")
    rows = models.JSONField("名册")
    salt = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField("缘由", max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")

    class Meta:
        ordering = ["result_id", "version"]
        verbose_name = verbose_name_plural = "获奖人员名册"
        constraints = [models.UniqueConstraint(fields=["result", "version"], name="roster_version_once")]

    def __str__(self) -> str:
        return f"{self.result_id} v{self.version}"


class Confirmation(models.Model):
    """A supervisor's word that a roster and its snapshot are right; never by who proposed it. Append-only."""

    roster = models.OneToOneField(Roster, on_delete=models.PROTECT, related_name="confirmation")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("确认时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "结果确认"
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")),
                name="confirmation_takes_two_accounts",
                violation_error_message="结果须由另一个账号确认。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.confirmed_at}"
