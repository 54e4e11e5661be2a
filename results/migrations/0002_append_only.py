from django.db import migrations

from core.triggers import AppendOnly


class Migration(migrations.Migration):
    """Design §5: the database itself refuses to change or delete these rows."""

    dependencies = [("results", "0001_initial")]
    operations = [
        AppendOnly("Roster"),
        AppendOnly("Confirmation"),
    ]
