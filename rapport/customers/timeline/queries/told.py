"""By which words what was said, promised and noted is found; a private one by its writer alone."""

from collections.abc import Callable, Mapping, Sequence

from rapport.customers.timeline.models import Interaction, Note, Promise
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.records.rules import Known

TITLE = 120


def told(model: type[Interaction | Note | Promise]) -> Callable[[Sequence[int]], Mapping[int, Known]]:
    """What answers this of many records of the model."""
    has_secrets = any(field.name == "is_private" for field in model._meta.concrete_fields)
    columns = ("pk", "words", "owner_id", *(["is_private"] if has_secrets else []))

    ask = KeptQuery(lambda keys: model._base_manager.filter(pk__among=keys).values_list(*columns))

    def answer(keys: Sequence[int]) -> Mapping[int, Known]:
        return {
            key: Known(words[:TITLE], words=[words], only_for=owner if any(private) else None)
            for key, words, owner, *private in ask(keys)
        }

    return answer
