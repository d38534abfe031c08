"""Files that belong to what was said or noted; their content lies in the home, under a random name."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.timeline.models.said import Interaction, Note
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User, Versioned


class FileQuerySet[M: models.Model](models.QuerySet[M]):
    """Files, seen and changed by whoever may see and change what they belong to."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those of records that the actor's verb reaches."""
        whole: Any = self.model._meta.get_field(self.model.root)  # type: ignore[attr-defined]
        verb = Verb.SEE if verb == Verb.SEE else Verb.EDIT
        rows = whole.related_model.objects.visible_to(actor, verb)
        return self.filter(**{f"{whole.name}__in": rows.values("pk")})


class Attached(Versioned):
    """A file: its name as its owner had it, its media type as its content says, its size in bytes.

    `of` is the record type of what it belongs to."""

    of: ClassVar[str] = ""

    name = models.CharField(_("name"), max_length=150)
    media = models.CharField(max_length=100)
    size = models.BigIntegerField(_("bytes"))
    stored = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("added by"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name


class InteractionFile(Attached):
    """A file that came with what was said."""

    root = "interaction"
    of = "interactions"

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="files")

    objects = FileQuerySet.as_manager()


class NoteFile(Attached):
    """A file that came with a note."""

    root = "note"
    of = "notes"

    note = models.ForeignKey(Note, models.CASCADE, related_name="files")

    objects = FileQuerySet.as_manager()


class LooseFile(models.Model):
    """A stored file that no record names, and since when: swept once nothing can bring its record back.

    It is no record: written before a file is, and derived from the records that come and go."""

    stored = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.stored
