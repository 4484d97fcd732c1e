"""Fixtures for tests of the public site."""

import pytest
from django.db import connection

from releases.web.response_cache.changes import DELETED_EVERY


@pytest.fixture
def new_log(transactional_db):
    """Begin the log of public changes after a row that would be of every page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name, (nextval(name) / %(every)s + 1) * %(every)s)"
            " FROM (SELECT 'releases_publicchange_id_seq'::regclass AS name) AS sequence",
            {"every": DELETED_EVERY},
        )
