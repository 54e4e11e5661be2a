"""Accounts that somebody made for himself, and which notice on privacy was agreed to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_coordinator_of_several_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="self_registered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="自行注册时间"),
        ),
        migrations.AddField(
            model_name="user",
            name="privacy_version",
            field=models.CharField(blank=True, editable=False, max_length=20, verbose_name="同意的隐私说明"),
        ),
    ]
