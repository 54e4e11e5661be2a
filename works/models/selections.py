"""作品评选: a selection of an edition, its kinds and what they ask for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Edition
from scoring.models import Rulebook

FILE_NAME_RULE = "{类别}-{编号}-{作品}-{材料}"


class Selection(models.Model):
    """One 优秀科普作品评选 of an edition (notice, activity 3).

    Submission is open from `opens_at` until `closes_at` (exclusive, by the server's clock); an upload begun before it
    may finish within `grace_minutes`.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="selections")
    slug = models.SlugField("网址代号", max_length=40)
    title = models.CharField("名称", max_length=80)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="selections")
    call_text = models.TextField("通知正文", blank=True)
    call_published_at = models.DateTimeField("通知发布时间", null=True, blank=True)
    opens_at = models.DateTimeField("申报开始", null=True, blank=True)
    closes_at = models.DateTimeField("申报截止", null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField("截止前已开始的上传可延续（分钟）", default=60)
    individuals_may_submit = models.BooleanField("接受个人申报", default=True)
    most_authors = models.PositiveSmallIntegerField("作者人数上限", default=12)
    file_name_rule = models.CharField("材料文件命名", max_length=120, default=FILE_NAME_RULE)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "作品评选"
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="selection_slug_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="selection_opens_before_it_closes",
                violation_error_message="申报截止须晚于申报开始。",
            ),
            models.CheckConstraint(condition=Q(most_authors__gte=1), name="selection_has_authors"),
        ]

    def __str__(self) -> str:
        return self.title


class Kind(models.Model):
    """类别 of a selection, e.g. 图书 or 微视频: `code` is the rulebook's group, `form` says which fields it asks.

    Adding a form is a documented step (docs/works.md). The window is of publication (books: of the last volume) or of
    first broadcast (videos), both days included. Seconds count for videos only, bounds included; None is no bound.
    `unit_quota` and `author_quota` are how many a unit may send and how many of one first author; None for any number.
    `province_quota` is how many go on to the province. `is_blind`: reviewers see codes only (design: off for published
    works, whose credits name the makers; recusal is the guard).
    """

    class Form(models.TextChoices):
        BOOK = "book", "图书"
        VIDEO = "video", "微视频"

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="kinds")
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("名称", max_length=40)
    form = models.CharField("申报表", max_length=8, choices=Form)
    order = models.PositiveSmallIntegerField("顺序", default=1)
    window_from = models.DateField("出版或首播不早于", null=True, blank=True)
    window_to = models.DateField("出版或首播不晚于", null=True, blank=True)
    min_seconds = models.PositiveIntegerField("最短秒数", null=True, blank=True)
    max_seconds = models.PositiveIntegerField("最长秒数", null=True, blank=True)
    min_height = models.PositiveIntegerField("画面最低高度（像素）", null=True, blank=True)
    aspect = models.CharField("画面比例", max_length=10, blank=True)  # "16:9"
    most_non_original = models.DecimalField(
        "非原创素材上限（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    unit_quota = models.PositiveSmallIntegerField("每个单位的名额", null=True, blank=True)
    author_quota = models.PositiveSmallIntegerField("每位第一作者的名额", null=True, blank=True)
    province_quota = models.PositiveSmallIntegerField("推荐省级评选的名额", null=True, blank=True)
    reviews_each = models.PositiveSmallIntegerField("每件作品的评审人数", default=3)
    is_blind = models.BooleanField("匿名评审", default=False)
    paper_copies = models.PositiveSmallIntegerField("样书份数", default=0)
    asked_fields = models.JSONField("加问的项目", default=list, blank=True)

    class Meta:
        ordering = ["selection_id", "order", "pk"]
        verbose_name = verbose_name_plural = "作品类别"
        constraints = [
            models.UniqueConstraint(fields=["selection", "code"], name="kind_code_once"),
            models.CheckConstraint(
                condition=Q(window_from__isnull=True) | Q(window_to__isnull=True) | Q(window_from__lte=F("window_to")),
                name="kind_window_has_days",
                violation_error_message="时间范围的结束日不能早于开始日。",
            ),
            models.CheckConstraint(
                condition=Q(min_seconds__isnull=True)
                | Q(max_seconds__isnull=True)
                | Q(min_seconds__lte=F("max_seconds")),
                name="kind_length_has_seconds",
                violation_error_message="最长秒数不能小于最短秒数。",
            ),
            models.CheckConstraint(condition=Q(reviews_each__gte=1), name="kind_is_reviewed"),
        ]

    def __str__(self) -> str:
        return self.title


class FileRequirement(models.Model):
    """申报材料: one kind of file that a kind of work asks for; formats and limits are data (domain.md B2, B3).

    `formats` are names of core.files.FORMATS. `role` says what the product does with it: the video is played to
    reviewers, the cover is shown in the gallery, the stamped form comes from the unit.
    """

    class Role(models.TextChoices):
        MAIN = "main", "作品本体"
        COVER = "cover", "封面或海报"
        SAMPLE = "sample", "样章样页"
        STAMPED_FORM = "stamped_form", "盖章推荐表"
        PROOF = "proof", "证明材料"

    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="file_requirements")
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("名称", max_length=40)
    hint = models.CharField("要求", max_length=200, blank=True)
    role = models.CharField("用途", max_length=14, choices=Role, default=Role.PROOF)
    formats = models.JSONField("格式", default=list)
    min_bytes = models.PositiveBigIntegerField("最小字节数", default=1)
    max_bytes = models.PositiveBigIntegerField("最大字节数")
    required = models.BooleanField("必须提交", default=True)
    or_link = models.BooleanField("有播放链接可不交", default=False)
    shown_to_reviewers = models.BooleanField("评审时可看", default=False)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        ordering = ["kind_id", "order", "pk"]
        verbose_name = verbose_name_plural = "申报材料要求"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="file_requirement_once"),
            models.CheckConstraint(
                condition=Q(min_bytes__gt=0, max_bytes__gte=F("min_bytes")), name="file_limits_make_sense"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FormerWinner(models.Model):
    """往届获奖作品, which by the call may not take part again (domain.md B2): compared by ISBN, or title and author.

    `title_index` is the title as works.engine.titles compares it.
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="former_winners")
    title = models.CharField("作品名称", max_length=120)
    title_index = models.CharField(max_length=120, editable=False)
    author = models.CharField("第一作者", max_length=60, blank=True)
    isbn = models.CharField("ISBN", max_length=13, blank=True)
    award = models.CharField("往届获奖", max_length=120)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "往届获奖作品"
        constraints = [
            models.UniqueConstraint(fields=["selection", "title", "author", "isbn", "award"], name="former_winner_once")
        ]
        indexes = [models.Index(fields=["selection", "title_index"], name="former_winner_by_title")]

    def __str__(self) -> str:
        return self.title


class WordTemplate(models.Model):
    """A Word template that staff restyled, in place of the shipped one; the newest of a kind is used."""

    class Document(models.TextChoices):
        RECOMMENDATION_FORM = "recommendation_form", "推荐表"
        MINUTES = "minutes", "评审会纪要"

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="word_templates")
    document = models.CharField("种类", max_length=20, choices=Document)
    path = models.CharField("存放位置", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        ordering = ["selection_id", "document", "pk"]
        verbose_name = verbose_name_plural = "文书模板"

    def __str__(self) -> str:
        return f"{self.selection_id} {self.document}"
