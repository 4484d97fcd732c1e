"""Caches on a real Redis: shared values, separate keys, no waiting while it is down."""

import json
import os
import pickle
import socketserver
import subprocess
import sys
import threading
from time import monotonic

import pytest
from django.core.cache import caches
from django.db import connection

from pressroom.infra import cache, circuit_breaker
from pressroom.infra.cache import redis_cache
from pressroom.infra.http import throttling
from releases import publishing
from releases.models import Topic
from tests.infra.storage.test_storage_settings import PROJECT
from tests.redis_server import RedisServer, certificate

VALUES = [b"", b"%PDF \x00\xff", b"7", 7, [], [[2024, 3]], [["water", "Water", 1]], "", "ñ", None]
STREAM = "/api/v1/releases.csv"  # costs a tenth of what a minute allows
# Another process of the same site, with the same database: asks for addresses.
OTHER = """
import json, sys, types, django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pressroom.infra.http import throttling
connection.settings_dict["NAME"] = sys.argv[1]
throttling.time = types.SimpleNamespace(time=lambda: 1_000_025.0)
visitor = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.1")
with CaptureQueriesContext(connection) as queries:
    answers = [visitor.get(address) for address in sys.argv[2:]]
    texts = [answer.getvalue().decode() for answer in answers]
print(json.dumps({
    "statuses": [answer.status_code for answer in answers],
    "texts": texts,
    "counted": sum("COUNT(" in query["sql"] for query in queries),
}))
"""


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.go_on()
    server.kill()


@pytest.fixture
def use(settings):
    """Return a function that puts the caches on a server: `use(server.address())`."""
    in_process = settings.CACHES

    def use(address):
        settings.CACHES = cache.cache_settings(address, in_process)

    for name in ("shared", "throttle"):
        caches[name].clear()
    redis_cache.circuit_for.cache_clear()
    return use


@pytest.fixture
def shared(use, server):
    """Put the caches on the server; returns the one for values."""
    use(server.address())
    return caches["shared"]


@pytest.fixture
def clock(monkeypatch):
    """Clock of the circuit breaker: `clock.pass_on()` skips the pause."""

    class Clock:
        now = 1000.0

        def pass_on(self):
            self.now += circuit_breaker.OPEN_SECONDS

    clock = Clock()
    monkeypatch.setattr(circuit_breaker, "monotonic", lambda: clock.now)
    return clock


