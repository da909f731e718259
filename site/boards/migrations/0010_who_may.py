import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def who_may_see(apps, schema_editor):
    """Until now a board was for everybody, or for people who are signed in, which is the default."""
    apps.get_model('boards', 'Board').objects.filter(public=True).update(view_by='public')


def public(apps, schema_editor):
    apps.get_model('boards', 'Board').objects.filter(view_by='public').update(public=True)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('boards', '0009_variables'),
    ]

    operations = [
        migrations.AddField(
            model_name='board',
            name='view_by',
            field=models.CharField(choices=[('public', 'Everybody'), ('signed_in', 'People who are signed in'), ('groups', 'Members of groups'), ('owner', 'Only its owner')], default='signed_in', help_text='Its owner, staff, and whoever may edit it always may.', max_length=10, verbose_name='who may see it'),
        ),
        migrations.RunPython(who_may_see, public),
        migrations.RemoveField(
            model_name='board',
            name='public',
        ),
        migrations.AddField(
            model_name='board',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='board',
            name='view_groups',
            field=models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='groups that may see it'),
        ),
        migrations.AddField(
            model_name='board',
            name='edit_by',
            field=models.CharField(choices=[('editors', 'Every editor who may see it'), ('groups', 'Editors in groups'), ('owner', 'Only its owner')], default='editors', help_text='Staff always may. Everybody else also has to be an editor.', max_length=10, verbose_name='who may edit it'),
        ),
        migrations.AddField(
            model_name='board',
            name='edit_groups',
            field=models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='groups that may edit it'),
        ),
    ]
