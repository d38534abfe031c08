"""Measures how often one speaks with each party of a home that is there already, and from when on that is quiet."""

from collections import defaultdict
from datetime import UTC

from django.db import migrations

from rapport.customers.timeline.rules.rhythm import quiet_from, rhythm_of
from rapport.foundation.kernel.ledger.services.rows import set_columns

CHUNK = 3_000


def measure(apps, schema_editor):
    """Fill both columns, some thousand parties at a time, so that no more than their contacts is held in memory."""
    Party = apps.get_model("people", "Party")
    Participant = apps.get_model("timeline", "Participant")
    known = Party.objects.exclude(last_contact_at=None).order_by("pk")
    after = 0
    while parties := list(known.filter(pk__gt=after).values_list("pk", "last_contact_at")[:CHUNK]):
        first, after = parties[0][0], parties[-1][0]
        days = defaultdict(set)
        said = Participant.objects.filter(party__gte=first, party__lte=after, interaction__is_private=False)
        for party, at in said.values_list("party", "interaction__at").iterator():
            days[party].add(at.astimezone(UTC).date())
        rhythms = {party: rhythm_of(some) for party, some in days.items()}
        rows = [(rhythms.get(key), quiet_from(last, rhythms.get(key)), key) for key, last in parties]
        set_columns(Party, ["rhythm_days", "quiet_from"], rows)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_rhythm'),
        ('timeline', '0005_what_else_it_is'),
    ]

    operations = [migrations.RunPython(measure, migrations.RunPython.noop)]
