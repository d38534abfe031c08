"""The one stylesheet and the one script that a page loads."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from rapport.foundation.ui import stylesheet

HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def test_collecting_gives_each_joined_file_its_hash(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path / "static", STORAGES=HASHED):
        call_command("collectstatic", interactive=False, verbosity=0)
        assert staticfiles_storage.url("ui/rapport.css") != "/static/ui/rapport.css"
        collected = tmp_path / "static" / "ui" / "rapport.css"
        assert collected.read_text() == stylesheet.joined_styles()
        assert collected.with_name("rapport.css.gz").stat().st_size < 13_000
        assert (tmp_path / "static/ui/rapport.js").read_text() == stylesheet.joined_scripts()


def test_the_joined_file_is_found_and_written_anew_when_a_part_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(STATIC_ROOT=tmp_path / "static"):
        found = Path(str(find("ui/rapport.css")))
        assert found.read_text() == stylesheet.joined_styles()
        monkeypatch.setitem(stylesheet.JOINED, "ui/rapport.css", lambda: "changed")
        assert Path(str(find("ui/rapport.css"))).read_text() == "changed"
