"""What holds for every template, style and script of the whole product."""

import re
import subprocess
import sys
from pathlib import Path

import lucide
import pytest
from django.template import engines

from rapport.foundation.ui import pattern_page, stylesheet

PRODUCT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(PRODUCT.glob("**/templates/**/*.html"))
PARTS = sorted((PRODUCT / "foundation/ui/templates/ui/parts").glob("*.html"))


def _icons_in_code() -> set[str]:
    code = "\n".join(path.read_text() for path in PRODUCT.glob("**/*.py") if "tests" not in path.parts)
    return set(re.findall(r"""\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']""", code))


def test_every_icon_that_is_named_exists() -> None:
    named = _icons_in_code() | {"check", "info"}
    for path in TEMPLATES:
        named |= set(re.findall(r'(?:{% icon |\bicon=)"([a-z0-9-]+)"', path.read_text()))
    missing = []
    for name in sorted(named):
        try:
            lucide._load_icon(name)
        except lucide.IconDoesNotExist:
            missing.append(name)
    assert not missing


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|hx-on|hx-boost", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_compiles_and_its_comments_end_on_their_line(path: Path) -> None:
    text = path.read_text()
    engines["django"].from_string(text)
    assert len(text.splitlines()) <= 80
    assert all(line.count("{#") == line.count("#}") for line in text.splitlines())


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_a_part_begins_by_naming_its_inputs(path: Path) -> None:
    head = path.read_text().split("#}\n{%")[0]
    assert head.startswith("{# ")
    assert "nputs" in head


def test_templates_are_formatted() -> None:
    djade = Path(sys.executable).with_name("djade")
    ours = [str(path) for path in TEMPLATES if "foundation/ui" in str(path)]
    result = subprocess.run(
        [djade, "--check", "--target-version", "6.1", *ours], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_the_stylesheet_joins_every_part_in_layers() -> None:
    parts = {path.stem for path in (stylesheet.SOURCES / "css").glob("*.css")}
    assert parts == set(stylesheet.STYLES)
    joined = stylesheet.joined_styles()
    assert joined.startswith("@layer reset, tokens, base, shell, parts, screens, modes;\n")
    assert joined.count("{") == joined.count("}")
    assert len(joined) < 64_000
    assert not re.search(
        r"url\(|@import|[^-\w](?:left|right):|(?:margin|padding|border)-(?:left|right)", joined
    )


def test_raw_colours_stand_among_the_tokens_alone() -> None:
    for path in (stylesheet.SOURCES / "css").glob("*.css"):
        if path.stem not in {"tokens", "saying", "capture"}:  # hues of portraits, the veil behind an overlay
            assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|hsl\(", path.read_text()), path.name


def test_every_style_and_script_stays_small() -> None:
    assert {path.stem for path in (stylesheet.SOURCES / "js").glob("*.js")} == set(stylesheet.SCRIPTS)
    for path in stylesheet.SOURCES.rglob("*.*"):
        if path.suffix in {".css", ".js"}:
            assert len(path.read_text().splitlines()) <= (300 if path.suffix == ".css" else 80), path.name
    assert len(stylesheet.joined_scripts()) < 30_000


def test_the_pattern_page_shows_every_part() -> None:
    shown = "".join(path.read_text() for path in TEMPLATES if "patterns" in path.parts)
    frame = "".join(
        path.read_text() for path in TEMPLATES if path.name in {"base.html", "bare.html", "pattern.html"}
    )
    for path in PARTS:
        used = f"ui/parts/{path.name}" in shown + frame or any(
            f"ui/parts/{path.name}" in other.read_text() for other in PARTS
        )
        tag = f"{{% {path.stem} " in shown
        assert used or tag or path.stem in {"toast_swapped"}, path.name
    assert pattern_page.examples()["form"].errors
