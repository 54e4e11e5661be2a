"""晋级 and 推荐（省赛）: who represents the city, the delegation, and what leaves the system."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contest.models.contests import Contest
from contest.models.registrations import Contestant
from core.fields import EncryptedTextField
from results.models import Result


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


class Delegation(models.Model):
    """代表队: whom the province may call, and who comes along (domain.md A2, 代表队信息表)."""

    contest = models.OneToOneField(Contest, on_delete=models.PROTECT, related_name="delegation")
    name = models.CharField("代表队名称", max_length=60)
    leader_name = models.CharField("领队", max_length=60)
    leader_position = models.CharField("领队职务", max_length=60, blank=True)
    leader_phone = EncryptedTextField("领队电话", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=60)
    contact_phone = EncryptedTextField("联系人电话", null=True, blank=True)
    contact_email = models.EmailField("联系人邮箱", blank=True)
    address = models.CharField("通信地址", max_length=120, blank=True)
    observers = models.PositiveSmallIntegerField("观摩人数", default=0)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代表队"

    def __str__(self) -> str:
        return self.name


class DocumentTemplate(models.Model):
    """A Word template that staff restyled, in place of the shipped one; the newest of a kind is used."""

    class Kind(models.TextChoices):
        REGISTRATION_FORM = "registration_form", "报名表"
        NOMINATION_LIST = "nomination_list", "推荐名单汇总表"
        DELEGATION_FORM = "delegation_form", "代表队信息表"

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="document_templates")
    kind = models.CharField("种类", max_length=20, choices=Kind)
    path = models.CharField("存放位置", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        ordering = ["contest_id", "kind", "pk"]
        verbose_name = verbose_name_plural = "文书模板"

    def __str__(self) -> str:
        return f"{self.contest_id} {self.kind}"


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
