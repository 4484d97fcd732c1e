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
compiled = engines["templates"].engine.template_loaders[0].get_template_cache
print({"releases/page.html", "search/search.html"} <= {*compiled})
"""
# Loaded by the processes of the sandbox, or by those that import files, make a rare kind of file or
# send mail; by Haystack's queries, which the site does not use; or without DATABASE_URL.
UNLOADED = """
import sys, pressroom.wsgi
rare = {"PIL", "boto3", "docx", "ftfy", "icalendar", "imaplib", "lxml", "opensearchpy", "pypdf"}
rare |= {"redis", "releases.importing", "segno", "smtplib", "sqlite3", "typst", "warcio"}
rare |= {"haystack.backends.whoosh_backend", "whoosh.qparser", "whoosh.query", "whoosh.searching"}
rare |= {"pressroom.infra.db.embedded"}
print(rare & {*sys.modules})
from django.template import engines
compiled = engines["templates"].engine.template_loaders[0].get_template_cache
print([name for name in compiled if "/mail/" in name or "import" in name])
"""
# What a request leaves may be old: collected only when the second collection is full.
COLLECTED = """
import gc, weakref, pressroom.wsgi
class Release: pass
left = Release()
left.version = left
kept = weakref.ref(left)
gc.collect(1)
del left
young, middle, _ = gc.get_threshold()
objects = [[] for _ in range(3 * young * middle * 2)]
print(kept() is None)
"""


def run(program, folder):
    """Return what the program prints, without a database."""
    own = {"VAR_DIR": str(folder), "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NOWHERE}
    (folder / "static").mkdir()
    started = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **own},
        capture_output=True,
        text=True,
    )
    return started.stdout, started.stderr


def test_views_templates_and_search_engine_are_loaded_at_the_start_without_a_database(tmp_path):
    assert run(LOADED, tmp_path) == ("True\nTrue\n", "")


def test_what_requests_leave_is_collected_soon_after_the_start(tmp_path):
    assert run(COLLECTED, tmp_path) == ("True\n", "")


def test_what_few_processes_need_is_not_loaded(tmp_path):
    assert run(UNLOADED, tmp_path) == ("set()\n[]\n", "")
