from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("series", "0007_alert_banner")]

    operations = [
        # Those that there are, are made.
        migrations.AddField("dayzone", "is_made", models.BooleanField(default=True), preserve_default=False),
        migrations.AlterField("dayzone", "is_made", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "retentionrule",
            models.CheckConstraint(
                condition=Q(minutes_days__isnull=True) | Q(points_days__isnull=False, points_days__lte=F("minutes_days")),
                name="series_minutes_outlive_points",
                violation_error_message="Minutes cannot be deleted before their points.",
            ),
        ),
        migrations.AddConstraint(
            "retentionrule",
            models.CheckConstraint(
                condition=Q(hours_days__isnull=True) | Q(minutes_days__isnull=False, minutes_days__lte=F("hours_days")),
                name="series_hours_outlive_minutes",
                violation_error_message="Hours cannot be deleted before their minutes.",
            ),
        ),
    ]
