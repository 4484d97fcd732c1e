"""The search's contract, kept by a real OpenSearch cluster of three nodes; and its faults.

python -m tests.cluster [pytest's arguments]
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
    """Lends the cluster to tests."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @pytest.fixture
    def cluster(self) -> Iterator[Cluster]:
        """The cluster, whole again after the test."""
        yield self._cluster
        self._cluster.mend()


def main(arguments: list[str]) -> int:
    """Returns what the tests or the command return."""
    folder = tempfile.TemporaryDirectory(prefix="pressroom-cluster-")
    with folder as path, running(Path(path)) as cluster:
        os.environ["SEARCH_URL"] = cluster.url("pressroom")
        if arguments[:1] == ["--run"]:
            return subprocess.run(arguments[1:], check=False).returncode
        marks = ["-m", "contract or cluster"]
        return pytest.main([*marks, *arguments], plugins=[Nodes(cluster)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
