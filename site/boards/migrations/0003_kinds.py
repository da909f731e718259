"""Every kind of chart. What existing panels show and mean stays as it was:

- "line over categories" is now a line that lies over the newest value of each series.
- Where up is good, limits are lower limits from now on. Until now they were upper limits whatever was good, so a panel
  with limits keeps those, and forgets that up is good: its figure's change loses its colour, and nothing turns critical
  over night. To have lower limits, set both again in the admin.
"""

import boards.states
import django.core.validators
from django.db import migrations, models


def to_new(apps, schema_editor):
    Panel = apps.get_model("boards", "Panel")
    Panel.objects.filter(kind="categories").update(kind="line", over="latest")
    limited = Panel.objects.filter(warn_at__isnull=False) | Panel.objects.filter(bad_at__isnull=False)
    limited.filter(good="up").update(good="")


def to_old(apps, schema_editor):
    """What could not be shown before becomes a line; where up is good, lower limits would be taken for upper ones."""
    Panel = apps.get_model("boards", "Panel")
    for panel in Panel.objects.all():
        if panel.kind not in ("stat", "status"):
            panel.kind = "categories" if panel.over == "latest" else "line"
        if panel.good == "up":
            panel.warn_at = panel.bad_at = None
        # One update of a row: after a second one PostgreSQL would not alter the table in this transaction.
        panel.save(update_fields=["kind", "warn_at", "bad_at"])


class Migration(migrations.Migration):

    dependencies = [
        ("boards", "0002_activity_as_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name='panel',
            name='bins',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Histogram: into about how many parts its values are put, 2 to 60; by itself if empty.', null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(60)], verbose_name='bins'),
        ),
        migrations.AddField(
            model_name='panel',
            name='extremes',
            field=models.BooleanField(default=False, help_text='Line, area: the lowest and highest value beside the last one.', verbose_name='extremes'),
        ),
        migrations.AddField(
            model_name='panel',
            name='history_days',
            field=models.PositiveSmallIntegerField(default=0, help_text='Status: the worst state of each of so many days, 90 at most. All their points are read each time that the panel is drawn: for series with a point a minute, not a second.', validators=[django.core.validators.MaxValueValidator(90)], verbose_name='days of history'),
        ),
        migrations.AddField(
            model_name='panel',
            name='horizontal',
            field=models.BooleanField(default=False, help_text='Bars: they lie, with the names at their left.', verbose_name='horizontal'),
        ),
        migrations.AddField(
            model_name='panel',
            name='least_span',
            field=models.FloatField(blank=True, help_text='Line, area: how much the axis shows at least, so that noise does not look like a storm.', null=True, validators=[django.core.validators.MinValueValidator(1e-12)], verbose_name='least span'),
        ),
        migrations.AddField(
            model_name='panel',
            name='log',
            field=models.BooleanField(default=False, help_text='Line: each step of the axis is ten times the one before.', verbose_name='logarithmic'),
        ),
        migrations.AddField(
            model_name='panel',
            name='over',
            field=models.CharField(choices=[('time', 'time: the window, up to the last point'), ('latest', 'names: the newest value of each series')], default='time', help_text='What a line, an area, bars or a table lie over.', max_length=6, verbose_name='over'),
        ),
        migrations.AddField(
            model_name='panel',
            name='rows',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Table: how many there are at most, 1 to 50; 10 if empty.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='rows'),
        ),
        migrations.AddField(
            model_name='panel',
            name='stacked',
            field=models.BooleanField(default=False, help_text='Area, bars: one upon the other.', verbose_name='stacked'),
        ),
        migrations.AddField(
            model_name='panel',
            name='states',
            field=models.TextField(blank=True, help_text='Status, state timeline: what values mean, one a line: “0 = Down, bad”. The level is ok, warn, bad or off. Values that are not named are judged by the limits.', validators=[boards.states.check_states], verbose_name='states'),
        ),
        migrations.AddField(
            model_name='panel',
            name='text',
            field=models.TextField(blank=True, help_text='Text: Markdown, with headings, lists, tables and links; HTML in it is shown as it is.', validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name='text'),
        ),
        migrations.AddField(
            model_name='panelseries',
            name='group',
            field=models.CharField(blank=True, help_text='Over names: the name on the axis; the label is then the colour. The label if empty.', max_length=100, verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='bad_at',
            field=models.FloatField(blank=True, help_text='This value and above; where up is good, this value and below.', null=True, verbose_name='critical from'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='expected_every',
            field=models.FloatField(blank=True, help_text='Seconds between points. When they stay away for 2.5 times as long, the panel says so.', null=True, validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(31622400)], verbose_name='expected every'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='good',
            field=models.CharField(blank=True, choices=[('up', 'up is good'), ('down', 'down is good')], help_text="Colours a figure's change. Where up is good, the limits below are lower limits.", max_length=4, verbose_name='good direction'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='kind',
            field=models.CharField(choices=[('Course or comparison', [('line', 'line'), ('area', 'area'), ('bar', 'bars')]), ('How much now', [('stat', 'figure'), ('gauge', 'gauge'), ('sparkline', 'sparkline'), ('donut', 'donut')]), ('How it is spread', [('histogram', 'histogram'), ('heatmap', 'heat map')]), ('Whether it works', [('status', 'status'), ('timeline', 'state timeline')]), ('Words and numbers', [('table', 'table'), ('text', 'text')])], default='line', max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='maximum',
            field=models.FloatField(blank=True, help_text='A gauge goes from 0 to 100 where nothing is said.', null=True, verbose_name='axis to'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='unit',
            field=models.CharField(blank=True, help_text='%, ratio, ms, s, B, EUR, any other word', max_length=20, verbose_name='unit'),
        ),
        migrations.AlterField(
            model_name='panel',
            name='warn_at',
            field=models.FloatField(blank=True, help_text='This value and above; where up is good, this value and below.', null=True, verbose_name='warn from'),
        ),
        migrations.RunPython(to_new, to_old),
    ]
