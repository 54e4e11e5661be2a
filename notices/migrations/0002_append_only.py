from django.db import migrations

from core.triggers import AppendOnly


class Migration(migrations.Migration):
    """Design §5: the database itself refuses to change what the public has read."""

    dependencies = [("notices", "0001_initial")]
    operations = [AppendOnly("PublishedText")]
