"""A server that has imported the application can answer the first request at once."""

import os
import subprocess
import sys
from pathlib import Path

from tests.programs import SECRET_KEY

PROJECT = Path(__file__).resolve().parent.parent
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"


LOADED = """
import sys, pressroom.wsgi
from django.template import engines
print({"releases.web.views.search", "releases.search.embedded.backend"} <= {*sys.modules})
compiled = engines["django"].engine.template_loaders[0].get_template_cache
print({"releases/page.html", "search/search.html"} <= {*compiled})
"""


def test_views_templates_and_search_engine_are_loaded_at_the_start_without_a_database(tmp_path):
    own = {"VAR_DIR": str(tmp_path), "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NOWHERE}
    (tmp_path / "static").mkdir()

    started = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **own},
        capture_output=True,
        text=True,
    )

    assert (started.stdout, started.stderr) == ("True\nTrue\n", "")
