from django.db import migrations, models

import series.durations
import series.fields
import series.freshness

HELP = (
    "The time in which the next point is expected: 10 s, 5 min, 1 d; never, if points come when somebody sends them. If"
    " empty, what is learned from its rhythm."
)
GRACE = "For how long after that it is not yet late. If empty, 1.5 times as long, and some seconds at least."


class Migration(migrations.Migration):
    dependencies = [("series", "0008_days_and_ages")]

    operations = [
        migrations.AddField(
            "series",
            "expected_interval",
            models.FloatField(
                null=True, blank=True, validators=[series.freshness.check_interval], help_text=HELP
            ),
        ),
        migrations.AddField(
            "series",
            "grace",
            models.FloatField(
                null=True, blank=True, validators=[series.durations.DurationRange(0, 31622400)], help_text=GRACE
            ),
        ),
        # Django would make the table anew.
        migrations.RunSQL(
            "ALTER TABLE series_latest ADD COLUMN delay bigint NOT NULL DEFAULT 0",
            "ALTER TABLE series_latest DROP COLUMN delay",
            state_operations=[migrations.AddField("latest", "delay", models.BigIntegerField(db_default=0))],
        ),
        migrations.AddField("latest", "learned_interval", models.FloatField(null=True)),
        migrations.AddField("latest", "learned_until", series.fields.EpochField(null=True)),
    ]
