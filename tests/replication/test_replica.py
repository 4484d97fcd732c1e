"""Two real clusters: reads from the replica while servers lag or fail (docs/scale-out.md)."""

import datetime
import json
import signal
import threading
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException

import psycopg2
import pytest

from releases.web import leak_scan
from tests.replication.clusters import ask, connect, kill_server
from tests.replication.conftest import (
    MAX_LAG,
    STRANGER,
    Desk,
    is_well,
    rename,
    replay_paused,
    wait_until,
)

pytestmark = pytest.mark.replication
LISTS = ("/releases/2012/", "/releases/2012/09/", "/releases/2012/?page=1")
PAGES = ("/", "/releases/", "/search/?q=trafficking", "/feeds/releases.atom", "/api/v1/releases/")


class Readers:
    """Threads that request public pages and count the responses."""

    def __init__(self, site):
        self.site = site
        self.answers = []  # moment, address, status (0: a broken connection), seconds
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(3)]

    def _read(self, reader):
        count = 0
        while not self._stop.is_set():
            count += 1
            # Half of them ask for what no answer is kept of.
            mark = f"?page=1&reader={reader}-{count}" if count % 2 else ""
            address = PAGES[count % len(PAGES)]
            address = f"/releases/{mark}" if mark else address
            started = time.monotonic()
            status = 0
            with suppress(OSError, HTTPException):
                status = self.site.ask(address)[0]
            self.answers.append((started, address, status, time.monotonic() - started))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def failures(self):
        return [(address, status) for _, address, status, _ in self.answers if status != 200]

    def tell(self, what):
        longest = max(seconds for *_, seconds in self.answers)
        print(
            f"{what}: {len(self.answers)} requests, {len(self.failures())} failed, "
            f"longest {longest:.1f} s"
        )


@contextmanager
def reading(site, what):
    """Run readers within the block; all requests must succeed."""
    with Readers(site) as readers:
        time.sleep(0.5)
        yield
        time.sleep(0.5)
    readers.tell(what)
    assert readers.failures() == []


def standing(site):
    """Return the replica's state in /health/ready."""
    return json.loads(site.ready()[1])["replica"]


def test_public_reads_the_replica_and_staff_the_primary(site, clusters, desk):
    before = site.title()
    with replay_paused(clusters):
        rename(clusters, "New on the primary")
        public = [site.title(address) for address in LISTS]
        with_session = site.title(**STRANGER)
        in_the_admin = desk.read("/admin/releases/release/?q=2012-0001")[1]

    assert public == [before] * 3
    assert with_session == "New on the primary"
    assert "New on the primary" in in_the_admin
    wait_until(lambda: site.title() == "New on the primary", "the change on the public's pages", 5)


def test_staff_see_their_changes_immediately(site, clusters, desk):
    with replay_paused(clusters):
        topics = desk.send("/admin/releases/topic/add/", name="Rivers", slug="rivers")
        missing = ask(clusters.standby, "SELECT slug FROM releases_topic WHERE slug = 'rivers'")

    assert "Rivers" in topics
    assert missing == ()


def test_lag_is_reported_and_a_lagging_replica_not_read(site, clusters):
    assert standing(site)["lag_seconds"] < 1

    with replay_paused(clusters):
        rename(clusters, "Newer")
        late = wait_until(lambda: site.title() == "Newer", "the primary is read", MAX_LAG + 5)
        status, report = site.ready()

    assert late < MAX_LAG + 2
    assert status == 200
    assert json.loads(report)["replica"]["state"] == "lagging"
    assert json.loads(report)["replica"]["lag_seconds"] > MAX_LAG
    print(f"replica that stands still: left after {late:.1f} s")
    back = wait_until(lambda: standing(site)["state"] == "up", "it is read again", 5)
    print(f"read again after {back:.1f} s")


def test_replica_cut_off_is_not_read_forever(site, clusters):
    """A cut-off replica believes that it is up to date."""
    ask(clusters.standby, "ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'")
    ask(clusters.standby, "SELECT pg_reload_conf()")
    try:
        wait_until(lambda: not ask(clusters.standby, "SELECT pid FROM pg_stat_wal_receiver"), "cut")
        rename(clusters, "After the cut")
        wait_until(lambda: site.title() == "After the cut", "the primary is read", MAX_LAG + 5)
    finally:
        info = f"host={clusters.primary.socket_folder} user=postgres"
        ask(clusters.standby, f"ALTER SYSTEM SET primary_conninfo = '{info}'")
        ask(clusters.standby, "SELECT pg_reload_conf()")
    wait_until(lambda: standing(site)["state"] == "up", "it follows again")


