"""Batches: certificates drafted together, proofed, approved by a second account, then issued (design §11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.models.layouts import Layout
from core.models import Edition


class Batch(models.Model):
    """批次: what is to be issued, word for word, before any number is taken.

    `awards` are the rows as `certificates.services.Award` writes them, `sha256` their digest: what was proofed is what
    is issued, and the database refuses to change them. `family` is the common beginning of their keys ("" for a
    workbook's). `supersedes` are the serial numbers that the issue will void. The proof sheet shows every row; it is
    approved by another account than the one that drafted it. Its rows are Certificates from the issue on. The proof is
    owed while the state is DRAFTED: `proof_lease_until` and `proof_attempts` are its worker's claim (design §10).
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", "待校样"
        PROOFED = "proofed", "校样待核准"
        APPROVED = "approved", "已核准"
        ISSUED = "issued", "已签发"
        CANCELLED = "cancelled", "已作废"

    OPEN = (State.DRAFTED, State.PROOFED, State.APPROVED)
    MOVES = {
        State.DRAFTED: {State.PROOFED, State.CANCELLED},
        State.PROOFED: {State.APPROVED, State.CANCELLED},
        State.APPROVED: {State.ISSUED, State.CANCELLED},
        State.ISSUED: set(),
        State.CANCELLED: set(),
    }

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificate_batches")
    title = models.CharField("名称", max_length=120)
    source = models.CharField("依据", max_length=120)
    family = models.CharField(max_length=60, blank=True)
    prefix = models.CharField("编号前缀", max_length=30)
    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="batches", verbose_name="版式")
    issued_on = models.DateField("落款日期")
    awards = models.JSONField("证书文字")
    size = models.PositiveIntegerField("张数")
    supersedes = models.JSONField("更正后失效的证书", default=list)
    recipients = models.JSONField("颁发对象", default=dict)  # how the source chose its rows
    reason = models.CharField("补发原因", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFTED)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("拟定时间")
    proof_file = models.CharField("校样", max_length=200, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)
    proofed_at = models.DateTimeField("校样时间", null=True)
    proof_done = models.PositiveIntegerField("校样已排", default=0)
    proof_attempts = models.PositiveSmallIntegerField(default=0)
    proof_lease_until = models.DateTimeField(null=True)
    proof_error = models.CharField("校样失败的原因", max_length=300, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("核准时间", null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField("签发时间", null=True)
    cancel_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "证书批次"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="batch_takes_two_accounts",
                violation_error_message="校样须由拟定人以外的账号核准。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "issued"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_batch_names_who",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "cancelled"]) | ~Q(proof_sha256=""), name="proofed_batch_has_proof"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_batch_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title
