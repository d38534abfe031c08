"""The tree as the architecture sees it: apps in their order, their rooms, and their files."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rapport"

# From the ground up; apps of one line know nothing of each other. "*" stands for every app of a folder.
ORDER = (
    ("foundation/kernel/clock",),
    ("foundation/kernel/checks",),
    ("foundation/kernel/money",),
    ("foundation/kernel/actors",),
    ("foundation/kernel/access",),
    ("foundation/kernel/ledger",),
    ("foundation/kernel/fields",),
    ("foundation/kernel/records",),
    ("foundation/kernel/search",),
    ("foundation/kernel/jobs",),
    ("foundation/kernel/mail",),
    ("foundation/ui",),
    ("foundation/accounts",),
    ("customers/people",),
    ("customers/timeline",),
    ("customers/capture",),
    ("work/orders",),
    ("work/sales", "work/service"),
    ("work/marketing",),
    ("steering/insight",),
    ("steering/strategy", "steering/adoption"),
    ("doors/portal", "doors/connect/*", "doors/operations/*"),
)
# Folders that hold apps, and no code of their own.
FOLDERS = (
    "foundation",
    "foundation/kernel",
    "customers",
    "work",
    "steering",
    "doors",
    "doors/connect",
    "doors/operations",
)

ROOMS = frozenset(
    {"rules", "models", "queries", "services", "reactions", "panels", "manifest", "forms", "views", "urls"}
)
OTHER_MODULES = frozenset({"apps", "middleware", "adapter", "shell", "__init__"})
# The drawing of pages is no domain: ui names its machinery as it is.
UI_MODULES = frozenset(
    {
        "stylesheet",
        "pattern_page",
        "words",
        "record_urls",
        "telling",
        "keys",
        "care",
        "requests",
        "commands",
        "reading",
    }
)
OTHER_FOLDERS = frozenset(
    {"templates", "static", "migrations", "tests", "management", "templatetags", "locale"}
)


@dataclass(frozen=True, slots=True)
class App:
    """One app: where it is, and how high it stands."""

    path: str
    level: int

    @property
    def label(self) -> str:
        """Its name in URLs, template paths and foreign keys."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> Path:
        """Where its rooms are."""
        return PACKAGE / self.path

    def may_name(self, other: "App") -> bool:
        """Itself, and whatever stands lower."""
        return self == other or other.level < self.level


@functools.cache
def apps() -> tuple[App, ...]:
    """The apps that are there today."""
    return tuple(
        App(str(folder.relative_to(PACKAGE)), level)
        for level, line in enumerate(ORDER)
        for pattern in line
        for folder in sorted(PACKAGE.glob(pattern))
        if folder.is_dir() and folder.name != "__pycache__" and any(folder.glob("*.py"))
    )


@functools.cache
def app_of(path: Path) -> App | None:
    """The app that a file belongs to."""
    return next((app for app in apps() if path.is_relative_to(app.folder)), None)


@functools.cache
def room_of(path: Path) -> str:
    """The room of its app that a file belongs to: `services` for services.py and for services/people.py."""
    app = app_of(path)
    return path.relative_to(app.folder).parts[0].removesuffix(".py") if app else ""


def sources(suffix: str = ".py", *, below: Path = PACKAGE) -> Iterator[Path]:
    """The files of a kind, ours alone: no migrations, which are generated."""
    for path in sorted(below.rglob(f"*{suffix}")):
        if "migrations" not in path.parts and "__pycache__" not in path.parts:
            yield path


def product() -> Iterator[tuple[Path, App]]:
    """The Python files of the apps, without their tests."""
    for path in sources():
        app = app_of(path)
        if app and room_of(path) != "tests":
            yield path, app


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """What a file says, names and does: what the rules ask of it."""
    kept = (ast.Call, ast.Constant, ast.Import, ast.ImportFrom, ast.FunctionDef)
    return tuple(
        node for node in ast.walk(ast.parse(path.read_text(), filename=str(path))) if isinstance(node, kept)
    )


def name_of(path: Path) -> str:
    """A file as the exemptions name it."""
    return str(path.relative_to(ROOT))


def length_of(path: Path) -> int:
    """Its lines."""
    return len(path.read_text().splitlines())


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a file, with the last part of what is called."""
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield node, name


def texts(path: Path) -> Iterator[tuple[str, int]]:
    """Every text constant of a file, with its line."""
    for node in nodes_of(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file names in an import, as `package.module` or `package.module.name`."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