def test_change_that_leaves_the_standbys_snapshot_alone_is_shown(site, clusters):
    """A standby's snapshot has no list of transactions under way: with one open from before, a
    commit between two others leaves it as it was."""
    with closing(connect(clusters.primary)) as first, closing(connect(clusters.primary)) as second:
        first.cursor().execute("SELECT pg_current_xact_id()")  # stays open
        second.cursor().execute("UPDATE releases_release SET title = 'Between two others'")
        ask(clusters.primary, "COMMENT ON TABLE releases_topic IS 'the third'")
        wait_until(lambda: standing(site)["lag_seconds"] == 0, "the standby has that")
        before = [site.title() for _ in range(2)]
        seen = ask(clusters.standby, "SELECT pg_current_snapshot()::text")
        second.commit()
        wait_until(lambda: "Between" in site.title(), "the change on the public's pages", 5)
        assert ask(clusters.standby, "SELECT pg_current_snapshot()::text") == seen

    assert "Between" not in "".join(before)


def test_killed_replica_costs_no_reader_an_error_and_is_read_again(site, clusters):
    with reading(site, "kill -9 of the replica"):
        time.sleep(1)
        kill_server(clusters.standby)
        time.sleep(3)
        status, report = site.ready()
        clusters.standby.up()
        back = wait_until(lambda: readers_on(clusters.standby), "it is read again", 30)
    print(f"read again {back:.1f} s after its start")

    assert (status, json.loads(report)["replica"]) == (200, {"state": "down"})
    wait_until(lambda: is_well(site), "ready says so")


def readers_on(server):
    """Return the number of the site's connections."""
    with suppress(psycopg2.OperationalError):
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pressroom'"
        return ask(server, query)[0]


def test_killed_primary_leaves_the_public_its_pages(site, clusters, desk):
    with reading(site, "kill -9 of the primary"):
        kill_server(clusters.primary)
        time.sleep(0.5)
        unkept = site.ask("/releases/?page=1&after=the-kill")[0]
        misspelt = site.ask("/search/?q=traficking")[0]
        admin = desk.read("/admin/releases/release/")
        with_session = site.ask("/releases/", **STRANGER)[0]
        status, report = site.ready()
        time.sleep(2)
        clusters.primary.up()
        back = wait_until(lambda: desk.read("/admin/releases/release/")[0] == 200, "the admin")
    print(f"admin back {back:.1f} s after the primary's start")

    assert (unkept, misspelt) == (200, 200)
    assert (admin[0], with_session) == (503, 503)
    assert "Back in a moment" in admin[1]
    told = json.loads(report)
    assert (status, told["database"], told["replica"]["state"]) == (200, "down", "up")


def test_every_public_address_is_answered_without_a_primary(site, clusters):
    day = datetime.date(2012, 9, 21)
    examples = leak_scan.examples("2012-0001", day, ["other"], versions=1)
    addresses = leak_scan.public_addresses(examples, ["", "?q=traficking", "?page=2"])
    kill_server(clusters.primary)
    try:
        answers = {address: site.ask(address)[0] for address in addresses}
    finally:
        clusters.primary.up()

    assert len(answers) > 80
    refused = {address for address, status in answers.items() if status >= 500}
    assert refused == {address for address in answers if "/preview/" in address}


def test_replica_that_is_known_to_lack_much_is_not_read_for_want_of_a_primary(site, clusters):
    with replay_paused(clusters):
        rename(clusters, "Lacked")
        wait_until(lambda: standing(site)["state"] == "lagging", "it lags", MAX_LAG + 5)
        kill_server(clusters.primary)
        try:
            public, ready = site.ask("/releases/?page=1&lacking")[0], site.ready()[0]
            ask(clusters.standby, "SELECT pg_wal_replay_resume()")
            wait_until(lambda: site.ask("/")[0] == 200, "the replica is read", 15)
            shown = site.title()
        finally:
            clusters.primary.up()

    assert (public, ready) == (503, 503)
    assert shown == "Lacked"


def test_killed_pgbouncer_is_as_a_dead_primary_and_is_found_again(site, clusters, desk):
    with reading(site, "kill -9 of PgBouncer"):
        clusters.pooler.kill()
        down = desk.read("/admin/releases/release/")
        with_session = site.ask("/", **STRANGER)[0]
        status, report = site.ready()
        clusters.pooler.start()
        back = wait_until(lambda: desk.read("/admin/releases/release/")[0] == 200, "the admin")
    print(f"admin back {back:.1f} s after PgBouncer's start")

    assert (down[0], with_session) == (503, 503)
    assert "Back in a moment" in down[1]
    assert (status, json.loads(report)["database"]) == (200, "down")


