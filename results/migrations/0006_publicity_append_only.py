from django.db import migrations

from core.triggers import AppendOnly

OBJECTION_COURSE = ["state", "reason", "handler_id", "ruled_at", "settled_by_id"]


class Migration(migrations.Migration):
    """What was announced, received and decided stays as it was; an objection's course is all that moves."""

    dependencies = [("results", "0005_publicity_and_objections")]
    operations = [
        AppendOnly("Publicity"),
        AppendOnly("Objection", allow_update_columns=OBJECTION_COURSE),
        AppendOnly("ObjectionFile"),
        AppendOnly("ObjectionStep"),
    ]