def ask_in_another_process(server, *addresses):
    own = {"CACHE_URL": server.address(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    asked = subprocess.run(
        [sys.executable, "-c", OTHER, connection.settings_dict["NAME"], *addresses],
        cwd=PROJECT,
        env=os.environ | own,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


@pytest.mark.parametrize("value", VALUES)
def test_value_survives_a_round_trip(shared, value):
    assert shared.get_or_set("key", lambda: value) == value
    assert shared.get("key", "missing") == value


@pytest.mark.django_db(transaction=True)
def test_counts_made_by_one_process_are_used_by_another_until_something_changes(server, publish):
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    pages = ("/releases/?topic=water", "/topics/")

    first, second = (ask_in_another_process(server, *pages) for _ in range(2))
    publishing.withdraw(release, "It was wrong.")
    third = ask_in_another_process(server, *pages)

    assert first["counted"] > 3
    assert second["counted"] == 0
    assert second["texts"] == first["texts"]
    assert third["counted"] == first["counted"]
    assert "Water" in first["texts"][1]
    assert "Water" not in third["texts"][1]


def test_file_cached_by_another_process_is_served(shared, server, client, publish):
    address = f"/releases/{publish().number}.txt"
    etag = client.get(address).headers["ETag"]
    server.do("FLUSHDB")
    shared.add(etag, b"made elsewhere")

    assert client.get(address).content == b"made elsewhere"


@pytest.mark.django_db(transaction=True)
def test_quota_is_shared_between_processes(server):
    statuses = [ask_in_another_process(server, *[STREAM] * 6)["statuses"] for _ in range(2)]

    assert statuses == [[200] * 6, [200] * 4 + [429] * 2]


def test_sites_share_a_redis_and_nothing_in_it(shared, server, settings):
    for settings.SECRET_KEY in ("of one", "of another"):
        assert shared.get_or_set("key", settings.SECRET_KEY) == settings.SECRET_KEY
        assert caches["throttle"].add("key", 1)

    assert len(server.entries()) == 4


def test_redis_does_not_reveal_visitors(shared, server, client, db):
    client.get(STREAM, REMOTE_ADDR="192.0.2.1")

    (counted,) = [key for key in server.entries() if b"throttle" in key]
    assert b"192.0.2.1" not in counted


def plant(server, value):
    for key in server.entries():
        server.do("SET", key, value)


class Command:
    """Command that unpickling would run."""

    def __reduce__(self):
        return pytest.fail, ("Code from the cache was run.",)


@pytest.mark.parametrize(
    "planted",
    [pickle.dumps(Command()), b"", b"7", b"j[]", b"x" * 32 + b'j["forged"]', b"\xff" * 99],
)
def test_foreign_redis_values_are_ignored(shared, server, planted, clock, caplog):
    shared.get_or_set("key", ["true"])
    plant(server, planted)

    assert shared.get_or_set("key", ["true"]) == ["true"]
    assert "The signature of a cache entry is invalid" in caplog.text
    server.do("FLUSHDB")
    clock.pass_on()
    assert shared.get_or_set("key", ["true"]) == ["true"]


def test_value_copied_to_another_key_is_ignored(shared, server):
    shared.add("withdrawn", ["old"])
    (old,) = server.entries().values()
    shared.add("corrected", ["new"])
    plant(server, old)

    assert shared.get("withdrawn") == ["old"]
    assert shared.get("corrected") is None


FAILURES = ["is killed", "hangs", "refuses the password", "is full", "is no Redis"]


@pytest.fixture(params=FAILURES)
def failing(request, use, server, other_server):
    """Redis server in each real state of failure, with a password in its address."""
    server.require("hush")
    login = ":hush-hush@" if request.param == "refuses the password" else None
    use(server.address(login))
    if request.param == "is killed":
        server.kill()
    elif request.param == "hangs":
        server.hang()
    elif request.param == "is full":
        server.do("CONFIG", "SET", "maxmemory", "1")
    elif request.param == "is no Redis":
        use(f"redis://:hush@127.0.0.1:{other_server}")


@pytest.fixture
def other_server():
    """Port of a server that does not speak Redis."""

    class Greeter(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_no_visitor_gets_an_error_and_the_log_one_line(failing, client, publish, caplog, clock):
    number = publish().number
    for _ in range(3):
        for address in ("/", "/releases/", "/topics/", f"/releases/{number}.txt"):
            assert client.get(address, REMOTE_ADDR="192.0.2.1").status_code == 200
        clock.pass_on()

    told = [record.message for record in caplog.records if "redis_cache" in record.name]
    assert len(told) == 1
    assert told[0].startswith("The shared cache failed; using per-process caches: ")
    assert "hush" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_while_it_is_away_a_process_counts_by_itself(failing, client, monkeypatch):
    monkeypatch.setattr(throttling, "ALLOWANCE", 120)
    monkeypatch.setattr(throttling.time, "time", lambda: 1_000_025.0)

    statuses = [client.get(STREAM, REMOTE_ADDR="192.0.2.1").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_values_are_cached_in_the_process_meanwhile(failing):
    shared = caches["shared"]

    made = [shared.get_or_set("key", lambda made=made: made) for made in (b"first", b"second")]

    assert made == [b"first", b"first"]
    assert not shared.is_up()


def test_failing_redis_is_tried_once_per_pause(shared, server, clock):
    visits = server.visits()
    server.hang()
    for _pause in range(3):
        for _ in range(20):
            shared.get_or_set("key", b"x")
            caches["throttle"].add("key", 1)
        clock.pass_on()
    server.go_on()

    assert server.visits() - visits == 3 + 1  # the test itself


def test_hanging_redis_delays_one_request_briefly(shared, server):
    server.hang()
    started = monotonic()

    assert shared.get_or_set("key", b"x") == b"x"
    assert monotonic() - started < 3  # seconds; Redis's client by itself waits for five, four times


def test_it_is_used_again_when_it_is_back(shared, server, clock, caplog):
    shared.add("key", b"before")
    server.kill()
    assert shared.get_or_set("key", b"in the process") == b"in the process"
    server.start()
    assert not shared.is_up()

    clock.pass_on()

    assert shared.is_up()
    assert shared.get_or_set("key", b"after") == b"after"
    assert caplog.messages[-1] == "The shared cache is back."


def test_closed_connection_is_reopened_without_an_outage(shared, server):
    shared.add("key", b"x")
    server.do("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    assert shared.get("key") == b"x"
    assert shared.is_up()


@pytest.mark.parametrize(
    ("vouched_for", "name", "is_up"),
    [(True, "IP:127.0.0.1", True), (False, "IP:127.0.0.1", False), (True, "IP:127.0.0.2", False)],
)
def test_over_tls_only_the_right_server_is_spoken_to(
    use, server, tmp_path, monkeypatch, vouched_for, name, is_up
):
    own, key = certificate(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(own) if vouched_for else os.devnull)

    use(server.speak_tls(own, key))

    assert caches["shared"].is_up() == is_up


def test_emptying_it_is_not_offered_as_others_may_share_it(shared):
    with pytest.raises(NotImplementedError):
        shared.clear()


def test_health_reports_the_cache_and_stays_ready(shared, server, client, db):
    status = client.get("/health/ready").status_code
    assert client.get("/health/ready").json()["cache"] == "up"

    server.kill()
    answer = client.get("/health/ready")

    assert answer.json()["cache"] == "down"
    assert answer.status_code == status


def test_health_does_not_report_in_process_caches(client, db):
    assert "cache" not in client.get("/health/ready").json()
