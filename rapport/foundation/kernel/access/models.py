"""The table of role, record type, verb and reach: data that a screen shows and changes."""

from typing import ClassVar

from django.db import models

from rapport.foundation.kernel.actors.models import Role, Versioned


class Grant(Versioned):
    """A role may do a verb with records of a type, as far as the reach."""

    is_house = True
    root = "role"

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    record_type = models.SlugField(max_length=40)
    verb = models.CharField(max_length=12)
    reach = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "record_type", "verb"], name="one_reach_per_verb")
        ]


class HiddenField(Versioned):
    """A field of a record type that a role may not see, anywhere."""

    is_house = True
    root = "role"

    role = models.ForeignKey(Role, models.CASCADE, related_name="hidden_fields")
    record_type = models.SlugField(max_length=40)
    field = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "record_type", "field"], name="hidden_once")
        ]


class Area(Versioned):
    """An area of the product, such as admin or import, that a role may enter."""

    is_house = True
    root = "role"

    role = models.ForeignKey(Role, models.CASCADE, related_name="areas")
    name = models.SlugField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "name"], name="area_once")]
