"""讲解大赛: contests, groups, contestants and their appearances."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from core.fields import EncryptedTextField
from core.models import Edition
from results.models import Result
from scoring.models import Entry, Round, Rulebook

ADULT_AGE = 18


class Contest(models.Model):
    """One 讲解大赛 of an edition; ages count on `first_day`."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="contests")
    slug = models.SlugField("网址代号", max_length=40)
    title = models.CharField("名称", max_length=80)
    first_day = models.DateField("首日")
    venue = models.CharField("地点", max_length=120, blank=True)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="contests")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "讲解大赛"
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="contest_slug_once")]

    def __str__(self) -> str:
        return self.title


class Group(models.Model):
    """组别; `code` is the rulebook's group that applies. Ages are full years on the contest's first day."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="groups")
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("名称", max_length=40)
    min_age = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "组别"
        constraints = [models.UniqueConstraint(fields=["contest", "code"], name="group_code_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def needs_guardian(self) -> bool:
        """Whether its contestants are minors: a guardian's name and consent belong to each (domain.md D4)."""
        return self.max_age is not None and self.max_age < ADULT_AGE


class GroupRound(models.Model):
    """Which scoring round judges a group, as which of its rounds (1 is the first), and how its order was drawn.

    The draw's secret stays encrypted until the public numbers are typed in; its commitment is in the ledger before.
    """

    class DrawMethod(models.TextChoices):
        TYPED = "typed", "现场抽签录入"
        SYSTEM = "system", "系统抽签"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="group_rounds")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="group_round")
    sequence = models.PositiveSmallIntegerField("第几轮")
    draw_commitment = models.CharField("抽签承诺值", max_length=64, blank=True)
    draw_secret = EncryptedTextField("抽签密值", null=True, blank=True)
    draw_public = models.CharField("公开随机数", max_length=200, blank=True)
    draw_method = models.CharField("抽签方式", max_length=8, choices=DrawMethod, blank=True)
    drawn_at = models.DateTimeField("抽签时间", null=True)

    class Meta:
        ordering = ["group_id", "sequence"]
        verbose_name = verbose_name_plural = "组别轮次"
        constraints = [models.UniqueConstraint(fields=["group", "sequence"], name="group_round_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.sequence}"


class Contestant(models.Model):
    """选手: a person registered in one group. One registration per person by ID number (domain.md A4)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "待补全"
        ACCEPTED = "accepted", "已受理"
        WITHDRAWN = "withdrawn", "已退出"
        REFUSED = "refused", "不予受理"

    class Gender(models.TextChoices):
        FEMALE = "女", "女"
        MALE = "男", "男"

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="contestants")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="contestants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="contestants"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="contestants")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=1, choices=Gender, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    id_number = EncryptedTextField("身份证号", null=True, blank=True)
    id_index = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 (null is not unique)
    phone = EncryptedTextField("联系电话", null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False)
    email = models.EmailField("电子邮箱", blank=True)
    workplace = models.CharField("工作单位（学校）", max_length=80, blank=True)
    title = models.CharField("讲解题目", max_length=60)
    tutors = models.CharField("指导教师", max_length=60, blank=True)
    guardian_name = models.CharField("监护人", max_length=60, blank=True)
    guardian_consent_at = models.DateTimeField("监护人同意登记时间", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    status_reason = models.CharField("状态原因", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "选手"
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "id_index"],
                name="one_registration_per_person",
                violation_error_message="此人已经报名，每人只能报名一次。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Appearance(models.Model):
    """出场: a contestant in a round; its entry is what the judges see."""

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="appearances")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="appearance")
    draw_order = models.PositiveSmallIntegerField("抽签顺序")

    class Meta:
        ordering = ["entry__round_id", "draw_order"]
        verbose_name = verbose_name_plural = "出场"

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.draw_order}"


class Finalist(models.Model):
    """晋级选手 or 递补 from a confirmed result. A reserve moves up only by a recorded act (pitfall 3)."""

    class Kind(models.TextChoices):
        FINALIST = "finalist", "晋级"
        RESERVE = "reserve", "递补"
        EXTRA = "extra", "名额外推荐"

    class State(models.TextChoices):
        STANDING = "standing", "有效"
        WITHDRAWN = "withdrawn", "放弃"
        MOVED_UP = "moved_up", "已递补"

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="finals")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="finalists")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    place = models.PositiveSmallIntegerField("顺序")
    state = models.CharField("状态", max_length=10, choices=State, default=State.STANDING)
    reason = models.CharField("原因", max_length=200, blank=True)

    class Meta:
        ordering = ["result_id", "kind", "place"]
        verbose_name = verbose_name_plural = "晋级名单"
        constraints = [
            models.UniqueConstraint(fields=["result", "contestant"], name="finalist_once"),
            models.UniqueConstraint(fields=["result", "kind", "place"], name="finalist_place_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="finalist_place_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}"


class PersonalDataExport(models.Model):
    """Full ID numbers and phones left the system: who took them out, how many, what for. Append-only.

    The purpose is somebody's own words and so no part of the ledger, whose event names this row.
    """

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="exports")
    count = models.PositiveIntegerField("人数")
    reason = models.CharField("用途", max_length=200)
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField("导出时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "个人信息导出"

    def __str__(self) -> str:
        return f"{self.contest_id} {self.exported_at}"
