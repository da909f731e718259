from django.db import migrations, models

MAX_COLOURS = 8


def keep_the_colours(apps, schema_editor):
    """Until now the colour of a line was its number on its panel, or that of its label."""
    rows = apps.get_model('boards', 'PanelSeries').objects
    of_panels = {}
    changed = []
    for row in rows.order_by('panel', 'position', 'pk').only('panel_id', 'label', 'colour').iterator():
        labels = of_panels.setdefault(row.panel_id, {})
        colour = labels.setdefault(row.label or row.pk, len(labels) + 1)
        if colour <= MAX_COLOURS:
            row.colour = colour
            changed.append(row)
    rows.bulk_update(changed, ['colour'], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('boards', '0007_favourites_and_dismissed_series'),
    ]

    operations = [
        migrations.AddField(
            model_name='panelseries',
            name='colour',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='colour'),
        ),
        migrations.RunPython(keep_the_colours, migrations.RunPython.noop),
    ]
