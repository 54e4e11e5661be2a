from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0003_withdrawal"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="list_order",
            field=models.CharField(
                choices=[
                    ("rank", "按名次"),
                    ("name", "排名不分先后，按第一位姓名的姓氏笔画"),
                    ("title", "排名不分先后，按作品（题目）名称笔画"),
                ],
                default="rank",
                max_length=5,
                verbose_name="名单排列",
            ),
        ),
    ]
