"""Says of each promise and meeting whether it is open, so that the open ones have an index of their own."""

from django.conf import settings
from django.db import migrations, models


def close(apps, schema_editor):
    """Those that something closes are not open."""
    for name, closure in (("Promise", "PromiseClosure"), ("Meeting", "MeetingClosure")):
        closed = apps.get_model("timeline", closure).objects.values(name.lower())
        apps.get_model("timeline", name).objects.filter(pk__in=closed).update(is_open=False)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_rhythm'),
        ('timeline', '0010_reminders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='is_open',
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddField(
            model_name='promise',
            name='is_open',
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunPython(close, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['owner', 'at', 'id'], name='open_meeting_by_owner'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['owner', 'due_date', 'id'], name='open_promise_by_owner'),
        ),
    ]
