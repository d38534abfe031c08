"""What import-linter cannot see: sizes, rooms, names of upper apps in text, and who writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.exemptions import EXEMPTIONS, MAY_MARK_SAFE
from tests.architecture.tree import (
    FOLDERS,
    ORDER,
    OTHER_FOLDERS,
    OTHER_MODULES,
    PACKAGE,
    ROOMS,
    ROOT,
    UI_MODULES,
    App,
    app_of,
    apps,
    calls,
    imports,
    length_of,
    name_of,
    nodes_of,
    product,
    room_of,
    sources,
    texts,
)

type Found = Iterator[tuple[Path, str]]

CEILINGS = {".py": 400, ".html": 80, ".css": 300, ".js": 80}
LONGEST_FUNCTION = 50
RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})
WRITES = frozenset({"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
WRITES_OF_A_QUERY = frozenset({"create", "update", "delete"})
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.urls",
    "django.contrib.messages",
    "django.views",
    "django_htmx",
)
# What of Django is as pure as the standard library: texts, and the refusal of a value.
FOR_RULES = ("django.utils.", "django.core.exceptions.")
BELOW_VIEWS = frozenset({"services", "queries", "models", "rules"})


def broken(rule: str, found: Found) -> list[str]:
    """What breaks the rule and has no exemption."""
    return sorted(
        f"{name_of(path)}: {what}" for path, what in found if (rule, name_of(path)) not in EXEMPTIONS
    )


def too_long_files() -> Found:
    for suffix, ceiling in CEILINGS.items():
        for below in (PACKAGE, ROOT / "tests") if suffix == ".py" else (PACKAGE,):
            for path in sources(suffix, below=below):
                if (lines := length_of(path)) > ceiling:
                    yield path, f"{lines} lines, at most {ceiling}"


def too_long_functions() -> Found:
    for path in sources():
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield path, f"{node.name} has {lines} lines, at most {LONGEST_FUNCTION}"


def unknown_rooms() -> Found:
    for app in apps():
        for path in app.folder.iterdir():
            known = ROOMS | (OTHER_FOLDERS if path.is_dir() else OTHER_MODULES)
            known |= UI_MODULES if app.label == "ui" else frozenset()
            if path.name in {"README.md", "__pycache__"} or (path.is_dir() and not any(path.iterdir())):
                continue
            if path.name.removesuffix(".py") not in known:
                yield path, "is no room of an app"


def code_in_folders() -> Found:
    for folder in FOLDERS:
        for path in (PACKAGE / folder).glob("*.py"):
            if path.name != "__init__.py" or path.read_text().strip():
                yield path, "a folder of apps holds no code"


def relations_upwards() -> Found:
    for path, app in product():
        for call, name in calls(path):
            if name in RELATIONS and (target := _target(call)):
                label = target.rpartition(".")[0]
                if label and (upper := _upper(app, label)):
                    yield path, f"line {call.lineno}: {target} is of {upper.path}, which stands higher"


def _target(call: ast.Call) -> str:
    named = [word.value for word in call.keywords if word.arg == "to"]
    match [*call.args[:1], *named]:
        case [ast.Constant(value=str(target)), *_]:
            return target
    return ""


def _upper(app: App, label: str) -> App | None:
    return next((other for other in apps() if other.label == label and not app.may_name(other)), None)


def names_upwards() -> Found:
    """URL names (`people:person`) and template paths (`people/person.html`) of upper apps, in code and templates."""
    for path, app in product():
        for text, line in texts(path):
            found = re.fullmatch(r"(\w+)(?::[\w:-]+|/[\w./-]+\.html(?:#[\w-]+)?)", text)
            if found and (upper := _upper(app, found[1])):
                yield path, f"line {line}: {text} is of {upper.path}, which stands higher"
    for path in sources(".html"):
        app_here = app_of(path)
        for name in re.findall(r"""{%\s*(?:url|include|extends)\s+["'](\w+)[:/]""", path.read_text()):
            if app_here and (upper := _upper(app_here, name)):
                yield path, f"{name} is of {upper.path}, which stands higher"


def writes_outside_services() -> Found:
    for path, app in product():
        if room_of(path) == "services" or app.label == "ledger":
            continue
        for call, name in calls(path):
            if isinstance(call.func, ast.Attribute) and _is_write(call.func, name):
                yield path, f"line {call.lineno}: {ast.unparse(call.func)}() writes; only services may"


def _is_write(called: ast.Attribute, name: str) -> bool:
    on = ast.unparse(called.value)
    if name in WRITES:
        return not on.startswith(("super()", "storage", "default_storage", "file"))
    return name in WRITES_OF_A_QUERY and bool(re.search(r"\.objects\b|\.filter\(|\.exclude\(", on))


def marked_safe() -> Found:
    for path in sources():
        if name_of(path) not in MAY_MARK_SAFE and room_of(path) != "tests":
            for name, line in imports(path):
                if name.endswith((".mark_safe", ".SafeString", ".SafeText")):
                    yield path, f"line {line}: {name}"
    for path in sources(".html"):
        if re.search(r"\|\s*safe(?:seq)?\b|autoescape\s+off", path.read_text()):
            yield path, "turns escaping off"


def web_below_views() -> Found:
    for path, _ in product():
        room = room_of(path)
        for name, line in imports(path):
            if room in BELOW_VIEWS and name.startswith(HTTP):
                yield path, f"line {line}: {name} belongs to views"
            if room == "rules" and name.startswith("django.") and not name.startswith(FOR_RULES):
                yield path, f"line {line}: {name}; rules know no Django"


def signals_and_overridden_saves() -> Found:
    for path, _ in product():
        for name, line in imports(path):
            if name.startswith(("django.db.models.signals", "django.dispatch")):
                yield path, f"line {line}: {name}; what happens next is in reactions.py"


RULES = {
    "files keep to their ceiling": too_long_files,
    "functions keep to their ceiling": too_long_functions,
    "apps have only the known rooms": unknown_rooms,
    "folders of apps hold no code": code_in_folders,
    "no foreign key leads upwards": relations_upwards,
    "no URL or template is named upwards": names_upwards,
    "only services write": writes_outside_services,
    "only listed modules mark text safe": marked_safe,
    "nothing below views knows the web": web_below_views,
    "there are no signals": signals_and_overridden_saves,
}


# One worker reads every file once for all of them.
@pytest.mark.xdist_group("architecture")
@pytest.mark.parametrize("rule", RULES)
def test_it_holds_that(rule: str) -> None:
    found = list(RULES[rule]())

    assert broken(rule, iter(found)) == []
    needed = {name_of(path) for path, _ in found}
    assert [name for kept, name in EXEMPTIONS if kept == rule and name not in needed] == []


def test_it_holds_that_every_exemption_has_its_reason() -> None:
    assert {rule for rule, _ in EXEMPTIONS} <= RULES.keys()
    assert [name for name in MAY_MARK_SAFE if not (ROOT / name).exists()] == []
    assert all(len(reason) > 10 for reason in [*EXEMPTIONS.values(), *MAY_MARK_SAFE.values()])


def test_it_holds_that_every_app_says_what_it_is() -> None:
    assert [app.path for app in apps() if not (app.folder / "README.md").exists()] == []


def test_it_knows_every_app_there_is() -> None:
    known = {app.folder for app in apps()}
    found = {path.parent for path in PACKAGE.rglob("apps.py")}

    assert found - known == set()
    assert len(known) <= sum(len(line) for line in ORDER) + 20


def test_it_holds_that_no_machine_or_registry_is_named() -> None:
    """A path of one machine, or the address of a package index, works nowhere else."""
    names = re.compile(r"(?<![\w.])/(?:work|root|home)/\w|(?<!emit-)index-url|find-links /|pypi\.org/simple")
    texts_of = [path for suffix in (".txt", ".toml", ".md", ".cfg") for path in _tracked(suffix)]

    assert [name_of(path) for path in texts_of if names.search(path.read_text())] == []


def _tracked(suffix: str) -> Iterator[Path]:
    for folder in (ROOT, ROOT / "requirements", ROOT / "docs", ROOT / "rapport"):
        yield from (folder.glob(f"*{suffix}") if folder == ROOT else folder.rglob(f"*{suffix}"))
