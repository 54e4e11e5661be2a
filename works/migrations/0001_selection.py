import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.fields
import core.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0004_self_registered"),
        ("core", "0001_initial"),
        ("results", "0003_withdrawal"),
        ("scoring", "0006_assigned_rounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, verbose_name="网址代号")),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("call_text", models.TextField(blank=True, verbose_name="通知正文")),
                ("call_published_at", models.DateTimeField(blank=True, null=True, verbose_name="通知发布时间")),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="申报开始")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="申报截止")),
                (
                    "grace_minutes",
                    models.PositiveSmallIntegerField(default=60, verbose_name="截止前已开始的上传可延续（分钟）"),
                ),
                ("individuals_may_submit", models.BooleanField(default=True, verbose_name="接受个人申报")),
                ("most_authors", models.PositiveSmallIntegerField(default=12, verbose_name="作者人数上限")),
                (
                    "file_name_rule",
                    models.CharField(
                        default="{类别}-{编号}-{作品}-{材料}", max_length=120, verbose_name="材料文件命名"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="selections", to="core.edition"
                    ),
                ),
                (
                    "rulebook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="selections", to="scoring.rulebook"
                    ),
                ),
            ],
            options={
                "verbose_name": "作品评选",
                "verbose_name_plural": "作品评选",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "slug"), name="selection_slug_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at__isnull", True),
                            ("closes_at__isnull", True),
                            ("opens_at__lt", models.F("closes_at")),
                            _connector="OR",
                        ),
                        name="selection_opens_before_it_closes",
                        violation_error_message="申报截止须晚于申报开始。",
                    ),
                    models.CheckConstraint(condition=models.Q(("most_authors__gte", 1)), name="selection_has_authors"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="日期")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                ("chair", models.CharField(blank=True, max_length=60, verbose_name="主持人")),
                ("attendants", models.TextField(blank=True, max_length=1000, verbose_name="出席人员")),
                ("summary", models.TextField(blank=True, max_length=3000, verbose_name="会议情况")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="版本")),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meeting", to="scoring.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "评审会",
                "verbose_name_plural": "评审会",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.CharField(max_length=60, verbose_name="意见")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_decisions",
                        to="scoring.entry",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_decisions",
                        to="scoring.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "评审会意见",
                "verbose_name_plural": "评审会意见",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="meeting_decision_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_on", models.DateField(verbose_name="日期")),
                ("owed", models.PositiveIntegerField(verbose_name="待评件数")),
                ("sent_at", models.DateTimeField(verbose_name="时间")),
                (
                    "judge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="scoring.round"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "催评",
                "verbose_name_plural": "催评",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "judge", "sent_on"), name="reminded_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Kind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="代号")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "form",
                    models.CharField(
                        choices=[("book", "图书"), ("video", "微视频")], max_length=8, verbose_name="申报表"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                ("window_from", models.DateField(blank=True, null=True, verbose_name="出版或首播不早于")),
                ("window_to", models.DateField(blank=True, null=True, verbose_name="出版或首播不晚于")),
                ("min_seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="最短秒数")),
                ("max_seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="最长秒数")),
                ("min_height", models.PositiveIntegerField(blank=True, null=True, verbose_name="画面最低高度（像素）")),
                ("aspect", models.CharField(blank=True, max_length=10, verbose_name="画面比例")),
                (
                    "most_non_original",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="非原创素材上限（%）"
                    ),
                ),
                ("unit_quota", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每个单位的名额")),
                (
                    "author_quota",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每位第一作者的名额"),
                ),
                (
                    "province_quota",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="推荐省级评选的名额"),
                ),
                ("reviews_each", models.PositiveSmallIntegerField(default=3, verbose_name="每件作品的评审人数")),
                ("is_blind", models.BooleanField(default=False, verbose_name="匿名评审")),
                ("paper_copies", models.PositiveSmallIntegerField(default=0, verbose_name="样书份数")),
                ("asked_fields", models.JSONField(blank=True, default=list, verbose_name="加问的项目")),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kinds", to="works.selection"
                    ),
                ),
            ],
            options={
                "verbose_name": "作品类别",
                "verbose_name_plural": "作品类别",
                "ordering": ["selection_id", "order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("selection", "code"), name="kind_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("window_from__isnull", True),
                            ("window_to__isnull", True),
                            ("window_from__lte", models.F("window_to")),
                            _connector="OR",
                        ),
                        name="kind_window_has_days",
                        violation_error_message="时间范围的结束日不能早于开始日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_seconds__isnull", True),
                            ("max_seconds__isnull", True),
                            ("min_seconds__lte", models.F("max_seconds")),
                            _connector="OR",
                        ),
                        name="kind_length_has_seconds",
                        violation_error_message="最长秒数不能小于最短秒数。",
                    ),
                    models.CheckConstraint(condition=models.Q(("reviews_each__gte", 1)), name="kind_is_reviewed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerWinner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="作品名称")),
                ("author", models.CharField(blank=True, max_length=60, verbose_name="第一作者")),
                ("isbn", models.CharField(blank=True, max_length=13, verbose_name="ISBN")),
                ("award", models.CharField(max_length=120, verbose_name="往届获奖")),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former_winners", to="works.selection"
                    ),
                ),
                ("title_index", models.CharField(editable=False, max_length=120)),
            ],
            options={
                "verbose_name": "往届获奖作品",
                "verbose_name_plural": "往届获奖作品",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["selection", "title_index"], name="former_winner_by_title")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("selection", "title", "author", "isbn", "award"), name="former_winner_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.CharField(
                        choices=[("recommendation_form", "推荐表"), ("minutes", "评审会纪要")],
                        max_length=20,
                        verbose_name="种类",
                    ),
                ),
                ("path", models.CharField(max_length=200, verbose_name="存放位置")),
                ("original_name", models.CharField(max_length=200, verbose_name="原文件名")),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="word_templates", to="works.selection"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "文书模板",
                "verbose_name_plural": "文书模板",
                "ordering": ["selection_id", "document", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ContactExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField(verbose_name="件数")),
                ("reason", models.CharField(max_length=200, verbose_name="用途")),
                ("exported_at", models.DateTimeField(verbose_name="导出时间")),
                (
                    "exported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to="works.selection"
                    ),
                ),
            ],
            options={
                "verbose_name": "联系方式导出",
                "verbose_name_plural": "联系方式导出",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="FileRequirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="代号")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="要求")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("main", "作品本体"),
                            ("cover", "封面或海报"),
                            ("sample", "样章样页"),
                            ("stamped_form", "盖章推荐表"),
                            ("proof", "证明材料"),
                        ],
                        default="proof",
                        max_length=14,
                        verbose_name="用途",
                    ),
                ),
                ("formats", models.JSONField(default=list, verbose_name="格式")),
                ("min_bytes", models.PositiveBigIntegerField(default=1, verbose_name="最小字节数")),
                ("max_bytes", models.PositiveBigIntegerField(verbose_name="最大字节数")),
                ("required", models.BooleanField(default=True, verbose_name="必须提交")),
                ("or_link", models.BooleanField(default=False, verbose_name="有播放链接可不交")),
                ("shown_to_reviewers", models.BooleanField(default=False, verbose_name="评审时可看")),
                ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="file_requirements", to="works.kind"
                    ),
                ),
            ],
            options={
                "verbose_name": "申报材料要求",
                "verbose_name_plural": "申报材料要求",
                "ordering": ["kind_id", "order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="file_requirement_once"),
                    models.CheckConstraint(
                        condition=models.Q(("max_bytes__gte", models.F("min_bytes")), ("min_bytes__gt", 0)),
                        name="file_limits_make_sense",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KindRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kind_round", to="works.kind"
                    ),
                ),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kind_round", to="scoring.round"
                    ),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="编号次序的种子")),
            ],
            options={
                "verbose_name": "类别评审轮次",
                "verbose_name_plural": "类别评审轮次",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("office", "组委会录入"), ("unit", "单位推荐"), ("individual", "个人申报")],
                        max_length=10,
                        verbose_name="申报方式",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "待补全"),
                            ("submitted", "待形式审查"),
                            ("returned", "退回补正"),
                            ("accepted", "已受理"),
                            ("withdrawn", "已撤回"),
                            ("refused", "不予受理"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="作品名称")),
                ("title_index", models.CharField(blank=True, editable=False, max_length=120)),
                ("workplace", models.CharField(blank=True, max_length=80, verbose_name="第一作者单位")),
                ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                ("phone", core.fields.EncryptedTextField(blank=True, null=True, verbose_name="联系电话")),
                ("phone_index", models.CharField(blank=True, editable=False, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="内容简介")),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="推荐理由")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("original", "原创"),
                            ("translation", "译著"),
                            ("reprint", "再版"),
                            ("series", "丛书"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("publisher", models.CharField(blank=True, max_length=80, verbose_name="出版社或版权单位")),
                ("edition_note", models.CharField(blank=True, max_length=40, verbose_name="版次印次")),
                ("print_run", models.PositiveIntegerField(blank=True, null=True, verbose_name="印数")),
                ("volumes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="册数")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="出版时间或首播日期")),
                ("platform", models.CharField(blank=True, max_length=80, verbose_name="首播平台")),
                ("url", models.URLField(blank=True, max_length=300, verbose_name="播放链接")),
                ("seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="时长（秒）")),
                (
                    "non_original_percent",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="非原创素材占比（%）"
                    ),
                ),
                ("ai_used", models.BooleanField(blank=True, null=True, verbose_name="使用人工智能生成内容")),
                ("ai_note", models.CharField(blank=True, max_length=500, verbose_name="人工智能使用说明")),
                ("sources", models.TextField(blank=True, max_length=2000, verbose_name="非原创素材来源与授权")),
                ("declared_at", models.DateTimeField(blank=True, null=True, verbose_name="原创承诺时间")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="加问的项目")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("typed", core.fields.EncryptedTextField(blank=True, null=True, verbose_name="草稿")),
                ("unit_order", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="单位推荐顺序")),
                ("outside_quota", models.BooleanField(default=False, verbose_name="名额外")),
                ("status_reason", models.CharField(blank=True, max_length=300, verbose_name="状态原因")),
                ("completion_due_at", models.DateTimeField(blank=True, null=True, verbose_name="补正期限")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="版本")),
                (
                    "declared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="works", to="works.kind"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="works", to="works.selection"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to="accounts.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outside_quota_reason", models.CharField(blank=True, max_length=200, verbose_name="名额外的理由")),
                (
                    "declared_version",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="所承诺的文本版本"),
                ),
            ],
            options={
                "verbose_name": "作品",
                "verbose_name_plural": "作品",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["selection", "title_index"], name="work_by_title"),
                    models.Index(fields=["selection", "kind", "status"], name="work_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            ("status__in", ["withdrawn", "refused"]),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="submitted_work_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("non_original_percent__isnull", True),
                            models.Q(("non_original_percent__gte", 0), ("non_original_percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="non_original_is_a_share",
                        violation_error_message="非原创素材占比应在 0 到 100 之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "returned"), _negated=True),
                            ("completion_due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="returned_work_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Volume",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(verbose_name="册次")),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="分册名")),
                ("isbn", models.CharField(max_length=13, verbose_name="ISBN")),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="volume_rows", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "分册",
                "verbose_name_plural": "分册",
                "ordering": ["work_id", "place"],
                "indexes": [models.Index(fields=["isbn"], name="volume_by_isbn")],
                "constraints": [
                    models.UniqueConstraint(fields=("work", "place"), name="volume_place_once"),
                    models.UniqueConstraint(fields=("work", "isbn"), name="volume_isbn_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("content", core.fields.EncryptedTextField(verbose_name="内容")),
                ("sha256", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "申报记录",
                "verbose_name_plural": "申报记录",
                "ordering": ["work_id", "number"],
                "constraints": [models.UniqueConstraint(fields=("work", "number"), name="submission_number_once")],
            },
        ),
        migrations.CreateModel(
            name="ScreeningDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("accept", "受理"),
                            ("return", "退回补正"),
                            ("refuse", "不予受理"),
                            ("reopen", "重新审查"),
                        ],
                        max_length=10,
                        verbose_name="决定",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="补正期限")),
                ("findings", models.JSONField(default=list, verbose_name="机器核查结果")),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "形式审查意见",
                "verbose_name_plural": "形式审查意见",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act", "accept"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="screening_has_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(verbose_name="推荐顺序")),
                (
                    "state",
                    models.CharField(
                        choices=[("standing", "推荐"), ("withdrawn", "不再推荐")],
                        default="standing",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recommendations", to="results.result"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recommendations", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "推荐省级评选",
                "verbose_name_plural": "推荐省级评选",
                "ordering": ["result_id", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standing")), fields=("work",), name="one_standing_recommendation"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standing")),
                        fields=("result", "place"),
                        name="recommendation_place_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("place__gte", 1)), name="recommendation_place_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="withdrawn_recommendation_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.SmallIntegerField(verbose_name="份数")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_copies", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "样书登记",
                "verbose_name_plural": "样书登记",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count", 0), _negated=True), name="paper_copies_count")
                ],
            },
        ),
        migrations.CreateModel(
            name="DeclaredTie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("reviewer", "评审员申报"), ("office", "组委会登记")],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="关系")),
                ("declared_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "judge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declared_ties", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "回避关系",
                "verbose_name_plural": "回避关系",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("work", "judge"), name="declared_tie_once")],
            },
        ),
        migrations.CreateModel(
            name="Author",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(verbose_name="排序")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("workplace", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authored",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="authors", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "作者",
                "verbose_name_plural": "作者",
                "ordering": ["work_id", "place"],
                "constraints": [
                    models.UniqueConstraint(fields=("work", "place"), name="author_place_once"),
                    models.UniqueConstraint(fields=("work", "name", "workplace"), name="author_once"),
                    models.CheckConstraint(condition=models.Q(("place__gte", 1)), name="author_place_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="admission", to="scoring.entry"
                    ),
                ),
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="admission", to="works.work"
                    ),
                ),
                ("comments_released_at", models.DateTimeField(blank=True, null=True, verbose_name="意见反馈时间")),
                (
                    "comments_released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "入围",
                "verbose_name_plural": "入围",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=200, verbose_name="存放位置")),
                ("original_name", models.CharField(max_length=200, verbose_name="原文件名")),
                ("format", models.CharField(max_length=10, verbose_name="格式")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("sha256", models.CharField(max_length=64)),
                ("upload_started_at", models.DateTimeField(verbose_name="上传开始时间")),
                ("uploaded_at", models.DateTimeField(verbose_name="收到时间")),
                ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="更换时间")),
                (
                    "reading",
                    models.CharField(
                        choices=[("owed", "待读取"), ("claimed", "读取中"), ("done", "已读取"), ("parked", "读取失败")],
                        default="owed",
                        max_length=8,
                        verbose_name="读取状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                ("media", models.JSONField(blank=True, default=dict, verbose_name="文件信息")),
                ("poster_path", models.CharField(blank=True, max_length=200, verbose_name="海报帧")),
                ("clean_path", models.CharField(blank=True, max_length=200, verbose_name="去除元数据的副本")),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="works.filerequirement"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="works.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "申报材料",
                "verbose_name_plural": "申报材料",
                "ordering": ["work_id", "requirement_id", "pk"],
                "indexes": [
                    models.Index(fields=["sha256"], name="work_file_by_digest"),
                    models.Index(fields=["reading", "lease_until"], name="work_file_by_reading"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("work", "requirement"),
                        name="one_current_work_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uploaded_at__gte", models.F("upload_started_at"))),
                        name="upload_ends_after_it_began",
                    ),
                ],
            },
        ),
        core.triggers.AppendOnly(
            model_name_or_table="Submission",
        ),
        core.triggers.AppendOnly(
            model_name_or_table="PaperCopy",
        ),
        core.triggers.AppendOnly(
            model_name_or_table="ScreeningDecision",
        ),
        core.triggers.AppendOnly(
            model_name_or_table="MeetingDecision",
        ),
        core.triggers.AppendOnly(
            model_name_or_table="ContactExport",
        ),
        core.triggers.AppendOnly(
            model_name_or_table="Reminder",
        ),
    ]
