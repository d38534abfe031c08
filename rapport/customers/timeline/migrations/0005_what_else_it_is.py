"""A moment that is not said says in its channel what else it is, so that a story can be narrowed to it."""

from django.db import migrations

_KINDS = {"promise": "promise", "closure": "promise", "note": "note"}


def name_channels(apps, editor):
    moments = apps.get_model("timeline", "Moment").objects
    of_parties = apps.get_model("timeline", "MomentParty").objects
    for kind, channel in _KINDS.items():
        of_parties.filter(moment__kind=kind).update(channel=channel)
        moments.filter(kind=kind).update(channel=channel)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0004_meetings")]

    operations = [migrations.RunPython(name_channels, migrations.RunPython.noop)]
