"""Places: where the copy of this home is kept that is made while one works."""

from typing import Self

from django.db import models

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Versioned


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places, which are administrators' alone."""

    def visible_to(self, actor: Actor) -> Self:
        """All of them, or none."""
        return self if actor.is_system or actor.may_enter("admin") else self.none()


class Place(Versioned):
    """Another disk, a server, a rented storage. What only its owner knows (a password, a key) is not here but in a
    file of the home, which no history shows."""

    name = models.CharField(max_length=80, unique=True)
    address = models.CharField(max_length=400, unique=True)
    is_paused = models.BooleanField(default=False)

    objects = PlaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
