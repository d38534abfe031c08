"""The verbs of an import: begin, map its columns, look it over, bring it in, go on with it."""

from rapport.doors.connect.imports.services.beginning import (
    ImportRefused,
    begin_import,
    discard,
    guesses_of,
    map_columns,
    read_as,
    samples_of,
)
from rapport.doors.connect.imports.services.bringing import (
    Overtaken,
    bring_in,
    continue_imports,
    empty_counts,
    match,
    start,
)
from rapport.doors.connect.imports.services.choosing import choose
from rapport.doors.connect.imports.services.clearing import clear_imports
from rapport.doors.connect.imports.services.correcting import may_put_right, put_right

__all__ = [
    "ImportRefused", "Overtaken", "begin_import", "bring_in", "choose", "clear_imports", "continue_imports", "discard",
    "empty_counts", "guesses_of", "map_columns", "match", "may_put_right", "put_right", "read_as",
    "samples_of", "start",
]  # fmt: skip
