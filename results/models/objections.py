"""异议: by real name or by a unit with its seal, handled on record, answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import EncryptedTextField
from results.models.publicity import Publicity
from results.models.results import Result, Roster


class Objection(models.Model):
    """One objection to a result. What its author wrote is encrypted and never changes; the state is the last step's.

    `receipt` is what is read on the telephone ("YY-2026-0007"), `token` opens the state page. `publicity` is the period
    it fell into, None for one that came when none ran. `reason` is why one is not taken up (Objection.Reason).
    An upheld or partly upheld one stays open until `settled_by`, a roster proposed after the ruling.
    `content_digest` is salted; the ledger's event `objection_received` holds it.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        UNIT = "unit", "单位"

    class State(models.TextChoices):
        RECEIVED = "received", "已收到"
        ACCEPTED = "accepted", "已受理，调查中"
        DECLINED = "declined", "不予受理"
        UPHELD = "upheld", "异议成立，待更正"
        PARTLY = "partly", "部分成立，待更正"
        REJECTED = "rejected", "异议不成立"
        SETTLED = "settled", "已更正办结"

    class Reason(models.TextChoices):
        ANONYMOUS = "anonymous", "没有实名或无法联系"
        LATE = "late", "超出公示期"
        OUT_OF_SCOPE = "out_of_scope", "不属于本次公示的内容"
        REPEATED = "repeated", "与已处理的异议重复"
        NO_SEAL = "no_seal", "单位异议没有加盖公章"

    OPEN = (State.RECEIVED, State.ACCEPTED, State.UPHELD, State.PARTLY)
    MOVES = {
        State.RECEIVED: {State.ACCEPTED, State.DECLINED},
        State.ACCEPTED: {State.UPHELD, State.PARTLY, State.REJECTED, State.DECLINED},
        State.UPHELD: {State.SETTLED},
        State.PARTLY: {State.SETTLED},
        State.DECLINED: {State.ACCEPTED},
        State.REJECTED: set(),
        State.SETTLED: set(),
    }

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="objections")
    publicity = models.ForeignKey(Publicity, on_delete=models.PROTECT, null=True, related_name="objections")
    receipt = models.CharField("回执编号", max_length=20, unique=True)
    token = models.CharField(max_length=43, unique=True)
    kind = models.CharField("提出者", max_length=6, choices=Kind)
    name = EncryptedTextField("姓名（单位联系人）")
    phone = EncryptedTextField("手机号码")
    unit_name = models.CharField("单位名称", max_length=120, blank=True)
    entry = models.CharField("针对的编号", max_length=20, blank=True)
    about = EncryptedTextField("针对的对象", blank=True)
    body = EncryptedTextField("异议内容和理由")
    submission = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    received_at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=8, choices=State, default=State.RECEIVED)
    reason = models.CharField("不予受理的原因", max_length=12, choices=Reason, blank=True)
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField("处理结论时间", null=True)
    settled_by = models.ForeignKey(Roster, on_delete=models.PROTECT, null=True, related_name="settles")

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "异议"
        constraints = [
            models.CheckConstraint(condition=Q(kind="person") | ~Q(unit_name=""), name="objection_of_a_unit_names_it"),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settled_by__isnull=False), name="settled_objection_names_roster"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "partly", "rejected", "settled"]) | Q(ruled_at__isnull=False),
                name="ruled_objection_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt


class ObjectionFile(models.Model):
    """Evidence, or the scan of a unit's sealed letter."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", "证明材料"
        LETTER = "letter", "加盖公章的异议书"

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField("用途", max_length=8, choices=Kind)
    name = models.CharField("文件名", max_length=200)
    format = models.CharField("格式", max_length=10)
    path = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "异议材料"

    def __str__(self) -> str:
        return self.name


class ObjectionStep(models.Model):
    """One act on an objection, in order. Append-only. `answer` is what its author reads; `note` stays in the house."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "收到"
        ACCEPTED = "accepted", "受理"
        DECLINED = "declined", "不予受理"
        ASSIGNED = "assigned", "指定承办人"
        RECUSED = "recused", "承办人回避"
        NOTED = "noted", "调查记录"
        RULED = "ruled", "处理结论"
        SETTLED = "settled", "更正办结"

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("事项", max_length=8, choices=Kind)
    state = models.CharField("状态", max_length=8, choices=Objection.State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    answer = EncryptedTextField("答复", blank=True)
    note = EncryptedTextField("内部记录", blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "异议处理记录"

    def __str__(self) -> str:
        return f"{self.objection_id} {self.kind}"
