from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_self_registered"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("organiser", "组委会"),
                    ("supervisor", "监督员"),
                    ("judge", "评委"),
                    ("clerk", "统计员"),
                    ("timekeeper", "计时员"),
                    ("host", "主持人"),
                    ("coordinator", "单位联络员"),
                    ("seal_keeper", "印章管理员"),
                ],
                max_length=12,
                verbose_name="角色",
            ),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("organiser", "组委会"),
                    ("supervisor", "监督员"),
                    ("judge", "评委"),
                    ("clerk", "统计员"),
                    ("timekeeper", "计时员"),
                    ("host", "主持人"),
                    ("coordinator", "单位联络员"),
                    ("seal_keeper", "印章管理员"),
                ],
                max_length=12,
                verbose_name="角色",
            ),
        ),
    ]
