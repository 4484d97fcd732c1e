"""A real OpenSearch cluster of three nodes on loopback, each a process of its own."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

HERE = Path(__file__).parent
JARS = HERE.parent.parent / "var" / "opensearch" / "jars"
NODES = 3
HEAP = "1g"
# OpenSearch's own choice: with another collector a node that is full of garbage refuses all work,
# and so has nothing to collect it for.
COLLECTOR = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
WITH_US = ("setpriv", "--pdeathsig", "KILL")  # whoever starts a node may be killed, too
PATIENCE = 120  # seconds until a cluster is whole


class Node:
    """One node: started, killed without warning, stopped, frozen, started again over its files."""

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
        """As a power cut does; nothing where it is down."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP: its connections stay, and nothing comes."""
        assert self._process
        self._process.send_signal(number)

    @property
    def is_up(self) -> bool:
        return self._process is not None


class Cluster:
    """The nodes, and how to reach them."""

    def __init__(self, folder: Path) -> None:
        ports = _free_ports(2 * NODES)
        https, transports = ports[:NODES], ports[NODES:]
        self.nodes = [Node(folder, n, http, transports) for n, http in enumerate(https)]

    def url(self, name: str, shards: int = 3, replicas: int = 1) -> str:
        """A SEARCH_URL for indexes of this name."""
        hosts = ",".join(f"127.0.0.1:{node.http}" for node in self.nodes)
        return f"opensearch://{hosts}/{name}?tls=off&shards={shards}&replicas={replicas}"

    def client(self) -> OpenSearch:
        """A client of the nodes that are up."""
        hosts = [{"host": "127.0.0.1", "port": node.http} for node in self.nodes if node.is_up]
        return OpenSearch(hosts=hosts, timeout=40, max_retries=0)

    def mend(self) -> None:
        """Start what is down, and wait until every shard has all of its copies."""
        for node in self.nodes:
            if not node.is_up:
                node.start()
        self.wait_for("green", NODES)

    def wait_for(self, status: str, nodes: int) -> None:
        """Until the cluster has so many nodes and that status, or better."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self.client().cluster.health(wait_for_status=status, wait_for_nodes=str(nodes))
                return
            except OpenSearchException:
                time.sleep(0.5)
        raise TimeoutError(f"The cluster is not {status} after {PATIENCE} s: see the nodes' logs.")


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster whose files lie in this folder; all is stopped in the end."""
    fetch()
    cluster = Cluster(folder)
    with ExitStack() as stack:
        for node in cluster.nodes:
            stack.callback(node.kill)
            node.start()
        cluster.wait_for("green", NODES)
        yield cluster


def fetch() -> None:
    """Have OpenSearch's jars under var/, once for each version that pom.xml names."""
    pom = HERE / "pom.xml"
    had = JARS / "pom.xml"
    if had.is_file() and had.read_bytes() == pom.read_bytes():
        return
    for program in ("java", "mvn"):
        if not shutil.which(program):
            sys.exit(f"There is no {program}: on Debian install openjdk-17-jdk-headless and maven.")
    shutil.rmtree(JARS, ignore_errors=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(pom), goal]
    subprocess.run([*command, f"-DoutputDirectory={JARS}"], check=True, timeout=600)
    shutil.copy(pom, had)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
