"""Every run of the tests has a home of its own, and on request a PostgreSQL of its own; both are gone afterwards.

`RAPPORT_TEST_DATABASE=postgresql` asks for it. The settings are named here and not in pyproject.toml, because they
read the home as they are imported, and it must be the fresh one by then."""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN = Path(os.environ["RAPPORT_TEST_RUN"] if WORKER else tempfile.mkdtemp(prefix="rapport-tests-"))

os.environ["RAPPORT_TEST_RUN"] = str(RUN)
os.environ["RAPPORT_HOME"] = str(RUN / f"home-{WORKER or 'main'}")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
# Playwright keeps an event loop in this thread for the whole run; the tests still ask the database in plain calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
for name in ("RAPPORT_URL", "RAPPORT_HOST", "RAPPORT_PORT", "RAPPORT_WORKERS", "RAPPORT_SOURCE_URL"):
    os.environ.pop(name, None)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start what the run needs before pytest-django sets Django up."""
    if not WORKER:
        _choose_database(config)
    from django.conf import settings

    database = settings.DATABASES["default"]
    is_file = "sqlite3" in database["ENGINE"]  # a file, as in use: WAL, locks, several threads
    database.setdefault("TEST", {})["NAME"] = str(RUN / "home-test.sqlite3") if is_file else "test_rapport"
    _let_tests_empty_the_database()
    # Inherited by xdist's workers it would have them read the settings before they have a home of their own.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    Path(settings.STATIC_ROOT).mkdir(parents=True)  # Whitenoise warns of none
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def _let_tests_empty_the_database() -> None:
    """A test with transactions of its own ends by emptying every table, which no act records."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    empty = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        from rapport.foundation.kernel.ledger.services.guard import lifted

        with lifted():
            empty(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = unguarded  # type: ignore[method-assign]


def _choose_database(config: pytest.Config) -> None:
    wanted = os.environ.get("RAPPORT_TEST_DATABASE", "sqlite")
    if wanted not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"RAPPORT_TEST_DATABASE is sqlite or postgresql, not {wanted!r}")
    os.environ.pop("RAPPORT_DATABASE_URL", None)
    if wanted == "postgresql" and not config.option.collectonly:
        from tests import postgresql

        server = postgresql.start()
        config.add_cleanup(server.stop)
        os.environ["RAPPORT_DATABASE_URL"] = server.url  # xdist's workers inherit it


def pytest_unconfigure() -> None:
    """Remove the homes; the first process has them all."""
    if not WORKER:
        shutil.rmtree(RUN, ignore_errors=True)


BROWSERS = {"page", "context", "browser", "new_context"}
DATABASES = {"db", "transactional_db", "django_db_setup", "prepared_home"}


@pytest.hookimpl(tryfirst=True)  # xdist asks for the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, begin with what takes longest, and leave out what is about the other database.

    PostgreSQL's run leaves to SQLite's what asks no database at all."""
    for item in items:
        if BROWSERS & _fixtures(item):
            item.add_marker(pytest.mark.browser)
        if "goal" in _fixtures(item):
            item.add_marker(pytest.mark.goal)
        if "prepared_home" in _fixtures(item):
            item.add_marker(pytest.mark.long)  # it starts commands and servers of its own
        if item.get_closest_marker("long") and not item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(item.path.name))  # one worker serves what its file shares
    items.sort(key=_turn)
    config.hook.pytest_deselected(items=[item for item in items if not _is_for_this_database(item)])
    items[:] = [item for item in items if _is_for_this_database(item)]


def pytest_collection_finish() -> None:
    """What was loaded by now stays until the end: let the collector look at what the tests make alone, and seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _turn(item: pytest.Item) -> int:
    """What takes longest comes first, and before it what others would else wait for: a firm that is filled once."""
    if item.get_closest_marker("browser"):
        return 0 if item.get_closest_marker("first") else 2
    return 1 if item.get_closest_marker("long") else 3


def _is_for_this_database(item: pytest.Item) -> bool:
    if os.environ.get("RAPPORT_TEST_DATABASE") != "postgresql":
        return not item.get_closest_marker("postgresql")
    asks = {"django_db", "postgresql"} & {mark.name for mark in item.iter_markers()} or DATABASES & _fixtures(
        item
    )
    return bool(asks) and not item.get_closest_marker("sqlite")


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files: RAPPORT_TEST_DATA, else the one beside the checkout."""
    folder = Path(os.environ.get("RAPPORT_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the folder of real files is not here (RAPPORT_TEST_DATA names it)")
    return folder


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home with its tables and static files, made once and then copied."""
    from tests import serving
    from tests.once import once

    def prepare(place: Path) -> None:
        done = serving.run(place / "home", "_prepare")
        assert done.returncode == 0, done.stderr
        for name in ("secret.key", "first-run.code", "worker.lock"):
            (place / "home" / name).unlink(missing_ok=True)
        serving.tidy(place / "home")

    return once(tmp_path_factory, "prepared", prepare) / "home"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What django_db_modify_db_settings puts there is taken as it is."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> None:
    """Each worker's database begins as a copy of the prepared home's: to make its tables takes each some seconds."""
    from django.db import connection

    from tests import serving

    # Not as a parameter: who asks for a database starts no server.
    home = request.getfixturevalue("prepared_home")
    serving.copy_database(home, str(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A database as `rapport serve` leaves it before the first run: tables numbered, roles and departments shipped."""
    from rapport.foundation.accounts.services import ship
    from rapport.foundation.kernel.clock.rules import now

    with django_db_blocker.unblock():
        ship(now())


@pytest.fixture
def cast(db: None) -> Any:
    """The small standing cast: Dace administers, Ana sells, Tomas serves, Gita is a guest, Arvo audits."""
    from tests.cast import enter

    return enter()
