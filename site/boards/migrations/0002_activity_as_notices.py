"""What people did on a board is a notice to its viewers, and no model of its own any more."""

from datetime import timedelta

from django.db import migrations, models

INFO = 20
# As long as notices of today are sent to pages that come back: these are only listed.
TTL = timedelta(minutes=10)


def activities_to_notices(apps, schema_editor):
    Activity, Notice = apps.get_model("boards", "Activity"), apps.get_model("live_notices", "Notice")
    Notice.objects.bulk_create(
        Notice(
            recipients=f"board:{activity.board_id}",
            level=INFO,
            text=f"{activity.who} {activity.what}",
            source="form",
            created=activity.at,
            at=activity.at,
            expires=activity.at + TTL,
        )
        for activity in Activity.objects.order_by("pk")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('boards', '0001_initial'),
        ('live_notices', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(activities_to_notices, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='Activity',
        ),
        migrations.AddField(
            model_name='board',
            name='show_activity',
            field=models.BooleanField(default=True, help_text='What was said to those who look at it, below the panels.', verbose_name='show activity'),
        ),
    ]
