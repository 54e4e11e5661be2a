from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_seal_keeper"),
        ("certificates", "0004_batches_and_assets"),
    ]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="width",
            field=models.PositiveIntegerField(default=0, verbose_name="宽（像素）"),
        ),
        migrations.AddField(
            model_name="asset",
            name="height",
            field=models.PositiveIntegerField(default=0, verbose_name="高（像素）"),
        ),
        migrations.AddField(
            model_name="asset",
            name="adds",
            field=models.PositiveBigIntegerField(default=0, verbose_name="每张证书增加的字节数"),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "seal"), ("removed_at__isnull", True)),
                fields=("edition", "unit"),
                name="one_live_seal_per_unit",
                violation_error_message="这个单位已有在用的印章，请先停用旧的。",
            ),
        ),
    ]
