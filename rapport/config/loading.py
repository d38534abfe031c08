"""Loads Django and the apps, once for as many processes as come from this one."""

import gc
import importlib
import multiprocessing
import sys


def load() -> None:
    """Have all settings and models in memory. None of it goes again, so the collector is not to look at it: not while
    it comes, and not later."""
    import django

    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()


def load_pages() -> None:
    """The same with all that draws pages, and nothing that needs the home."""
    from django.conf import settings

    load()
    importlib.import_module(settings.ROOT_URLCONF)
    gc.freeze()


def is_handed_down() -> bool:
    """Whether a process that is begun by this one has all that was loaded here.

    Elsewhere than on Linux the system's libraries do not bear it (https://docs.python.org/3/library/multiprocessing.html)."""
    if sys.platform == "linux":  # Python 3.14 would begin them from one that has loaded nothing
        multiprocessing.set_start_method("fork", force=True)
    return multiprocessing.get_start_method() == "fork"