def test_without_primary_and_replica_all_is_503_until_one_is_back(site, clusters):
    kill_server(clusters.primary)
    kill_server(clusters.standby)
    try:
        answers = {site.ask(address)[0] for address in PAGES}
        ready = site.ready()[0]
    finally:
        clusters.standby.up()
        back = wait_until(lambda: site.ask("/")[0] == 200, "the replica alone", 30)
        clusters.primary.up()
    print(f"public back {back:.1f} s after the replica's start, without a primary")

    assert answers == {503}
    assert ready == 503


def test_confirmed_change_is_shown_at_once_where_commits_wait_for_the_replica(site, clusters):
    ask(clusters.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    ask(clusters.primary, "ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
    ask(clusters.primary, "SELECT pg_reload_conf()")
    try:
        wait_until(lambda: is_synchronous(clusters.primary), "commits wait")
        for number in range(20):
            rename(clusters, f"Confirmed {number}")
            assert site.title() == f"Confirmed {number}"
    finally:
        for name in ("synchronous_standby_names", "synchronous_commit"):
            ask(clusters.primary, f"ALTER SYSTEM RESET {name}")
        ask(clusters.primary, "SELECT pg_reload_conf()")


def is_synchronous(server):
    return ask(server, "SELECT sync_state FROM pg_stat_replication") == ("sync",)


def test_stream_is_read_where_it_began(site, clusters):
    before = site.ask("/api/v1/releases.csv")[2]
    with replay_paused(clusters):
        rename(clusters, "Not in the stream yet")
        assert site.ask("/api/v1/releases.csv")[2] == before


def test_embargoed_release_appears_at_its_release_time(site, clusters, indexing):
    code = (
        "import datetime; from django.utils import timezone; from releases import publishing; "
        "from releases.models import Release; "
        "row = Release.objects.create(title='Quagmark Opens', body='SPRINGFIELD – Zephmark.', "
        "dateline='SPRINGFIELD', contact='(555) 010-0100', date=datetime.date(2024, 5, 14)); "
        "at = timezone.now() + datetime.timedelta(seconds=12); "
        "row = publishing.approve(row, at); print(row.number, row.slug, at.timestamp())"
    )
    number, slug, lift = site.shell(code).split()
    page = f"/releases/{number}/{slug}/"
    wait_until(lambda: standing(site)["lag_seconds"] == 0, "the replica has it")

    early = {}
    places = (page, *PAGES, "/search/?q=Zephmark")
    while time.time() < float(lift) - 0.2:
        for place in places:
            answer = site.ask(place)
            if time.time() < float(lift):  # a busy machine may answer later
                early[place] = answer
    shown = wait_until(lambda: site.ask(page)[0] == 200, "its page", 5)
    after = time.time() - float(lift)
    searched = wait_until(lambda: page in site.ask("/search/?q=Zephmark")[2], "search", 10)
    print(f"page {after:.2f} s after the lift ({shown:.2f}), search {searched:.1f} s later")

    assert early.keys() == set(places)
    assert early[page][0] == 404
    assert not [place for place, answer in early.items() if "Quagmark" in answer[2]]
    assert all(page in site.ask(place)[2] for place in PAGES[:2])
    assert standing(site)["state"] == "up"


def test_promoted_replica_takes_over(replicated, clusters):
    """Follows the steps in docs/scale-out.md."""
    site = replicated
    wait_until(lambda: is_well(site), "the replica is read")
    desk = Desk(site)
    with reading(site, "promotion"):
        kill_server(clusters.primary)
        ask(clusters.standby, "SELECT pg_promote()")
        clusters.pooler.point_at(clusters.standby)
        clusters.pooler.reload()
        took = wait_until(lambda: desk.read("/admin/releases/release/")[0] == 200, "the admin")
    print(f"admin back {took:.1f} s after the promotion")
    assert "Lakes" in desk.send("/admin/releases/topic/add/", name="Lakes", slug="lakes")
    assert standing(site)["state"] in {"up", "lagging"}

    clusters.follow_anew()
    site.end(signal.SIGTERM)
    site.start()

    wait_until(lambda: is_well(site), "the new replica is read")
    with replay_paused(clusters):
        rename(clusters, "On the new primary")
        assert site.title() != "On the new primary"
        assert site.title(**STRANGER) == "On the new primary"
