"""Tests that need the cluster started by `make test-cluster`."""

from django.conf import settings

from tests.search.conftest import engine, indexed  # noqa: F401 - fixtures here, too

collect_ignore_glob = [] if settings.SEARCH_URL else ["test_*.py"]
