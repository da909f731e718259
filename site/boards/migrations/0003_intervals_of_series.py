from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MAX_INTERVAL_SECONDS = 366 * 86_400


def to_series(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A series expects the shortest interval of the panels that show it."""
    series = apps.get_model("series", "Series")
    shown = apps.get_model("boards", "PanelSeries").objects.filter(
        panel__expected_interval__gt=0, panel__expected_interval__lte=MAX_INTERVAL_SECONDS
    )
    # The shortest come last.
    for pk, interval in shown.order_by("-panel__expected_interval").values_list("series", "panel__expected_interval"):
        series.objects.filter(pk=pk).update(expected_interval=interval)


class Migration(migrations.Migration):
    dependencies = [("boards", "0002_board_range"), ("series", "0009_expected_interval")]

    operations = [
        migrations.RunPython(to_series, migrations.RunPython.noop),
        migrations.RemoveField("panel", "expected_interval"),
    ]
