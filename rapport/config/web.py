"""The application as granian loads it in each of its workers."""

import contextlib
import importlib
import os
import time

from django.conf import settings

from rapport.config import loading, lock, sqlite
from rapport.config.conformance import conformant
from rapport.config.lifeline import die_with_parent

die_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
# While another process may still put this version in the place of another; what needs the home comes after.
loading.load_pages()
while lock.is_held(settings.HOME / lock.PREPARING):
    time.sleep(0.02)
sqlite.must_exist = True
if not settings.READ_ONLY:
    _watching: list[object] = []

    def _is_mine() -> bool:
        """Of several workers of the web server one tells: whoever holds the lock, or gets it when that one is gone."""
        if not _watching:
            with contextlib.suppress(lock.HeldError):
                _watching.append(lock.hold(settings.HOME / "watch.lock"))
        return bool(_watching)

    importlib.import_module("rapport.doors.operations.health.services").watch(_is_mine)
application = conformant(importlib.import_module("rapport.config.wsgi").application)
