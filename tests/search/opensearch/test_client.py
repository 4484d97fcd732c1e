"""What SEARCH_URL may say, and when a cluster is asked no more."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import RequestError, TransportError
from opensearchpy.helpers import ScanError

from pressroom.infra import circuit_breaker
from releases.search.engine import IndexUnusableError
from releases.search.opensearch import client as opensearch_client
from releases.search.opensearch.client import (
    FAILURE_THRESHOLD,
    MAX_RETRIES,
    Cluster,
    ClusterCircuit,
    connect,
    parse_url,
    retry_when_overloaded,
)


def test_all_parts_of_an_address_are_read():
    url = "opensearch://press:p%40ss@one:9201,two/archive?ca=/etc/ca.pem&shards=3&replicas=2"
    assert parse_url(url) == Cluster(
        hosts=(("one", 9201), ("two", 9200)),
        name="archive",
        login=("press", "p@ss"),
        tls=True,
        ca="/etc/ca.pem",
        shards=3,
        replicas=2,
    )


def test_a_bare_address_speaks_tls():
    assert parse_url("opensearch://search") == Cluster(hosts=(("search", 9200),))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("opensearch://", "Example:"),
        ("http://search", "Example:"),
        ("opensearch://search?shard=3", "Example:"),
        ("opensearch://search:http", "port"),
        ("opensearch://search?tls=no", "tls must be on or off"),
        ("opensearch://search?shards=0", "shards must be a number from 1"),
        ("opensearch://search?replicas=-1", "replicas must be a number from 0"),
        ("opensearch://search?replicas=²", "replicas must be a number from 0"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(url, reason):
    with pytest.raises(ImproperlyConfigured, match=reason) as refusal:
        parse_url(url.replace("://", "://press:secret@"))
    assert "secret" not in str(refusal.value)


@pytest.fixture
def clock(monkeypatch):
    """Set what the circuit takes for now, in seconds."""
    return lambda now: monkeypatch.setattr(circuit_breaker, "monotonic", lambda: now)


class Cut:
    """Questions that meet no cluster."""

    def __init__(self):
        self.requests = 0

    def __call__(self):
        self.requests += 1
        raise NoConnection("N/A", "refused", None)


def ask_often(circuit, question):
    for _ in range(2 * FAILURE_THRESHOLD):
        with pytest.raises(IndexUnusableError):
            circuit.call(question)


def test_a_cluster_that_does_not_answer_is_left_alone_for_a_while(clock):
    circuit, cut = ClusterCircuit(), Cut()
    clock(1000.0)
    ask_often(circuit, cut)
    assert cut.requests == FAILURE_THRESHOLD
    clock(1000.1 + circuit_breaker.OPEN_SECONDS)
    ask_often(circuit, cut)
    assert cut.requests == FAILURE_THRESHOLD + 1


def test_one_answer_mends_the_circuit(clock):
    circuit, cut = ClusterCircuit(), Cut()
    clock(1000.0)
    ask_often(circuit, cut)
    clock(1000.1 + circuit_breaker.OPEN_SECONDS)
    assert circuit.call(lambda: "answer") == "answer"
    ask_often(circuit, cut)
    assert cut.requests == 2 * FAILURE_THRESHOLD


def answers(status):
    kind = RequestError if status == 400 else TransportError

    def question():
        raise kind(status, "told", {})

    return question


def test_a_cluster_that_is_overloaded_is_away_and_one_that_refuses_is_not():
    with pytest.raises(IndexUnusableError):
        ClusterCircuit().call(answers(429))
    with pytest.raises(RequestError):
        ClusterCircuit().call(answers(400))


def test_a_question_that_fails_is_answered_later_and_cuts_off_no_other():
    circuit = ClusterCircuit()
    ask_often(circuit, answers(500))
    assert circuit.call(lambda: "answer") == "answer"


class Busy:
    """Too busy so many times, then not."""

    def __init__(self, times, status=429):
        self.times, self.status, self.requests = times, status, 0

    def __call__(self):
        self.requests += 1
        if self.requests <= self.times:
            raise TransportError(self.status, "circuit_breaking_exception")
        return "here"


def test_a_cluster_too_busy_to_go_on_with_an_index_is_given_time(monkeypatch):
    pauses = []
    monkeypatch.setattr(opensearch_client.time, "sleep", pauses.append)

    assert retry_when_overloaded(Busy(MAX_RETRIES)) == "here"
    assert pauses == [2, 4, 8]
    with pytest.raises(TransportError):
        retry_when_overloaded(Busy(MAX_RETRIES + 1))
    gone = Busy(1, status=404)
    with pytest.raises(TransportError):
        retry_when_overloaded(gone)
    assert gone.requests == 1


def test_a_shard_too_busy_to_tell_its_part_is_given_time(monkeypatch):
    monkeypatch.setattr(opensearch_client.time, "sleep", lambda seconds: None)
    parts = iter([ScanError("scroll", "2 of 3 shards"), None])

    def ids():
        if error := next(parts):
            raise error
        return {1}

    assert retry_when_overloaded(ids) == {1}


class Losing(BaseHTTPRequestHandler):
    """A node that tells once that it lost another in the midst of its answer."""

    requests = 0

    def do_GET(self):
        type(self).requests += 1
        body = b'{"status": 500}' if self.requests == 1 else b'{"version": {"number": "2.19.1"}}'
        self.send_response(500 if self.requests == 1 else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def test_a_node_lost_in_the_midst_of_an_answer_is_asked_around():
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Once", (Losing,), {})) as server:
        threading.Thread(target=server.serve_forever).start()
        _, client, circuit = connect(f"opensearch://127.0.0.1:{server.server_port}/x?tls=off")
        assert circuit.call(client.info)["version"]["number"] == "2.19.1"
        client.close()
        server.shutdown()
