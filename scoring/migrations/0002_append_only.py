from django.db import migrations

from core.triggers import AppendOnly


class Migration(migrations.Migration):
    """Design §5: the database itself refuses to change or delete these rows."""

    dependencies = [("scoring", "0001_initial")]
    operations = [
        AppendOnly("Rulebook", allow_update_columns=["frozen_at"]),
        AppendOnly("SheetRevision"),
        AppendOnly("LateMark", allow_update_columns=["settled_by_id", "settled_at", "settlement"]),
        AppendOnly("TieDecision"),
        AppendOnly("Snapshot"),
    ]
