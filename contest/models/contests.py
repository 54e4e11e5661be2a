"""讲解大赛: contests, what they ask for, their groups and the texts that guardians agree to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Edition
from scoring.models import Rulebook

ADULT_AGE = 18
FILE_NAME_RULE = "{组别}-{姓名}-{材料}"


class Contest(models.Model):
    """One 讲解大赛 of an edition; ages count on `first_day`, registration closes by the server's clock.

    `asked_fields` are the fields of the registration beyond the fixed ones: `[{"code": "education", "required": true}]`
    with codes of contest.services.fields.OPTIONAL_FIELDS. `registration_closes_at` is exclusive (vectors.md §10).
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="contests")
    slug = models.SlugField("网址代号", max_length=40)
    title = models.CharField("名称", max_length=80)
    first_day = models.DateField("首日")
    venue = models.CharField("地点", max_length=120, blank=True)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="contests")
    call_text = models.TextField("通知正文", blank=True)
    call_published_at = models.DateTimeField("通知发布时间", null=True, blank=True)
    registration_opens_at = models.DateTimeField("报名开始", null=True, blank=True)
    registration_closes_at = models.DateTimeField("报名截止", null=True, blank=True)
    individuals_may_register = models.BooleanField("接受个人报名", default=True)
    asked_fields = models.JSONField("报名表加问的项目", default=list, blank=True)
    file_name_rule = models.CharField("材料文件命名", max_length=120, default=FILE_NAME_RULE)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "讲解大赛"
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="contest_slug_once"),
            models.CheckConstraint(
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__lt=F("registration_closes_at")),
                name="registration_opens_before_it_closes",
                violation_error_message="报名截止须晚于报名开始。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Group(models.Model):
    """组别; `code` is the rulebook's group that applies. Ages are full years on the contest's first day.

    `unit_quota` is how many each unit may send, None for any number; nominees outside the quota do not count.
    """

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="groups")
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("名称", max_length=40)
    min_age = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True)
    unit_quota = models.PositiveSmallIntegerField("每个单位的名额", null=True, blank=True)

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


class ConsentText(models.Model):
    """监护人知情同意书: a version of what guardians agree to. Append-only: an agreed text stays readable."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="consent_texts")
    version = models.PositiveSmallIntegerField("版本")
    body = models.TextField("正文")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ["contest_id", "version"]
        verbose_name = verbose_name_plural = "监护人知情同意书"
        constraints = [models.UniqueConstraint(fields=["contest", "version"], name="consent_text_version_once")]

    def __str__(self) -> str:
        return f"{self.contest_id} v{self.version}"
