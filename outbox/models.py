"""Messages on their way: the row is the truth, the queue a hint (design §10)."""

from django.conf import settings
from django.db import models

from core.fields import EncryptedTextField
from core.models import Edition


class Message(models.Model):
    """One message to one person by one channel. An in-app message is delivered by being there.

    The body is encrypted: it names people, and a mail may carry a link that sets a new password.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", "站内"
        MAIL = "mail", "邮件"
        SMS = "sms", "短信"

    class State(models.TextChoices):
        OWED = "owed", "待发送"
        CLAIMED = "claimed", "发送中"
        SENT = "sent", "已送达"
        PARKED = "parked", "发送失败"

    # None: of the account alone (a link that sets a new password), which no office lists.
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="messages")
    code = models.CharField("种类", max_length=24, blank=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    subject = models.CharField("标题", max_length=120)
    body = EncryptedTextField("内容")
    link = models.CharField("链接", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OWED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField("原因", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    sent_at = models.DateTimeField("送达时间", null=True)
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "消息"
        indexes = [models.Index(fields=["state", "lease_until"]), models.Index(fields=["recipient", "read_at"])]

    def __str__(self) -> str:
        return self.subject


class MessageTemplate(models.Model):
    """An edition's own words for one kind of message; without a row the shipped text is sent.

    `is_active` off: the shipped text is sent although the row is kept. `sms` sends an SMS too, to whoever has a phone.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="message_templates")
    code = models.CharField("种类", max_length=24)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("内容", max_length=2000)
    is_active = models.BooleanField("使用本届自己的文字", default=True)
    sms = models.BooleanField("同时发短信", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        ordering = ["edition_id", "code"]
        verbose_name = verbose_name_plural = "消息模板"
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="message_template_once")]

    def __str__(self) -> str:
        return self.code
