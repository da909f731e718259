"""SQLite's file can become smaller from now on, a little at a time: see ``series.maintenance``.

That is decided when a file is made, or when all of it is written anew, as here. No transaction can be around that.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def vacuum(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for statement in ("PRAGMA auto_vacuum = INCREMENTAL", "VACUUM"):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("series", "0004_retention")]
    operations = [migrations.RunPython(vacuum, migrations.RunPython.noop)]
