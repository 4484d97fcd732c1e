"""Cluster with TLS and a password, like a managed one."""

import base64
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

from releases.search.engine import IndexUnusableError
from releases.search.opensearch.client import connect

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LOGIN = base64.b64encode(b"press:p@ss").decode()


class Proxy(BaseHTTPRequestHandler):
    """Proxy to a node that requires the password."""

    node: OpenSearch

    def do_GET(self):
        if self.headers["Authorization"] != f"Basic {LOGIN}":
            self.send_error(401)
            return
        body = str(self.node.cat.health(format="json")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def proxy(cluster, tmp_path):
    """Return the port of a node with TLS and a password, and the certificate to trust."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    files = ["-keyout", key, "-out", certificate]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*make, *files, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = type("NodeProxy", (Proxy,), {"node": cluster.client()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, certificate
    server.shutdown()
    thread.join()
    server.server_close()


def health(url):
    _, client, circuit = connect(url)
    return circuit.call(lambda: client.cat.health())


def test_trusted_certificate_and_password_give_access(proxy):
    port, certificate = proxy
    assert "green" in health(f"opensearch://press:p%40ss@localhost:{port}/x?ca={certificate}")


def test_untrusted_certificate_is_refused(proxy):
    with pytest.raises(IndexUnusableError, match=r"(?i)certificate"):
        health(f"opensearch://press:p%40ss@localhost:{proxy[0]}/x")


def test_wrong_password_is_refused(proxy):
    port, certificate = proxy
    with pytest.raises(OpenSearchException, match="401"):
        health(f"opensearch://press:wrong@localhost:{port}/x?ca={certificate}")
