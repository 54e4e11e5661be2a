import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contest", "0002_draw_and_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonalDataExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField(verbose_name="人数")),
                ("reason", models.CharField(max_length=200, verbose_name="用途")),
                ("exported_at", models.DateTimeField(verbose_name="导出时间")),
                (
                    "contest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to="contest.contest"
                    ),
                ),
                (
                    "exported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "个人信息导出",
                "verbose_name_plural": "个人信息导出",
                "ordering": ["pk"],
            },
        ),
        AppendOnly("PersonalDataExport"),
    ]
