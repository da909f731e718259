import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live_banners", "0001_initial"),
        ("series", "0006_series_created"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertBanner",
            fields=[
                ("group", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("heard_at", models.DateTimeField()),
                (
                    "banner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="live_banners.banner"
                    ),
                ),
            ],
        ),
    ]
