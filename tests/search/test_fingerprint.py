"""The fingerprint covers all code that an entry depends on."""

import ast

import pytest

from releases.search import scoring
from releases.search.fingerprint import ENGINE_SOURCES, PROJECT, SOURCES, fingerprint

# These define what is read of a release, not how it is indexed.
ROWS = ("releases/models", "releases/models/querysets.py")


def imported(source):
    """Yield the paths of the project's modules that a module imports."""
    for node in ast.walk(ast.parse((PROJECT / source).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                path = f"{name.replace('.', '/')}.py"
                if (PROJECT / path).is_file():
                    yield path


@pytest.mark.parametrize("engine", ENGINE_SOURCES)
def test_fingerprint_covers_the_imports_of_its_sources(engine):
    covered = {*SOURCES, *ENGINE_SOURCES[engine]}
    needed = {path for source in covered if source.endswith(".py") for path in imported(source)}
    assert {path for path in needed if not path.startswith(ROWS)} <= covered


def test_changed_scoring_changes_the_clusters_fingerprint(monkeypatch, tmp_path):
    for source in (*SOURCES, *ENGINE_SOURCES["opensearch"]):
        copy = tmp_path / source
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((PROJECT / source).read_bytes())
    before = fingerprint.__wrapped__("opensearch")
    monkeypatch.setattr("releases.search.fingerprint.PROJECT", tmp_path)
    assert fingerprint.__wrapped__("opensearch") == before

    changed = tmp_path / "releases/search/scoring.py"
    changed.write_text(changed.read_text().replace(str(scoring.SATURATION), "1.3"))

    assert fingerprint.__wrapped__("opensearch") != before
