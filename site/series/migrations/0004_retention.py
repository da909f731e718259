import django.core.validators
from django.db import migrations, models

AGE = {
    "blank": True,
    "help_text": "Days; for ever if empty.",
    "null": True,
    "validators": [django.core.validators.MinValueValidator(1 / 24)],
}


class Migration(migrations.Migration):
    dependencies = [("series", "0003_storage")]

    operations = [
        migrations.CreateModel(
            name="DayZone",
            fields=[("name", models.CharField(max_length=64, primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="DeletedSeries",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PushedFamily",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.TextField()),
                ("name", models.CharField(db_index=True, max_length=200)),
                ("type", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "name"), name="series_pushed_once")],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pattern",
                    models.CharField(
                        help_text="The name of the series: cpu, or cpu.* for all whose names begin with cpu.; the longest one counts.",
                        max_length=200,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("^[^*]*\\*?\\Z", "Only the last character may be *.")
                        ],
                    ),
                ),
                ("points_days", models.FloatField(**AGE, verbose_name="points")),
                ("minutes_days", models.FloatField(**AGE, verbose_name="minutes")),
                ("hours_days", models.FloatField(**AGE, verbose_name="hours and days")),
            ],
            options={"ordering": ["pattern"]},
        ),
    ]
