import django.db.models.deletion
from django.db import migrations, models

from core.triggers import AppendOnly

# What a batch says can never change; only how far it is.
HOW_FAR = (
    "state",
    "proof_file",
    "proof_sha256",
    "proofed_at",
    "proof_done",
    "proof_attempts",
    "proof_lease_until",
    "proof_error",
    "approved_by_id",
    "approved_at",
    "issued_by_id",
    "issued_at",
    "cancel_reason",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_seal_keeper"),
        ("certificates", "0005_asset_measures"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="size",
            field=models.PositiveIntegerField(default=0, verbose_name="张数"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="batch",
            name="supersedes",
            field=models.JSONField(default=list, verbose_name="更正后失效的证书"),
        ),
        migrations.AddField(
            model_name="batch",
            name="recipients",
            field=models.JSONField(default=dict, verbose_name="颁发对象"),
        ),
        migrations.AddField(
            model_name="batch",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="补发原因"),
        ),
        migrations.AddField(
            model_name="batch",
            name="proof_done",
            field=models.PositiveIntegerField(default=0, verbose_name="校样已排"),
        ),
        migrations.AddField(
            model_name="batch",
            name="proof_attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="batch",
            name="proof_lease_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="certificate",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="accounts.unit",
                verbose_name="推荐单位",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="place",
            field=models.PositiveIntegerField(null=True, verbose_name="批次中的序号"),
        ),
        migrations.AddField(
            model_name="certificate",
            name="told_at",
            field=models.DateTimeField(null=True, verbose_name="告知时间"),
        ),
        migrations.AddField(
            model_name="certificate",
            name="is_barred",
            field=models.BooleanField(default=False, verbose_name="不再签发"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["drafted", "cancelled"]),
                    models.Q(("proof_sha256", ""), _negated=True),
                    _connector="OR",
                ),
                name="proofed_batch_has_proof",
            ),
        ),
        AppendOnly("Batch", allow_update_columns=HOW_FAR),
    ]
