"""Machines that stand at our customers and that we look after."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.queries import within
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Department, Team, User, Versioned


class MachineQuerySet(models.QuerySet["Machine"]):
    """Machines, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those the actor's verb reaches."""
        return self.filter(within(actor, actor.reach("machines", verb)))


class Machine(Versioned):
    """One machine at one customer."""

    name = models.TextField(_("name"))
    serial = models.TextField(_("serial number"), blank=True)
    organisation = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stands at")
    )
    set_up_date = models.DateField(_("set up"), null=True, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MachineQuerySet.as_manager()

    class Meta:
        verbose_name = _("machine")
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="machine_by_name")]

    def __str__(self) -> str:
        return self.name
