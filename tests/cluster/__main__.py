"""Search contract and fault tests on a real OpenSearch cluster of three nodes.

python -m tests.cluster [pytest arguments]
python -m tests.cluster --run COMMAND…     any command, with SEARCH_URL set to such a cluster
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import Cluster, running


class Nodes:
    """Plugin that provides the `cluster` fixture."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @pytest.fixture
    def cluster(self) -> Iterator[Cluster]:
        """Yield the cluster, and restore it after the test."""
        yield self._cluster
        self._cluster.restore()


def main(arguments: list[str]) -> int:
    """Run the tests or the command, and return the exit status."""
    folder = tempfile.TemporaryDirectory(prefix="pressroom-cluster-")
    with folder as path, running(Path(path)) as cluster:
        os.environ["SEARCH_URL"] = cluster.url("pressroom")
        if arguments[:1] == ["--run"]:
            return subprocess.run(arguments[1:], check=False).returncode
        # Faults stop nodes, which the tests of the contract must not meet: one after the other.
        statuses = [_test_contract(arguments), _test_faults(arguments, cluster)]
    found = [status for status in statuses if status != pytest.ExitCode.NO_TESTS_COLLECTED]
    return max(found, default=int(pytest.ExitCode.NO_TESTS_COLLECTED))


def _test_contract(arguments: list[str]) -> int:
    """Run what each search engine does alike, in as many processes as `make test`."""
    parallel = ["--numprocesses", "auto", "--dist", "loadfile", "--max-worker-restart", "0"]
    command = [sys.executable, "-m", "pytest", "-m", "contract", *parallel, *arguments]
    return subprocess.run(command, check=False).returncode


def _test_faults(arguments: list[str], cluster: Cluster) -> int:
    return int(pytest.main(["-m", "cluster", *arguments], plugins=[Nodes(cluster)]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
