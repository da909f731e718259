"""When a series was made. Those that there were count for nobody's hour."""

from django.db import migrations, models

from series.fields import from_microseconds


class Migration(migrations.Migration):
    dependencies = [("series", "0005_vacuum")]
    operations = [
        migrations.AddField(
            "series",
            "created",
            models.DateTimeField(auto_now_add=True, default=from_microseconds(0)),
            preserve_default=False,
        ),
        migrations.AddIndex("series", models.Index(fields=["creator", "created"], name="series_made_by")),
    ]
