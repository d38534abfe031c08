"""How the house is set up (colleagues, teams, roles, rights, custom fields), read once and kept until it changes.

Every page needs it and it hardly ever changes: asking anew was a third of the queries of each page. A row that every
change of such a table gives a new word says whether what is kept still holds; one query a request asks for it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from rapport.foundation.kernel.actors.models import Department, Firm, Standing, Team, User

# None outside a request, where every use asks anew.
_word: ContextVar[str | None] = ContextVar("standing", default=None)


@contextmanager
def house_as_it_stands() -> Iterator[None]:
    """Take the house for the length of a request as it stands at its beginning; own changes are seen at once."""
    token = _word.set(_asked())
    try:
        yield
    finally:
        _word.reset(token)


def house_has_changed() -> None:
    """From here on the word is asked for at each use: this request has changed the house itself."""
    _word.set(None)


def _asked() -> str:
    return Standing.objects.values_list("word", flat=True).first() or ""


def while_the_house_stands[**P, R](read: Callable[P, R]) -> Callable[P, R]:
    """Keep what `read` answers for these arguments until the house changes.

    Only for what follows from tables with `is_house` alone, whatever the reader and the language. The answer is
    shared: it must not be changed. A transaction that is taken back leaves no trace: its word never comes again."""
    kept: dict[object, tuple[str, R]] = {}

    @functools.wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        word = _word.get()
        if word is None:
            word = _asked()
        key = (args, *sorted(kwargs.items()))
        if word and (found := kept.get(key)) is not None and found[0] == word:
            return found[1]
        value = read(*args, **kwargs)
        kept[key] = (word, value)
        return value

    return answer


@while_the_house_stands
def user_names() -> Mapping[int, str]:
    """Every user's name, those who left included, by name."""
    return MappingProxyType({user.pk: str(user) for user in User.objects.order_by("name", "pk")})


@while_the_house_stands
def active_users() -> frozenset[int]:
    """The users who may sign in."""
    return frozenset(User.objects.filter(is_active=True).values_list("pk", flat=True))


@while_the_house_stands
def team_names() -> Mapping[int, str]:
    """The firm's teams, by name."""
    return MappingProxyType(dict(Team.objects.order_by("name", "pk").values_list("pk", "name")))


@while_the_house_stands
def department_names() -> Mapping[int, str]:
    """The firm's departments, by name."""
    return MappingProxyType(dict(Department.objects.order_by("name", "pk").values_list("pk", "name")))


@while_the_house_stands
def department_keys() -> Mapping[int, str]:
    """What each department is called in code, such as `front-desk`."""
    return MappingProxyType(dict(Department.objects.values_list("pk", "key")))


@while_the_house_stands
def firm() -> Firm | None:
    """The firm; None before the first run. Not to be changed: a write reads its row anew."""
    return Firm.objects.first()
