"""The house keeps its layers: a module imports only from rows below its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# From the top down. Siblings in a row do not import each other.
ROWS = [
    {"urls", "apps"},
    {"views", "api", "feeds", "sitemaps", "admin", "templatetags", "management", "checks"},
    {"forms", "caching", "converters", "front", "uploads", "held_files", "languages"},
    {"importing"},
    {
        "publishing",
        "drafting",
        "attaching",
        "quotas",
        "sweeping",
        "copying",
        "archive",
        "keeping",
        "unclean",
    },
    {
        "search",
        "search_indexes",
        "citations",
        "quoting",
        "related",
        "renditions",
        "files",
        "probing",
    },
    {"editions"},
    {"models"},
    {"querysets"},
    {"text"},
]
# Haystack dictates where the index definition stands; it belongs to search.
SAME_ROOM = {"search_indexes": "search"}
OUTSIDE_THE_ROWS = {"migrations"}


def room(module: str) -> str:
    """releases.parsing.parser -> text"""
    name = module.split(".")[1]
    return SAME_ROOM.get(name, name)


def row(module: str) -> int:
    for number, rooms in enumerate(ROWS):
        if room(module) in rooms:
            return number
    raise LookupError(f"{module} has no row: give it one in ROWS and in docs")


def own_modules() -> dict[str, Path]:
    found = {}
    for path in sorted((PROJECT / "releases").rglob("*.py")):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name != "releases" and room(name) not in OUTSIDE_THE_ROWS:
            found[name] = path
    return found


def running_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All but what stands under `if TYPE_CHECKING`, which never runs."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from running_nodes(node)


def imports(path: Path) -> Iterator[str]:
    for node in running_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            if node.module == "releases":
                yield from (f"releases.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def faults(modules: dict[str, Path]) -> Iterator[str]:
    for module, path in modules.items():
        for imported in imports(path):
            inside = imported.startswith("releases.") and room(imported) != room(module)
            if inside and row(imported) <= row(module):
                yield f"{module} imports {imported}, which is not below it"


def test_every_module_imports_only_from_rows_below():
    assert list(faults(own_modules())) == []


def test_every_module_has_a_row():
    assert all(row(module) >= 0 for module in own_modules())


def test_a_layer_fault_is_named_at_both_ends(tmp_path):
    upward = tmp_path / "models.py"
    upward.write_text("from releases.web.views import release\n")

    assert list(faults({"releases.models": upward})) == [
        "releases.models imports releases.web.views, which is not below it"
    ]


def test_a_module_without_a_row_is_an_error():
    with pytest.raises(LookupError, match=r"releases\.helpers has no row"):
        row("releases.helpers")


def test_text_is_pure():
    impure = ("django", "os", "pathlib", "time", "socket", "psycopg2", "haystack", "whoosh")
    for module, path in own_modules().items():
        if room(module) == "text":
            assert not [name for name in imports(path) if name.split(".")[0] in impure], module


def test_only_one_module_calls_html_safe():
    callers = [
        module
        for module, path in own_modules().items()
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
