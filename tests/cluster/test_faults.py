"""Real faults of a cluster: searches may fail, but never answer wrongly, and no change is lost."""

import signal
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from haystack import connections

from pressroom.infra import circuit_breaker
from releases import publishing
from releases.models import SearchChange
from releases.search import worker
from releases.search.engine import IndexLockedError, IndexUnusableError, Visibility, public_ids
from releases.search.opensearch import client as opensearch_client
from releases.search.opensearch import generations
from releases.search.opensearch.backend import BATCH
from releases.search.query.parser import parse

pytestmark = [
    pytest.mark.cluster,
    # urllib3 drops the sockets of a killed node without closing them.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def search_index(settings, monkeypatch, cluster):
    """Three shards, each with a replica on another node."""
    own = urlsplit(connections.connections_info["default"]["URL"]).path.strip("/")
    url = cluster.url(own)
    monkeypatch.setitem(connections.connections_info["default"], "URL", url)
    connections.reload("default")
    yield
    cluster.restore()
    opensearch_client._connect.cache_clear()  # the next test needs a closed circuit
    connections.reload("default")
    connections["default"].get_backend().generations.delete_all()


@pytest.fixture
def library(publish, engine):
    """Sixty public releases in the index."""
    releases = [publish(title=f"Notice {number}") for number in range(60)]
    worker.process_all()
    assert engine.indexed() == public_ids()
    return releases


class Readers:
    """Threads that search until they are stopped, and count their answers."""

    def __init__(self, right):
        self.right, self.visibility = right, Visibility()
        assert self.visibility.hidden == set()
        self.answers, self.refusals, self.wrong = 0, 0, []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.read) for _ in range(3)]

    def read(self):
        engine = connections["default"].get_backend()
        while not self.stop.is_set():
            try:
                found = engine.find(parse("notice").tree, self.visibility, size=100)
            except IndexUnusableError:
                self.refusals += 1
                time.sleep(0.05)
            else:
                self.answers += 1
                if set(found.ids) != self.right or found.total != len(self.right):
                    self.wrong.append(found)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def leader(cluster):
    """Return the node that leads the cluster."""
    (row,) = cluster.client().cat.cluster_manager(format="json")
    return cluster.nodes[int(row["node"].removeprefix("node-"))]


def test_searches_continue_when_a_node_is_killed(library, cluster):
    with Readers({release.pk for release in library}) as readers:
        time.sleep(1)
        leader(cluster).kill()
        time.sleep(5)
        cluster.restore()
        before = readers.answers
        time.sleep(1)
    assert readers.wrong == []
    assert readers.answers > before > 20
    print(f"{readers.answers} answers, {readers.refusals} refused")


def test_nothing_is_lost_when_a_node_is_killed_while_releases_are_indexed(
    library, publish, cluster, engine
):
    more = [publish(title=f"Notice {number}") for number in range(60, 90)]
    killer = threading.Timer(0.05, cluster.nodes[1].kill)
    killer.start()
    worker.process()
    killer.join()
    for release in library[:5]:
        publishing.withdraw(release, "It named a wrong person.")
    cluster.restore()
    SearchChange.objects.update(due_at=Visibility().at)  # retry failed changes now
    opensearch_client._connect.cache_clear()
    connections.reload("default")
    worker.process_all()
    engine = connections["default"].get_backend()
    assert not SearchChange.objects.exists()
    assert engine.indexed() == public_ids()
    assert len(public_ids()) == 55 + len(more)
    assert engine.find(parse("notice").tree, Visibility()).total == 55 + len(more)


def test_dead_cluster_is_a_503_for_search_alone_and_not_called_for_a_while(
    library, cluster, client, engine, caplog
):
    for node in cluster.nodes:
        node.kill()
    page = reverse("search"), {"q": "notice"}
    for _ in range(opensearch_client.FAILURE_THRESHOLD):
        assert client.get(*page).status_code == 503
    caplog.clear()
    assert client.get(*page).status_code == 503
    assert [record for record in caplog.records if record.name.startswith("opensearch")] == []
    with pytest.raises(IndexUnusableError, match="a moment ago"):
        engine.check()
    assert client.get(library[0].get_absolute_url()).status_code == 200
    assert client.get(reverse("health-ready")).json()["index"] == "down"


def test_publishing_works_while_the_cluster_is_down(library, cluster, publish, engine):
    for node in cluster.nodes:
        node.kill()
    release = publish(title="Notice of the day")
    assert "does not answer" in worker.process(in_request=True).failed[release.pk]
    cluster.restore()
    opensearch_client._connect.cache_clear()
    connections.reload("default")
    worker.sync()
    assert connections["default"].get_backend().indexed() == public_ids()


def test_frozen_node_causes_no_wrong_answer(library, cluster):
    frozen = next(node for node in cluster.nodes if node is not leader(cluster))
    with Readers({release.pk for release in library}) as readers:
        frozen.signal(signal.SIGSTOP)
        time.sleep(8)
        frozen.signal(signal.SIGCONT)
        time.sleep(circuit_breaker.OPEN_SECONDS + 2)
        before = readers.answers
        time.sleep(2)
    assert readers.wrong == []
    assert readers.answers > before
    print(f"{readers.answers} answers, {readers.refusals} refused")


def test_changes_during_a_rebuild_are_in_the_new_index(library, publish, engine, monkeypatch):
    monkeypatch.setattr("releases.search.opensearch.backend.BATCH", 20)
    changed = []

    def change(progress):
        if not changed:
            changed.append(publish(title="Notice in between"))
            publishing.withdraw(library[0], "It was wrong.")
            publishing.withdraw(library[-1], "It was wrong.")
            worker.process()

    assert BATCH > 20
    before = engine.generations.write_targets()
    assert engine.rebuild(change) == {}
    assert changed
    assert set(before).isdisjoint(engine.generations.write_targets())
    assert engine.indexed() == public_ids()


def test_killed_rebuild_is_restarted_once_it_counts_as_abandoned(library, engine, monkeypatch):
    engine._create_generation()  # where the killed rebuild stopped
    with pytest.raises(IndexLockedError, match="is rebuilding the search index"):
        engine.rebuild()
    assert engine.indexed() == public_ids()
    monkeypatch.setattr(generations, "BUILD_TIMEOUT", 0)
    assert engine.rebuild() == {}
    assert len(engine.generations.write_targets()) == 1


def test_indexes_of_older_code_are_deleted_after_a_while(library, engine, monkeypatch):
    client, name = engine.client, engine.generations.name
    other, foreign = f"{name}-{'0' * 16}-00000000", f"{name}-2-{'0' * 16}-00000000"
    for index in (other, foreign):
        client.indices.create(index=index)
    newer, made = f"{name}-{'f' * 16}-00000000", {"_meta": {"touched": time.time() + 60}}
    client.indices.create(index=newer, body={"mappings": made})
    engine.maintain()
    assert client.indices.exists(index=other)
    monkeypatch.setattr(generations, "KEEP_OUTDATED", 0)
    engine.maintain()
    assert not client.indices.exists(index=other)
    assert client.indices.exists(index=foreign)
    assert client.indices.exists(index=newer)
    client.indices.delete(index=foreign)
    assert engine.indexed() == public_ids()
