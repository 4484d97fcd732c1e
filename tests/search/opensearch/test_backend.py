"""Failures that the nodes of a cluster report, simulated by one server."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opensearchpy.exceptions import RequestError

from releases.search.engine import IndexUnusableError
from releases.search.opensearch.backend import OpenSearchBackend
from releases.search.opensearch.queries import MATCH_ALL

COUNTED = {"status": 200, "hits": {"total": {"value": 7}}}
LOST = {"status": 500, "error": {"type": "node_disconnected_exception"}}


class Node(BaseHTTPRequestHandler):
    """Node with prepared responses to each multi-search; the last one repeats."""

    answers: list[list[dict[str, object]]] = []

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        responses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        body = json.dumps({"responses": responses}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def engine_of(*answers):
    """Yield an engine with two nodes that answer so."""
    node = type("Prepared", (Node,), {"answers": list(answers)})
    with ThreadingHTTPServer(("127.0.0.1", 0), node) as server:
        threading.Thread(target=server.serve_forever).start()
        host = f"127.0.0.1:{server.server_port}"
        engine = OpenSearchBackend("default", URL=f"opensearch://{host},{host}/x?tls=off")
        yield engine
        engine.client.close()
        server.shutdown()


def test_searches_are_retried_when_a_node_fails_on_one():
    with engine_of([COUNTED, LOST], [COUNTED, COUNTED]) as engine:
        assert engine.reader.totals([MATCH_ALL, MATCH_ALL]) == [7, 7]


def test_search_that_every_node_fails_on_is_an_error():
    with (
        engine_of([COUNTED, LOST]) as engine,
        pytest.raises(IndexUnusableError, match="does not answer"),
    ):
        engine.reader.totals([MATCH_ALL, MATCH_ALL])


@pytest.mark.parametrize("status", [401, 403])
def test_refused_login_is_an_error(status):
    refused = {"status": status, "error": {"type": "security_exception"}}
    with (
        engine_of([refused]) as engine,
        pytest.raises(IndexUnusableError, match="refuses the login"),
    ):
        engine.reader.totals([MATCH_ALL])


def test_malformed_query_is_a_bug_of_ours():
    mistaken = {"status": 400, "error": {"type": "parsing_exception"}}
    with engine_of([mistaken]) as engine, pytest.raises(RequestError):
        engine.reader.totals([MATCH_ALL])
