"""Fixtures: the search engine and indexed releases."""

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from haystack import connections

from releases.models import Release
from releases.search import outbox, worker


@pytest.fixture
def unclosed_files(caplog):
    """Collect files that Whoosh left open within this test, whose mark ignores the warning."""
    yield
    for record in caplog.get_records("call"):
        record.exc_info = None  # its frames reference the files
    gc.collect()


@pytest.fixture
def engine(search_index, db):
    """Return the engine over a new index."""
    backend = connections["default"].get_backend()
    backend.rebuild()
    return backend


@pytest.fixture
def indexed(publish, engine) -> Callable[..., Release]:
    """Publish and index a release: `indexed(title=…, topics=[…])`."""

    def make(topics=(), **fields) -> Release:
        release = publish(**fields)
        release.topics.set(topics)
        outbox.enqueue([release.pk])
        worker.process_all()
        return release

    return make


@pytest.fixture
def take_index_away(search_index) -> Callable[[], None]:
    """Return a function that makes the index unreadable."""

    def take() -> None:
        if settings.SEARCH_URL:
            connections["default"].get_backend().generations.delete_all()
        else:
            shutil.rmtree(search_index)
            search_index.write_text("no folder")

    return take


@pytest.fixture
def accord(indexed) -> Release:
    """Return the accord, published and indexed."""
    text = Path("fixtures/harris-morales-accord.txt").read_text(encoding="utf-8")
    title, _, _, *body = text.split("\n", 4)
    return indexed(
        title=title,
        body=body[-1].strip(),
        contact="(916) 210-6000,",
        dateline="LOS ANGELES",
        date="2012-09-21",
    )
