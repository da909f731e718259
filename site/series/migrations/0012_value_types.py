import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("series", "0011_series_growth")]

    operations = [
        # Without a default, so that no row of these is written, however many there are.
        migrations.AddField("point", "exact", models.BigIntegerField(null=True, blank=True)),
        migrations.AddField("latest", "exact", models.BigIntegerField(null=True, blank=True)),
        migrations.AddField("series", "value_type", models.CharField(default="number", editable=False, max_length=10)),
        migrations.CreateModel(
            name="StateText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="state_texts", to="series.series"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("series", "code"), name="series_one_text_a_code")]
            },
        ),
    ]
