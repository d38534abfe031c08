"""`field__among`: one of very many values, given as a single parameter.

Django's `in` prepares, checks and binds each value by itself, which costs more than the question when there are
thousands, and a database takes only so many parameters."""

import json
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """True for rows whose column is one of these whole numbers or texts; give a set, or a list."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """An array on PostgreSQL; elsewhere JSON that the database takes apart itself."""
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", (*params, list(self.rhs))
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(list(self.rhs)))  # noqa: S608
