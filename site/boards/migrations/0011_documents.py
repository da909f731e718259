from django.db import migrations, models

from boards.documents.keys import keys_of


def make_keys(apps, schema_editor):
    """The keys that the panels of each board get when they are made."""
    panels = apps.get_model('boards', 'Panel').objects
    of_boards = {}
    for panel in panels.order_by('board', 'position', 'pk').only('board_id', 'title').iterator():
        of_boards.setdefault(panel.board_id, []).append(panel)
    for some in of_boards.values():
        for panel, key in zip(some, keys_of([('', panel.title) for panel in some])):
            panel.key = key
        panels.bulk_update(some, ['key'], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('boards', '0010_who_may'),
    ]

    operations = [
        migrations.AddField(
            model_name='board',
            name='imported_digest',
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name='imported digest'),
        ),
        migrations.AddField(
            model_name='panel',
            name='key',
            field=models.SlugField(blank=True, db_index=False, editable=False, max_length=60, verbose_name='key'),
        ),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
    ]
