"""What follows from records and is written in the same transaction: the search index, the story, stored measures.

The apps above register a projection; the ledger calls it with what an act touched. Rebuilt from the records, it is
no change, moves no version, and is right again after an undo."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct, field

from rapport.foundation.kernel.actors.models import Standing, Versioned
from rapport.foundation.kernel.actors.queries import house_has_changed
from rapport.foundation.kernel.ledger.rules import Plain


class Touched(Struct, frozen=True):
    """The rows an act wrote (also those it removed), and the wholes they are parts of, by table.

    `created` are the new rows; `gone` holds the last values of the rows it removed, as their changes hold them."""

    act: int
    at: datetime
    rows: dict[type[Versioned], set[int]] = field(default_factory=dict)
    roots: dict[type[Versioned], set[int]] = field(default_factory=dict)
    created: dict[type[Versioned], set[int]] = field(default_factory=dict)
    gone: dict[type[Versioned], dict[int, str]] = field(default_factory=dict)

    def fresh(self, model: type[Versioned]) -> set[int]:
        """Rows of which no projection can hold anything yet. A row that comes back after its removal is among them:
        what told of it went with it."""
        return self.created.get(model, set())

    def lost(self, model: type[Versioned]) -> dict[int, Mapping[str, Plain]]:
        """The last values of the rows of this table that the act removed."""
        return {key: json.loads(text) for key, text in self.gone.get(model, {}).items()}


type Projection = Callable[[Touched], None]
_projections: dict[str, Projection] = {}


def register_projection(name: str, projection: Projection) -> None:
    """Have `projection` called before each act closes, in the order of the names."""
    _projections[name] = projection


def project(touched: Touched) -> None:
    """Bring every projection up to what was touched."""
    if any(model.is_house for model in touched.rows):
        # A word of chance, not a count: a count would come again after a transaction that was taken back.
        Standing.objects.update_or_create(pk=1, defaults={"word": secrets.token_hex(16)})
        house_has_changed()
    for name in sorted(_projections):
        _projections[name](touched)
