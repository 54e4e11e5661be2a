"""作品: what authors and units hand in, as drafts, submissions and their history."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Unit
from core.fields import EncryptedTextField
from works.models.selections import FileRequirement, Kind, Selection


class Work(models.Model):
    """One book or micro-video in a selection.

    A draft keeps what was typed, as it was typed, in `typed` (JSON, encrypted): nothing of it is checked or counts
    before it is submitted; the columns hold what was submitted or imported. `version` grows with every change: a page
    that saw an older one is told so (pitfall 20). `published_on` is the month of publication (its first day; of a
    series that of the last volume) or the day of first broadcast. `seconds` is what was stated; what the file says
    stands in its WorkFile. `title_index` is the title without marks, spaces and case, to find the same work twice.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "待补全"
        SUBMITTED = "submitted", "待形式审查"
        RETURNED = "returned", "退回补正"
        ACCEPTED = "accepted", "已受理"
        WITHDRAWN = "withdrawn", "已撤回"
        REFUSED = "refused", "不予受理"

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN, Status.REFUSED},
        Status.SUBMITTED: {Status.DRAFT, Status.RETURNED, Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED},
        Status.RETURNED: {Status.SUBMITTED, Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED},
        Status.ACCEPTED: {Status.RETURNED, Status.WITHDRAWN, Status.REFUSED},
        Status.WITHDRAWN: set(),
        Status.REFUSED: {Status.SUBMITTED},
    }
    LEFT = (Status.WITHDRAWN, Status.REFUSED)
    EDITABLE = (Status.DRAFT, Status.RETURNED)

    class Channel(models.TextChoices):
        OFFICE = "office", "组委会录入"
        UNIT = "unit", "单位推荐"
        INDIVIDUAL = "individual", "个人申报"

    class Category(models.TextChoices):
        ORIGINAL = "original", "原创"
        TRANSLATION = "translation", "译著"
        REPRINT = "reprint", "再版"
        SERIES = "series", "丛书"

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="works")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="works")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="works"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="works")
    channel = models.CharField("申报方式", max_length=10, choices=Channel)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField("作品名称", max_length=120, blank=True)
    title_index = models.CharField(max_length=120, blank=True, editable=False)
    workplace = models.CharField("第一作者单位", max_length=80, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    phone = EncryptedTextField("联系电话", null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False)
    email = models.EmailField("电子邮箱", blank=True)
    summary = models.TextField("内容简介", max_length=500, blank=True)
    reason = models.TextField("推荐理由", max_length=500, blank=True)
    category = models.CharField("类别", max_length=12, choices=Category, blank=True)
    publisher = models.CharField("出版社或版权单位", max_length=80, blank=True)
    edition_note = models.CharField("版次印次", max_length=40, blank=True)
    print_run = models.PositiveIntegerField("印数", null=True, blank=True)
    volumes = models.PositiveSmallIntegerField("册数", null=True, blank=True)
    published_on = models.DateField("出版时间或首播日期", null=True, blank=True)
    platform = models.CharField("首播平台", max_length=80, blank=True)
    url = models.URLField("播放链接", max_length=300, blank=True)
    seconds = models.PositiveIntegerField("时长（秒）", null=True, blank=True)
    non_original_percent = models.DecimalField(
        "非原创素材占比（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    ai_used = models.BooleanField("使用人工智能生成内容", null=True, blank=True)
    ai_note = models.CharField("人工智能使用说明", max_length=500, blank=True)
    sources = models.TextField("非原创素材来源与授权", max_length=2000, blank=True)
    declared_at = models.DateTimeField("原创承诺时间", null=True, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_version = models.PositiveSmallIntegerField("所承诺的文本版本", null=True, blank=True)
    details = models.JSONField("加问的项目", default=dict, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    typed = EncryptedTextField("草稿", null=True, blank=True)
    unit_order = models.PositiveSmallIntegerField("单位推荐顺序", null=True, blank=True)
    outside_quota = models.BooleanField("名额外", default=False)
    outside_quota_reason = models.CharField("名额外的理由", max_length=200, blank=True)
    status_reason = models.CharField("状态原因", max_length=300, blank=True)
    completion_due_at = models.DateTimeField("补正期限", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "作品"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(status__in=["withdrawn", "refused"]) | Q(submitted_at__isnull=False),
                name="submitted_work_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(non_original_percent__isnull=True)
                | Q(non_original_percent__gte=0, non_original_percent__lte=100),
                name="non_original_is_a_share",
                violation_error_message="非原创素材占比应在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(completion_due_at__isnull=False), name="returned_work_has_a_date"
            ),
        ]
        indexes = [
            models.Index(fields=["selection", "title_index"], name="work_by_title"),
            models.Index(fields=["selection", "kind", "status"], name="work_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """申报号, which authors and office call the work by before it has a review code."""
        return f"{self.kind.code[:1].upper()}{self.pk:04d}"


class Author(models.Model):
    """作者 in order (the order is load-bearing on certificates, domain.md C). `user` gets the certificate."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="authors")
    place = models.PositiveSmallIntegerField("排序")
    name = models.CharField("姓名", max_length=60)
    workplace = models.CharField("单位", max_length=80, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="authored"
    )

    class Meta:
        ordering = ["work_id", "place"]
        verbose_name = verbose_name_plural = "作者"
        constraints = [
            models.UniqueConstraint(fields=["work", "place"], name="author_place_once"),
            models.UniqueConstraint(fields=["work", "name", "workplace"], name="author_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="author_place_from_one"),
        ]

    def __str__(self) -> str:
        return self.name


class Volume(models.Model):
    """册 of a book: one row for a single book, all volumes of a series. `isbn` is normalised to 13 digits."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="volume_rows")
    place = models.PositiveSmallIntegerField("册次")
    title = models.CharField("分册名", max_length=120, blank=True)
    isbn = models.CharField("ISBN", max_length=13)

    class Meta:
        ordering = ["work_id", "place"]
        verbose_name = verbose_name_plural = "分册"
        constraints = [
            models.UniqueConstraint(fields=["work", "place"], name="volume_place_once"),
            models.UniqueConstraint(fields=["work", "isbn"], name="volume_isbn_once"),
        ]
        indexes = [models.Index(fields=["isbn"], name="volume_by_isbn")]

    def __str__(self) -> str:
        return self.isbn


class Submission(models.Model):
    """申报记录: what was handed in at one time, as it was; append-only, so that nothing replaced is lost.

    `content` is JSON of every column, author, volume and file digest, encrypted: it holds a phone number.
    """

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("第几次")
    content = EncryptedTextField("内容")
    sha256 = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("提交时间")

    class Meta:
        ordering = ["work_id", "number"]
        verbose_name = verbose_name_plural = "申报记录"
        constraints = [models.UniqueConstraint(fields=["work", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.work_id} 第 {self.number} 次"


class WorkFile(models.Model):
    """A file that was handed in. Replaced or taken back, its row stays and says so; one at a time is current.

    `media` is what the file itself says (core.media): seconds, width, height, aspect, codec … `clean_path` is the copy
    without metadata that reviewers of a blind kind get. Reading is a row's work (design §10): owed → claimed → done,
    or parked with the reason.
    """

    class Reading(models.TextChoices):
        OWED = "owed", "待读取"
        CLAIMED = "claimed", "读取中"
        DONE = "done", "已读取"
        PARKED = "parked", "读取失败"

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="files")
    requirement = models.ForeignKey(FileRequirement, on_delete=models.PROTECT, related_name="files")
    path = models.CharField("存放位置", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    format = models.CharField("格式", max_length=10)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    upload_started_at = models.DateTimeField("上传开始时间")
    uploaded_at = models.DateTimeField("收到时间")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField("更换时间", null=True, blank=True)
    reading = models.CharField("读取状态", max_length=8, choices=Reading, default=Reading.OWED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField("原因", max_length=300, blank=True)
    media = models.JSONField("文件信息", default=dict, blank=True)
    poster_path = models.CharField("海报帧", max_length=200, blank=True)
    clean_path = models.CharField("去除元数据的副本", max_length=200, blank=True)

    class Meta:
        ordering = ["work_id", "requirement_id", "pk"]
        verbose_name = verbose_name_plural = "申报材料"
        constraints = [
            models.UniqueConstraint(
                fields=["work", "requirement"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_work_file",
            ),
            models.CheckConstraint(
                condition=Q(uploaded_at__gte=F("upload_started_at")), name="upload_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="work_file_by_digest"),
            models.Index(fields=["reading", "lease_until"], name="work_file_by_reading"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.requirement_id}"


class PaperCopy(models.Model):
    """样书登记: paper copies received at the office. Append-only; a wrong line is set right by another."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="paper_copies")
    count = models.SmallIntegerField("份数")
    received_on = models.DateField("收到日期")
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "样书登记"
        constraints = [models.CheckConstraint(condition=~Q(count=0), name="paper_copies_count")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.count}"


class ScreeningDecision(models.Model):
    """形式审查意见: what the office decided, with its reason and what the machine had found then. Append-only."""

    class Act(models.TextChoices):
        ACCEPT = "accept", "受理"
        RETURN = "return", "退回补正"
        REFUSE = "refuse", "不予受理"
        REOPEN = "reopen", "重新审查"

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField("决定", max_length=10, choices=Act)
    reason = models.CharField("理由", max_length=300, blank=True)
    due_at = models.DateTimeField("补正期限", null=True, blank=True)
    findings = models.JSONField("机器核查结果", default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "形式审查意见"
        constraints = [models.CheckConstraint(condition=Q(act="accept") | ~Q(reason=""), name="screening_has_reason")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.act}"
