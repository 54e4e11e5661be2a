"""报名: registrations with their states, the decisions on them, and who may not take part again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from contest.models.contests import ConsentText, Contest, Group
from core.fields import EncryptedTextField


class Contestant(models.Model):
    """选手: a person registered in one group. One registration per person by document number (domain.md A4).

    A draft keeps what was typed, as it was typed, in `typed` (JSON, encrypted): nothing of it is checked or counts
    before it is submitted, and so it claims no `id_index` either. `version` grows with every change: a page that saw an
    older one is told so (pitfall 20).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "待补全"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "退回补正"
        ACCEPTED = "accepted", "已受理"
        WITHDRAWN = "withdrawn", "已退出"
        REFUSED = "refused", "不予受理"

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED, Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED},
        Status.SUBMITTED: {Status.DRAFT, Status.RETURNED, Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED},
        Status.RETURNED: {Status.SUBMITTED, Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED},
        Status.ACCEPTED: {Status.DRAFT, Status.RETURNED, Status.WITHDRAWN, Status.REFUSED},
        Status.WITHDRAWN: set(),
        Status.REFUSED: set(),
    }
    LEFT = (Status.WITHDRAWN, Status.REFUSED)
    # Whoever registers may still change it: by the deadline, or by the date to which it was returned.
    EDITABLE = (Status.DRAFT, Status.RETURNED)

    class Gender(models.TextChoices):
        FEMALE = "女", "女"
        MALE = "男", "男"

    class Channel(models.TextChoices):
        OFFICE = "office", "组委会录入"
        UNIT = "unit", "单位报送"
        INDIVIDUAL = "individual", "个人报名"

    class IdKind(models.TextChoices):
        ID_CARD = "id_card", "居民身份证"
        HK_MACAU = "hk_macau", "港澳居民来往内地通行证"
        TAIWAN = "taiwan", "台湾居民来往大陆通行证"
        RESIDENCE = "residence", "外国人永久居留身份证"
        PASSPORT = "passport", "护照"

    class Consent(models.TextChoices):
        WRITTEN = "written", "书面"
        ONLINE = "online", "在线"

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="contestants")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="contestants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="contestants"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="contestants")
    channel = models.CharField("报名方式", max_length=10, choices=Channel, default=Channel.OFFICE)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    name = models.CharField("姓名", max_length=60, blank=True)
    gender = models.CharField("性别", max_length=1, choices=Gender, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    id_kind = models.CharField("证件类型", max_length=10, choices=IdKind, default=IdKind.ID_CARD)
    id_number = EncryptedTextField("证件号码", null=True, blank=True)
    id_index = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 (null is not unique)
    phone = EncryptedTextField("联系电话", null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False)
    email = models.EmailField("电子邮箱", blank=True)
    workplace = models.CharField("工作单位（学校）", max_length=80, blank=True)
    title = models.CharField("讲解题目", max_length=60, blank=True)
    tutors = models.CharField("指导教师", max_length=60, blank=True)
    details = models.JSONField("加问的项目", default=dict, blank=True)
    guardian_name = models.CharField("监护人", max_length=60, blank=True)
    guardian_phone = EncryptedTextField("监护人电话", null=True, blank=True)
    guardian_consent_at = models.DateTimeField("监护人同意时间", null=True, blank=True)
    guardian_consent_how = models.CharField("监护人同意方式", max_length=8, choices=Consent, blank=True)
    guardian_consent_text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guardian_consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.CharField("备注", max_length=200, blank=True)
    typed = EncryptedTextField("草稿", null=True, blank=True)
    unit_order = models.PositiveSmallIntegerField("单位推荐顺序", null=True, blank=True)
    outside_quota = models.BooleanField("名额外", default=False)
    outside_quota_reason = models.CharField("名额外的依据", max_length=200, blank=True)
    status_reason = models.CharField("状态原因", max_length=200, blank=True)
    completion_due_at = models.DateTimeField("补正期限", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "选手"
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "id_index"],
                condition=~Q(status__in=["withdrawn", "refused"]),
                name="one_registration_per_person",
                violation_error_message="此人已经报名，每人只能报名一次。",
            ),
            models.CheckConstraint(
                condition=Q(outside_quota=False) | ~Q(outside_quota_reason=""), name="outside_quota_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(guardian_consent_at__isnull=True) | ~Q(guardian_consent_how=""),
                name="consent_says_how",
            ),
        ]
        indexes = [models.Index(fields=["contest", "id_index"], name="contestant_by_person")]

    def __str__(self) -> str:
        return self.name


class ReviewDecision(models.Model):
    """审核意见: what the office decided on a registration, with its reason; the registrant reads it. Append-only."""

    class Act(models.TextChoices):
        ACCEPT = "accept", "受理"
        RETURN = "return", "退回补正"
        REFUSE = "refuse", "不予受理"
        REOPEN = "reopen", "撤回提交"

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField("决定", max_length=10, choices=Act)
    reason = models.CharField("理由", max_length=300, blank=True)
    due_at = models.DateTimeField("补正期限", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "审核意见"
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=["accept", "reopen"]) | ~Q(reason=""), name="review_decision_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.act}"


class OfficeNote(models.Model):
    """留言: what the office wrote to whoever registered somebody, beside its decisions. Append-only.

    `told` counts the accounts that got it: the registrant's, and the unit's coordinators.
    """

    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="notes")
    body = models.CharField("内容", max_length=500)
    told = models.PositiveSmallIntegerField("送达账号数")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("发出时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "组委会留言"

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.sent_at}"


class ExcludedPerson(models.Model):
    """往届获奖者, who by the call may not take part again (domain.md A4). Only the number's blind index is kept.

    Without a number the name alone is compared: a namesake is shown to whoever reviews, and decides nothing.
    """

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="excluded_people")
    name = models.CharField("姓名", max_length=60)
    id_index = models.CharField(max_length=64, blank=True, editable=False)
    id_masked = models.CharField("证件号码", max_length=40, blank=True)
    award = models.CharField("往届获奖", max_length=120)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "往届获奖者"
        constraints = [
            models.UniqueConstraint(fields=["contest", "name", "id_index", "award"], name="excluded_person_once")
        ]

    def __str__(self) -> str:
        return self.name
