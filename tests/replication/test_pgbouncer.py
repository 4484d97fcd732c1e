"""All writes through PgBouncer in transaction mode, while readers use its connections."""

import json
import re
import threading
from contextlib import closing, contextmanager

import psycopg2
import pytest

from tests.replication.clusters import ask, connect
from tests.replication.conftest import STRANGER, ReplicatedSite, wait_until

pytestmark = pytest.mark.replication


@contextmanager
def traffic(site):
    """Requests that PgBouncer hands from one connection to another."""
    stop = threading.Event()

    def read():
        while not stop.is_set():
            assert site.ask("/releases/", **STRANGER)[0] == 200

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def manage(site, *arguments):
    done = site.manage(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def empty(clusters, tmp_path_factory):
    """Two migrated archives without releases, in separate databases."""
    for name in ("one", "other"):
        with closing(connect(clusters.primary, "postgres")) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"CREATE DATABASE {name} OWNER pressroom")
    sites = [
        ReplicatedSite(tmp_path_factory.mktemp(name), clusters, name) for name in ("one", "other")
    ]
    for each in sites:
        manage(each, "migrate")
    return sites


def test_one_client_gets_several_connections_with_the_limits_of_the_role(site, clusters):
    seen = set()
    with traffic(site), closing(psycopg2.connect(clusters.pooler.url())) as connection:
        connection.autocommit = True
        cursor = connection.cursor()

        def several():
            cursor.execute("SELECT pg_backend_pid(), current_setting('statement_timeout')")
            seen.add(cursor.fetchone())
            return len(seen) > 1

        wait_until(several, "another connection")

    assert {limit for _, limit in seen} == {"30s"}


def test_import_and_export_work_through_the_pooler(site, empty, tmp_path):
    records = tmp_path / "records.jsonl"
    records.write_text(
        "".join(
            json.dumps(
                {
                    "id": f"r{number}",
                    "title": f"Bridge {number} Opens",
                    "date": "2011-03-04",
                    "dateline": "SPRINGFIELD",
                    "contact": "(555) 010-0100",
                    "body": f"Bridge {number} opened today.\n\nIt is of stone.",
                }
            )
            + "\n"
            for number in range(60)
        )
    )
    with traffic(site):
        manage(site, "import_releases", str(records), "--format", "jsonl", "--approve")
        manage(site, "sync_search")
        again = manage(site, "import_releases", str(records), "--format", "jsonl", "--approve")
        manage(site, "rebuild_index", "--noinput")
        manage(site, "export_archive", str(tmp_path / "first"))
    restored = empty[1]
    manage(restored, "restore_archive", str(tmp_path / "first"))
    manage(restored, "export_archive", str(tmp_path / "second"))

    assert "60 unchanged" in again
    assert re.search(
        r"/releases/2011-\d+/bridge-7-opens/", site.ask("/search/?q=%22Bridge+7%22")[2]
    )
    first, second = (tmp_path / name / "releases.jsonl" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_fixture_is_loaded_and_indexed(empty):
    loaded = empty[0]

    assert "Installed" in manage(loaded, "loaddata", "accord")
    manage(loaded, "rebuild_index", "--noinput")
    assert "0 releases brought up to date" in manage(loaded, "sync_search")


def test_release_is_approved_in_the_admin_and_found(site, desk, clusters):
    pk = site.shell(
        "import datetime; from releases.models import Release; "
        "print(Release.objects.create(title='Ferry Sails', body='SPRINGFIELD – The ferry sails.', "
        "dateline='SPRINGFIELD', contact='(555) 010-0100', date=datetime.date(2010, 5, 14)).pk)"
    )
    place = f"/admin/releases/release/{pk}/do/approve/"
    seen = re.search(r'name="seen" value="([^"]+)"', desk.read(place)[1])[1]
    with traffic(site):
        desk.send(place, seen=seen, effect="printed")

    [number] = ask(clusters.primary, "SELECT number FROM releases_release WHERE id = %s", pk)
    wait_until(lambda: number in site.ask("/search/?q=ferry")[2], "it is found", 10)
