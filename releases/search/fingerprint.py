"""Fingerprint of the code that built an index."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from unicodedata import unidata_version

import whoosh

PROJECT = Path(__file__).resolve().parents[2]
# Every file that an entry's content or storage format depends on.
SOURCES = (
    "releases/search_indexes.py",
    "releases/search/analysis/analyzer.py",
    "releases/search/analysis/entry_terms.py",
    "releases/search/analysis/quotations.py",
    "releases/search/analysis/stemming.py",
    "releases/content/bare_links.py",
    "releases/content/markup.py",
    "releases/parsing/alternatives.py",
    "templates/search/indexes/releases/release_text.txt",
)
ENGINE_SOURCES = {
    "whoosh": (
        "releases/search/embedded/blocks.py",
        "releases/search/embedded/codec.py",
        "releases/search/embedded/entries.py",
        "releases/search/embedded/fields.py",
        "releases/search/embedded/pool.py",
        "releases/search/embedded/prose_postings.py",
    ),
    "opensearch": (
        "releases/search/opensearch/entries.py",
        "releases/search/scoring.py",  # the cluster stores its parameters with an index
        "releases/content/cursors.py",
    ),
}


@cache
def fingerprint(engine: str) -> str:
    """Return 16 hexadecimal digits that change with an engine's code, Whoosh or Unicode (which
    tells letters from marks)."""
    # Hashes the source because somebody would forget to raise a version number. The price: a
    # changed comment rebuilds the index once.
    digest = hashlib.sha256(repr((whoosh.__version__, unidata_version)).encode())
    for source in (*SOURCES, *ENGINE_SOURCES[engine]):
        digest.update(hashlib.sha256((PROJECT / source).read_bytes()).digest())
    return digest.hexdigest()[:16]
