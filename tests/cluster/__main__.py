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
        marks = ["-m", "contract or cluster"]
        return pytest.main([*marks, *arguments], plugins=[Nodes(cluster)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
