"""Fields that the firm makes itself: typed definitions; their values lie in the `custom` column of each record."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.actors.models import Versioned


class CustomField(Versioned):
    """A field of the firm's own on a record type."""

    is_house = True

    record_type = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40)
    label = models.CharField(_("label"), max_length=200)
    type = models.CharField(_("type"), max_length=12, default="text")
    choices = models.JSONField(default=list, blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "key"], name="custom_key_once")
        ]

    def __str__(self) -> str:
        return self.label


class CustomKey(Func):
    """The text of one key of `custom`, as an expression that both databases can index.

    Django's own key transform cannot be indexed on SQLite: its SQL differs from process to process."""

    output_field = models.TextField()

    def __init__(self, key: str) -> None:
        if not key.isidentifier() or not key.isascii():
            raise ValueError(key)
        self.key = key
        super().__init__("custom")

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The key in single quotes: it has been checked to be an identifier."""
        column, params = compiler.compile(self.source_expressions[0])
        path = f"$.{self.key}" if connection.vendor == "sqlite" else self.key
        return f"({column} ->> '{path}')", params
