"""Fixtures for tests of the response cache."""

import pytest

from pressroom.infra.cache.file_store import FileStore
from releases.web.response_cache import shared
from releases.web.response_cache.store import responses


@pytest.fixture(autouse=True)
def shared_file(monkeypatch, tmp_path):
    """The file that processes share; the process's own cache is empty, too."""
    file = FileStore(tmp_path / "responses.cache", 10_000_000)
    monkeypatch.setattr(shared, "file", file)
    responses.clear()
    yield file
    file.close()
