"""Real OpenSearch cluster of three nodes on loopback, one process each."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

from tests.jars import fetch_jars

HERE = Path(__file__).parent
JARS = HERE.parent.parent / "var" / "opensearch" / "jars"
NODES = 3
HEAP = "1g"
# OpenSearch's defaults. With another collector, a node full of garbage refuses all work, and so
# never triggers a collection.
COLLECTOR = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
WITH_US = ("setpriv", "--pdeathsig", "KILL")  # if the parent is killed, so are its nodes
TIMEOUT = 120  # seconds until a cluster is complete


class Node:
    """One node; a restart keeps its files."""

    def __init__(self, folder: Path, number: int, http: int, transports: list[int]) -> None:
        self.number, self.http, self._folder = number, http, folder / f"node-{number}"
        self._arguments = [str(self._folder), str(number), str(http), *map(str, transports)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        java = [
            *WITH_US,
            "java",
            f"-Xms{HEAP}",
            f"-Xmx{HEAP}",
            *COLLECTOR,
            "-cp",
            f"{JARS}/*",
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*WITH_US, *java, str(HERE / "Node.java"), *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill the node as a power cut would, if it is up."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal. SIGSTOP keeps connections open without answers."""
        assert self._process
        self._process.send_signal(number)

    @property
    def is_up(self) -> bool:
        return self._process is not None


class Cluster:
    """Three nodes and their addresses."""

    def __init__(self, folder: Path) -> None:
        ports = _free_ports(2 * NODES)
        https, transports = ports[:NODES], ports[NODES:]
        self.nodes = [Node(folder, n, http, transports) for n, http in enumerate(https)]

    def url(self, name: str, shards: int = 3, replicas: int = 1) -> str:
        """Return a SEARCH_URL for indexes with this name."""
        hosts = ",".join(f"127.0.0.1:{node.http}" for node in self.nodes)
        return f"opensearch://{hosts}/{name}?tls=off&shards={shards}&replicas={replicas}"

    def client(self) -> OpenSearch:
        """Return a client of the nodes that are up."""
        hosts = [{"host": "127.0.0.1", "port": node.http} for node in self.nodes if node.is_up]
        return OpenSearch(hosts=hosts, timeout=40, max_retries=0)

    def restore(self) -> None:
        """Start nodes that are down, and wait until every shard has its replicas."""
        for node in self.nodes:
            if not node.is_up:
                node.start()
        self.wait_for("green", NODES)

    def wait_for(self, status: str, nodes: int) -> None:
        """Wait for a status (or better) and a number of nodes. Raises TimeoutError."""
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            try:
                self.client().cluster.health(wait_for_status=status, wait_for_nodes=str(nodes))
                return
            except OpenSearchException:
                time.sleep(0.5)
        raise TimeoutError(f"The cluster is not {status} after {TIMEOUT} s: see the nodes' logs.")


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Run a cluster with its files in this folder."""
    fetch_jars(HERE / "pom.xml", JARS)
    cluster = Cluster(folder)
    with ExitStack() as stack:
        for node in cluster.nodes:
            stack.callback(node.kill)
            node.start()
        cluster.wait_for("green", NODES)
        yield cluster


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
