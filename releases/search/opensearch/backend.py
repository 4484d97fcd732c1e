"""OpenSearch backend of Haystack and of the site's search.

Like the embedded engine, it builds entries from the database under the write lock, and limits
results to public releases. If the cluster does not answer, only search fails, and at once.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from opensearchpy.helpers import streaming_bulk

from releases.content.cursors import Cursor
from releases.models import PublicChange, Release
from releases.search.engine import IndexUnusableError, Matches, Order, Visibility
from releases.search.explanation import Explanation
from releases.search.fingerprint import fingerprint
from releases.search.haystack.backend import HaystackBackend, HaystackEngine
from releases.search.haystack.opensearch import parse_response, search_body
from releases.search.haystack.requests import SearchRequest, SearchResponse
from releases.search.opensearch.client import (
    MAX_RETRIES,
    READ_TIMEOUT,
    WRITE_TIMEOUT,
    connect,
    retry_when_overloaded,
)
from releases.search.opensearch.entries import (
    ANALYSIS,
    SIMILARITY,
    Action,
    delete_action,
    document,
    index_action,
    mapping,
)
from releases.search.opensearch.explaining import explain_body, parse_explanation
from releases.search.opensearch.generations import Generations
from releases.search.opensearch.queries import (
    MATCH_ALL,
    QueryBody,
    build_query,
    count_body,
    exclude_hidden,
    has_scored_terms,
    page_body,
    parse_facets,
    release_id,
)
from releases.search.opensearch.reader import ALL_SHARDS, IndexReader
from releases.search.outbox import delete_changes, due_change_ids
from releases.search.query.tree import Node

LOCK_TIMEOUT = 10.0  # seconds
REQUEST_LOCK_TIMEOUT = 0.2  # seconds, when a reader or editor waits
BATCH = 500  # releases per transaction
MAX_BULK_BYTES = 4 << 20  # per bulk request


class OpenSearchBackend(HaystackBackend):
    """Index in a cluster. One per thread; threads share the client."""

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.cluster, self.client, self.circuit = connect(options["URL"])
        self.generations = Generations(self.client, self.cluster.name, fingerprint("opensearch"))
        self.reader = IndexReader(
            self.client, self.circuit, self.generations, attempts=len(self.cluster.hosts)
        )

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None = None, in_request: bool = False
    ) -> dict[int, str]:
        wanted = set(ids)
        with self.generations.writing(REQUEST_LOCK_TIMEOUT if in_request else LOCK_TIMEOUT):
            generations = self.circuit.call(self.generations.write_targets)
            return self._reindex(
                generations, wanted, at, READ_TIMEOUT if in_request else WRITE_TIMEOUT
            )

    def _reindex(
        self,
        generations: list[str],
        wanted: set[int],
        at: datetime.datetime | None = None,
        seconds: float = WRITE_TIMEOUT,
    ) -> dict[int, str]:
        failed: dict[int, str] = {}
        entries = list(self.entries(wanted, failed, at))
        gone = wanted - failed.keys() - {entry["release"] for entry in entries}
        for name in generations:
            actions = [index_action(name, entry) for entry in entries]
            actions += [delete_action(name, pk) for pk in gone]
            failed |= self._bulk_write(actions, seconds)
        self.circuit.call(
            lambda: self.client.indices.refresh(index=generations, request_timeout=seconds)
        )
        return failed

    def _bulk_write(
        self, actions: Iterable[Action], seconds: float = WRITE_TIMEOUT
    ) -> dict[int, str]:
        """Send actions in bulk. Returns errors by release id."""
        return self.circuit.call(lambda: dict(self._bulk_errors(actions, seconds)))

    def _bulk_errors(self, actions: Iterable[Action], seconds: float) -> Iterator[tuple[int, str]]:
        results = streaming_bulk(
            self.client,
            actions,
            max_chunk_bytes=MAX_BULK_BYTES,
            raise_on_error=False,
            max_retries=MAX_RETRIES,
            request_timeout=seconds,
        )
        for is_done, answer in results:
            ((kind, response),) = answer.items()
            if not is_done and (kind, response["status"]) != ("delete", 404):
                yield int(response["_id"]), str(response.get("error", response["status"]))

    def entry(self, release: Release, prepared: dict[str, Any]) -> dict[str, Any]:
        assert release.release_at  # public releases have one
        return document(prepared, self.fields.values(), (release.release_at, release.pk))

    def remove_entry(self, pk: int) -> None:
        with self.generations.writing(LOCK_TIMEOUT):
            generations = self.circuit.call(self.generations.write_targets)
            self._bulk_write(delete_action(name, pk) for name in generations)
            self.circuit.call(lambda: self.client.indices.refresh(index=generations))

    def clear_entries(self) -> None:
        with self.generations.writing(LOCK_TIMEOUT):
            name = self._create_generation()
            self.generations.secure(name, self.cluster.replicas)
            self.generations.activate(name)

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        with self.generations.writing(LOCK_TIMEOUT):
            name = self.circuit.call(lambda: retry_when_overloaded(self._create_generation))
        covered = due_change_ids()  # `_fill` reads their releases
        try:
            failed = self._fill(name, progress)
            retry_when_overloaded(lambda: self.generations.secure(name, self.cluster.replicas))
            self._activate(name, failed)
        except Exception:
            with suppress(Exception):  # the first error is the one to report
                self.generations.abandon(name)
            raise
        delete_changes(covered, failed)
        PublicChange.record_for_lists()  # cached pages show results of the old index
        return failed

    def _create_generation(self) -> str:
        return self.generations.begin(
            {
                "settings": {
                    "number_of_shards": self.cluster.shards,
                    "number_of_replicas": 0,  # `secure` adds them after the build
                    "translog.durability": "async",
                    "refresh_interval": "-1",  # writers refresh
                    "analysis": ANALYSIS,
                    "similarity": SIMILARITY,
                },
                "mappings": mapping(self.fields.values()),
            }
        )

    def _fill(self, name: str, progress: Callable[[str], object]) -> dict[int, str]:
        """Write all public releases. Other writers may take the lock between batches."""
        ids = sorted(Visibility().public)
        failed: dict[int, str] = {}
        for start in range(0, len(ids), BATCH):
            with self.generations.writing(LOCK_TIMEOUT):
                retry_when_overloaded(lambda: self.generations.touch(name))
                entries = list(self.entries(ids[start : start + BATCH], failed))
                failed |= self._bulk_write(index_action(name, entry) for entry in entries)
            progress(f"{min(start + BATCH, len(ids)):,} of {len(ids):,} releases")
        return failed

    def _activate(self, name: str, failed: dict[int, str]) -> None:
        """Bring the new generation up to date with the database, and make it current."""
        with self.generations.writing(LOCK_TIMEOUT):
            retry_when_overloaded(lambda: self.client.indices.refresh(index=name))
            indexed = retry_when_overloaded(lambda: self.reader.ids_in(name))
            failed |= self._reindex([name], (Visibility().public ^ indexed) - failed.keys())
            retry_when_overloaded(lambda: self.generations.activate(name))

    def maintain(self) -> dict[int, str]:
        # The cluster merges segments and restores replicas by itself.
        try:
            self.circuit.call(self.generations.write_targets)
        except IndexUnusableError:
            self.circuit.call(self.client.info)  # a rebuild needs a cluster that answers
            return self.rebuild()
        self.generations.prune()
        return {}

    def check(self) -> None:
        self.reader.search({"size": 0, "query": MATCH_ALL})

    def indexed(self) -> set[int]:
        return self.reader.ids()

    def find(
        self,
        tree: Node | None,
        visibility: Visibility,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Cursor | None = None,
    ) -> Matches:
        ranked = order == "relevance" and has_scored_terms(tree)
        query = exclude_hidden(build_query(tree, self.reader.count_terms), visibility.hidden, after)
        # Replicas of a shard differ slightly in scores: all pages of a search use the same ones.
        header = {**ALL_SHARDS, "preference": f"search{zlib.crc32(repr(tree).encode())}"}
        # Counts are a separate search, so that the cluster caches them across pages and orders.
        lines: list[QueryBody] = [header, count_body(query)]
        if size:
            # Term statistics of all shards, so that scores of different shards compare.
            scoring = {"search_type": "dfs_query_then_fetch"} if ranked else {}
            page = page_body(query, tree, visibility, ranked) | {"from": first, "size": size}
            lines += [header | scoring, page]
        counts, *pages = self.reader.multi_search(lines)
        ids = tuple(release_id(hit) for page in pages for hit in page["hits"]["hits"])
        return Matches(ids, counts["hits"]["total"]["value"], parse_facets(counts["aggregations"]))

    def counts(self, trees: Sequence[Node], visibility: Visibility) -> list[int]:
        return self.reader.totals(
            exclude_hidden(build_query(tree, self.reader.count_terms), visibility.hidden, None)
            for tree in trees
        )

    def explain(
        self, tree: Node | None, visibility: Visibility, ids: Collection[int]
    ) -> dict[int, Explanation]:
        if not has_scored_terms(tree):
            return {}
        query = build_query(tree, self.reader.count_terms)
        body = explain_body(query, tree, visibility, visibility.public.intersection(ids))
        found = self.reader.search(body)["hits"]["hits"]
        return {release_id(hit): parse_explanation(hit, tree, visibility) for hit in found}

    def search_haystack(self, request: SearchRequest) -> SearchResponse:
        columns = mapping(self.fields.values())["properties"]
        answer = self.reader.search(search_body(request, self.schema, columns))
        return parse_response(answer, request, self.fields)


class OpenSearchEngine(HaystackEngine):
    """Engine class for HAYSTACK_CONNECTIONS."""

    backend = OpenSearchBackend
