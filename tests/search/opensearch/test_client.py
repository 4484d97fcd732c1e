"""SEARCH_URL, the circuit of a cluster, and retries."""

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


def test_every_part_of_the_url_is_parsed():
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


def test_bare_url_uses_tls():
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
def test_error_about_the_url_leaves_out_the_password(url, reason):
    with pytest.raises(ImproperlyConfigured, match=reason) as caught:
        parse_url(url.replace("://", "://press:secret@"))
    assert "secret" not in str(caught.value)


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the circuit's time in seconds."""
    return lambda now: monkeypatch.setattr(circuit_breaker, "monotonic", lambda: now)


class Unreachable:
    """Operation that never reaches the cluster."""

    def __init__(self):
        self.requests = 0

    def __call__(self):
        self.requests += 1
        raise NoConnection("N/A", "refused", None)


def fail_often(circuit, operation):
    for _ in range(2 * FAILURE_THRESHOLD):
        with pytest.raises(IndexUnusableError):
            circuit.call(operation)


def test_unreachable_cluster_is_not_called_for_a_while(clock):
    circuit, operation = ClusterCircuit(), Unreachable()
    clock(1000.0)
    fail_often(circuit, operation)
    assert operation.requests == FAILURE_THRESHOLD
    clock(1000.1 + circuit_breaker.OPEN_SECONDS)
    fail_often(circuit, operation)
    assert operation.requests == FAILURE_THRESHOLD + 1


def test_one_answer_closes_the_circuit(clock):
    circuit, operation = ClusterCircuit(), Unreachable()
    clock(1000.0)
    fail_often(circuit, operation)
    clock(1000.1 + circuit_breaker.OPEN_SECONDS)
    assert circuit.call(lambda: "answer") == "answer"
    fail_often(circuit, operation)
    assert operation.requests == 2 * FAILURE_THRESHOLD


def fails_with(status):
    kind = RequestError if status == 400 else TransportError

    def operation():
        raise kind(status, "failed", {})

    return operation


def test_overload_is_unavailability_and_a_bad_request_is_not():
    with pytest.raises(IndexUnusableError):
        ClusterCircuit().call(fails_with(429))
    with pytest.raises(RequestError):
        ClusterCircuit().call(fails_with(400))


def test_failed_query_does_not_open_the_circuit():
    circuit = ClusterCircuit()
    fail_often(circuit, fails_with(500))
    assert circuit.call(lambda: "answer") == "answer"


class Busy:
    """Operation that fails some times, then succeeds."""

    def __init__(self, times, status=429):
        self.times, self.status, self.requests = times, status, 0

    def __call__(self):
        self.requests += 1
        if self.requests <= self.times:
            raise TransportError(self.status, "circuit_breaking_exception")
        return "here"


def test_overloaded_cluster_is_retried_with_longer_delays(monkeypatch):
    delays = []
    monkeypatch.setattr(opensearch_client.time, "sleep", delays.append)

    assert retry_when_overloaded(Busy(MAX_RETRIES)) == "here"
    assert delays == [2, 4, 8]
    with pytest.raises(TransportError):
        retry_when_overloaded(Busy(MAX_RETRIES + 1))
    gone = Busy(1, status=404)
    with pytest.raises(TransportError):
        retry_when_overloaded(gone)
    assert gone.requests == 1


def test_incomplete_scan_is_retried(monkeypatch):
    monkeypatch.setattr(opensearch_client.time, "sleep", lambda seconds: None)
    results = iter([ScanError("scroll", "2 of 3 shards"), None])

    def ids():
        if error := next(results):
            raise error
        return {1}

    assert retry_when_overloaded(ids) == {1}


class FailsOnce(BaseHTTPRequestHandler):
    """Node that fails on the first request because it lost another node."""

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


def test_request_is_retried_when_a_node_loses_another():
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Node", (FailsOnce,), {})) as server:
        threading.Thread(target=server.serve_forever).start()
        _, client, circuit = connect(f"opensearch://127.0.0.1:{server.server_port}/x?tls=off")
        assert circuit.call(client.info)["version"]["number"] == "2.19.1"
        client.close()
        server.shutdown()
