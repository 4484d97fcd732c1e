"""Modules import only from lower rows, and never in a circle."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("pressroom", "releases")

# From top to bottom. Packages in one row do not import each other.
ROWS = [
    {"pressroom"},
    {"releases.apps"},
    {"releases.admin", "releases.management", "releases.templatetags", "releases.checks"},
    {"releases.web"},
    {"releases.importing", "releases.archive", "releases.alerts"},
    {"releases.publishing"},
    {"releases.search", "releases.media", "releases.integrity", "releases.mail"},
    {"releases.output"},
    {"releases.models"},
    {"releases.parsing"},
    {"releases.content"},
    {"pressroom.infra"},
]
# Haystack looks for the index definition here; it belongs to search.
SAME_ROOM = {"releases.search_indexes": "releases.search"}
ROOF = {"pressroom.settings", "pressroom.urls", "pressroom.wsgi"}
DOTTED = re.compile(r"(?:pressroom|releases)(?:\.\w+)+")
MODEL = re.compile(r"releases\.[A-Z]\w+")
PERMISSION = re.compile(r"releases\.\w+_\w+")


def room(module: str) -> str:
    """Return the package of a module: releases.parsing.parser -> releases.parsing"""
    if module in ROOF:
        return "pressroom"
    name = ".".join(module.split(".")[:2])
    return SAME_ROOM.get(name, name)


def row(module: str) -> int:
    for number, rooms in enumerate(ROWS):
        if room(module) in rooms:
            return number
    raise LookupError(f"{module} has no row: give it one in ROWS and in docs/architecture.md")


def own_modules() -> dict[str, Path]:
    found = {}
    for path in sorted(file for package in PACKAGES for file in (PROJECT / package).rglob("*.py")):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        if "migrations" not in parts:
            found[".".join(part for part in parts if part != "__init__")] = path
    return {name: path for name, path in found.items() if name not in PACKAGES}


MODULES = own_modules()


def module_of(dotted: str) -> str:
    """Return the module of a dotted name: releases.models.Release -> releases.models"""
    while dotted and dotted not in MODULES:
        dotted = dotted.rpartition(".")[0]
    return dotted


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, also under `if TYPE_CHECKING`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from (
                module_of(f"{node.module}.{alias.name}") or node.module or ""
                for alias in node.names
            )


def imports_by_name(path: Path) -> Iterator[str]:
    """Yield the modules named in strings, as in settings, `import_string` and `get_model`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if MODEL.fullmatch(node.value) or PERMISSION.fullmatch(node.value):
            yield "releases.models"
        elif DOTTED.fullmatch(node.value) and module_of(node.value):
            yield module_of(node.value)


def own_imports(path: Path) -> set[str]:
    named = {*imports(path), *imports_by_name(path)}
    return {name for name in named if name in MODULES}


def faults(modules: dict[str, Path]) -> Iterator[str]:
    for module, path in modules.items():
        for imported in sorted(own_imports(path)):
            if room(imported) != room(module) and row(imported) <= row(module):
                yield f"{module} imports {imported}, which is not below it"


def circles(imported_by: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other."""
    reached = {module: reach(module, imported_by) for module in imported_by}
    found = {
        tuple(sorted(other for other in reached[module] if module in reached.get(other, ())))
        for module in imported_by
        if module in reached[module]
    }
    return [list(circle) for circle in sorted(found)]


def reach(start: str, imported_by: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    coming = [start]
    while coming:
        new = imported_by.get(coming.pop(), set()) - reached
        reached |= new
        coming.extend(new)
    return reached


def test_every_module_imports_only_from_rows_below():
    assert list(faults(MODULES)) == []


def test_every_module_has_a_row():
    assert all(row(module) >= 0 for module in MODULES)


def test_no_modules_import_each_other_in_a_circle():
    below_the_roof = {name: path for name, path in MODULES.items() if name not in ROOF}

    assert (
        circles({name: own_imports(path) - {name} for name, path in below_the_roof.items()}) == []
    )


def test_a_circle_is_named():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c"]]


@pytest.mark.parametrize(
    "line",
    [
        "from releases.web.views import errors",
        "from releases.web.views.errors import not_found",
        "if TYPE_CHECKING:\n    from releases.web.views import errors",
        'import_string("releases.web.views.errors.not_found")',
    ],
)
def test_a_layer_fault_is_named_at_both_ends(tmp_path, line):
    upward = tmp_path / "models.py"
    upward.write_text(line)

    assert list(faults({"releases.models": upward})) == [
        "releases.models imports releases.web.views.errors, which is not below it"
    ]


@pytest.mark.parametrize("name", ["releases.Topic", "releases.approve_release"])
def test_models_and_permissions_named_in_the_floor_are_faults(tmp_path, name):
    floor = tmp_path / "floor.py"
    floor.write_text(f'get("{name}")')

    assert list(faults({"pressroom.infra.logs": floor})) == [
        "pressroom.infra.logs imports releases.models, which is not below it"
    ]


def test_the_floor_names_no_path_and_no_release():
    for module, path in MODULES.items():
        if room(module) == "pressroom.infra":
            assert not list(site_words(path.read_text(encoding="utf-8"))), module


@pytest.mark.parametrize("literal", ['"/admin/"', '"/api/v1/"', 'rf"(/preview/+)"', '"release_at"'])
def test_a_path_or_a_release_named_in_the_floor_is_a_fault(literal):
    assert list(site_words(f"see({literal})"))


def site_words(text: str) -> Iterator[str]:
    """Yield the strings that name the first segment of a route, an error page or a release."""
    segments = {route.split("/")[0] for route in routes(get_resolver())} - {""}
    site = re.compile(
        rf"(?<!\w)/({'|'.join(map(re.escape, sorted(segments)))})/|[0-9]{{3}}\.html|release"
    )
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and site.search(str(node.value)):
            yield str(node.value)


def routes(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from (route + below for below in routes(entry))
        else:
            yield route


def test_a_module_without_a_row_is_an_error():
    with pytest.raises(LookupError, match=r"releases\.helpers has no row"):
        row("releases.helpers")


def test_parsing_and_content_are_pure():
    impure = ("django", "os", "pathlib", "time", "socket", "psycopg2", "haystack", "whoosh")
    for module, path in MODULES.items():
        if room(module) in {"releases.parsing", "releases.content"}:
            assert not [name for name in imports(path) if name.split(".")[0] in impure], module


def test_only_one_module_calls_html_safe():
    callers = [
        module
        for module, path in MODULES.items()
        if re.search("mark_safe|SafeString", path.read_text(encoding="utf-8"))
    ]
    templates = [
        path.name
        for path in (PROJECT / "templates").rglob("*.html")
        if "|safe" in path.read_text(encoding="utf-8")
    ]

    assert callers == ["releases.templatetags.release_text"]
    assert templates == []


def test_sizes_stay_readable():
    for path in [*(PROJECT / "releases").rglob("*.py"), *(PROJECT / "pressroom").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if "migrations" not in path.parts:
            assert text.count("\n") <= 400, f"{path} is over 400 lines"
            assert not list(long_functions(text)), path
    for path in (PROJECT / "templates").rglob("*.html"):
        assert path.read_text(encoding="utf-8").count("\n") <= 80, f"{path} is over 80 lines"


def long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
            yield node.name
