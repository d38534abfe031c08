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


def hand_down() -> bool:
    """Have the processes that this one begins get what is loaded here; whether they do.

    Linux alone bears a fork, and from Python 3.14 on only if asked (https://docs.python.org/3/library/multiprocessing.html,
    "Contexts and start methods")."""
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
    return multiprocessing.get_start_method() == "fork"
