"""An OpenSearch cluster behind Haystack, and behind the site's own search.

It keeps the promises of `whoosh_backend`: an entry is made from the database as it is under the
lock of whoever writes; results are made within the gate; a cluster that does not answer is an
error, and at once, for search alone.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from haystack import connections
from haystack.backends import BaseEngine, log_query
from haystack.models import SearchResult
from haystack.utils import get_identifier
from opensearchpy import NotFoundError, TransportError
from opensearchpy.exceptions import (
    HTTP_EXCEPTIONS,
    AuthenticationException,
    AuthorizationException,
)
from opensearchpy.helpers import ScanError, scan, streaming_bulk
from whoosh import query

from releases.content.cursors import Place
from releases.models import Release
from releases.search.engine import Found, Gate, Order, Unusable
from releases.search.fingerprint import fingerprint
from releases.search.haystack.backend import HaystackBackend, HaystackQuery, due_rows, forget_rows
from releases.search.haystack.opensearch import Reading, order, sortable
from releases.search.opensearch.client import LOST, READING, RETRIES, WRITING, connect, patiently
from releases.search.opensearch.entries import ANALYSIS, SIMILARITY, document, mapping
from releases.search.opensearch.generations import Generations
from releases.search.opensearch.queries import (
    COUNTS,
    DIFFERENT,
    EVERYTHING,
    NEWEST,
    Question,
    facets,
    fresher,
    in_any_form,
    matches,
    passing,
    seeks,
)
from releases.search.query.tree import Node

Action = dict[str, Any]

PATIENCE = 10.0  # seconds to wait for another writer
HURRY = 0.2  # the same within somebody's request
BATCH = 500  # releases read and sent at a time
BULK = 4 << 20  # bytes sent at a time; the next are sent when these are taken
REFUSED = (AuthenticationException, AuthorizationException)
WHOLE = {"allow_partial_search_results": False}


class OpenSearchBackend(HaystackBackend):
    """A cluster's index, for one thread; threads share the connections."""

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **{**options, "STORAGE": "ram"})
        self.cluster, self.client, self.circuit = connect(options["URL"])
        self.generations = Generations(self.client, self.cluster.name, fingerprint("opensearch"))

    # Writing

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None = None, hurry: bool = False
    ) -> dict[int, str]:
        """As `engine.Engine` has it. The database is read only once the lock is held."""
        wanted = set(ids)
        with self.generations.writing(HURRY if hurry else PATIENCE):
            generations = self.circuit.ask(self.generations.written)
            return self._bring_up_to_date(generations, wanted, at, READING if hurry else WRITING)

    def _bring_up_to_date(
        self,
        generations: list[str],
        wanted: set[int],
        at: datetime.datetime | None = None,
        seconds: float = WRITING,
    ) -> dict[int, str]:
        failed: dict[int, str] = {}
        anew = list(self.entries(wanted, failed, at))
        gone = wanted - failed.keys() - {entry["release"] for entry in anew}
        for name in generations:
            actions = [_index(name, entry) for entry in anew]
            failed |= self._write([*actions, *(_delete(name, pk) for pk in gone)], seconds)
        self.circuit.ask(
            lambda: self.client.indices.refresh(index=generations, request_timeout=seconds)
        )
        return failed

    def _write(self, actions: Iterable[Action], seconds: float = WRITING) -> dict[int, str]:
        """Send actions in bulk, no faster than they are taken; what was not, with the error."""
        return self.circuit.ask(lambda: dict(self._refused(actions, seconds)))

    def _refused(self, actions: Iterable[Action], seconds: float) -> Iterator[tuple[int, str]]:
        taken = streaming_bulk(
            self.client,
            actions,
            max_chunk_bytes=BULK,
            raise_on_error=False,
            max_retries=RETRIES,
            request_timeout=seconds,
        )
        for is_done, answer in taken:
            ((kind, told),) = answer.items()
            if not is_done and (kind, told["status"]) != ("delete", 404):
                yield int(told["_id"]), str(told.get("error", told["status"]))

    def entry(self, release: Release, prepared: dict[str, Any]) -> dict[str, Any]:
        """As HaystackBackend has it."""
        assert release.release_at  # it is public
        return document(prepared, self.fields.values(), (release.release_at, release.pk))

    def remove(self, obj_or_string: Release | str, commit: bool = True) -> None:
        """Take an entry out. Raises Busy while another writer keeps the lock."""
        gone = int(get_identifier(obj_or_string).rpartition(".")[2])
        with self.generations.writing(PATIENCE):
            generations = self.circuit.ask(self.generations.written)
            self._write(_delete(name, gone) for name in generations)
            self.circuit.ask(lambda: self.client.indices.refresh(index=generations))

    def clear(self, models: Collection[type] | None = None, commit: bool = True) -> None:
        """Take all entries out; `maintain` has them in again."""
        if models is None or Release in models:
            with self.generations.writing(PATIENCE):
                name = self._begin()
                self.generations.secure(name, self.cluster.replicas)
                self.generations.adopt(name)

    def rebuild(self, say: Callable[[str], object] = str) -> dict[int, str]:
        """As `engine.Engine` has it."""
        with self.generations.writing(PATIENCE):
            name = self.circuit.ask(lambda: patiently(self._begin))
        covered = due_rows()  # their releases are read below
        try:
            failed = self._fill(name, say)
            patiently(lambda: self.generations.secure(name, self.cluster.replicas))
            self._adopt(name, failed)
        except Exception:
            with suppress(Exception):  # what ended it is the error to tell
                self.generations.abandon(name)
            raise
        forget_rows(covered, failed)
        return failed

    def _begin(self) -> str:
        return self.generations.begin(
            {
                "settings": {
                    "number_of_shards": self.cluster.shards,
                    "number_of_replicas": 0,  # in haste: `secure` makes up for it
                    "translog.durability": "async",
                    "refresh_interval": "-1",  # whoever writes makes it seen
                    "analysis": ANALYSIS,
                    "similarity": SIMILARITY,
                },
                "mappings": mapping(self.fields.values()),
            }
        )

    def _fill(self, name: str, say: Callable[[str], object]) -> dict[int, str]:
        """All that is public. Other writers have their turn between two batches."""
        ids = sorted(Gate().public)
        failed: dict[int, str] = {}
        for start in range(0, len(ids), BATCH):
            with self.generations.writing(PATIENCE):
                patiently(lambda: self.generations.touch(name))
                anew = list(self.entries(ids[start : start + BATCH], failed))
                failed |= self._write(_index(name, entry) for entry in anew)
            say(f"{min(start + BATCH, len(ids)):,} of {len(ids):,} releases")
        return failed

    def _adopt(self, name: str, failed: dict[int, str]) -> None:
        """Compare the new generation with the database, and put it in use."""
        with self.generations.writing(PATIENCE):
            patiently(lambda: self.client.indices.refresh(index=name))
            behind = (Gate().public ^ patiently(lambda: self._ids(name))) - failed.keys()
            failed |= self._bring_up_to_date([name], behind)
            patiently(lambda: self.generations.adopt(name))

    def maintain(self) -> dict[int, str]:
        """As `engine.Engine` has it. The cluster joins its segments and mends its copies itself."""
        try:
            self.circuit.ask(self.generations.written)
        except Unusable:
            self.circuit.ask(self.client.info)  # where it is away nothing can be made
            return self.rebuild()
        self.generations.prune()
        return {}

    # Reading

    def check(self) -> None:
        """As `engine.Engine` has it."""
        self._ask({"size": 0, "query": EVERYTHING})

    def indexed(self) -> set[int]:
        """As `engine.Engine` has it."""
        return self._there(lambda: self._ids(self.generations.alias))

    def _ids(self, index: str) -> set[int]:
        body = {"query": EVERYTHING, "docvalue_fields": ["release"], "_source": False}
        return set(map(_release, scan(self.client, query=body, index=index, size=10_000)))

    def _ask(self, body: Question, **options: Any) -> dict[str, Any]:
        """What the index in use answers, by all of its shards. Raises Unusable."""
        return self._there(
            lambda: self.client.search(
                index=self.generations.alias,
                body={"_source": False, "track_total_hits": True, **body},
                allow_partial_search_results="false",
                request_timeout=READING,
                **options,
            )
        )

    def _there(self, question: Callable[[], Any]) -> Any:
        try:
            return self.circuit.ask(question)
        except NotFoundError as error:
            raise Unusable("There is no search index in the cluster.") from error
        except REFUSED as error:
            raise Unusable(f"The search cluster lets nobody in: {error}") from error
        except ScanError as error:
            raise Unusable(f"The search cluster lost a part of its answer: {error}") from error

    # The site's search

    def find(
        self,
        tree: Node | None,
        gate: Gate,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Place | None = None,
    ) -> Found:
        """As `engine.Engine` has it."""
        ranked = order == "relevance" and seeks(tree)
        question = passing(matches(tree, self._counts), gate.hidden, after)
        # Copies of a shard score alike only nearly: the pages of one search come from the same.
        alike = {**WHOLE, "preference": f"search{zlib.crc32(repr(tree).encode())}"}
        # What is counted is asked apart, so that the cluster remembers it: it is the same for each
        # page and each order, until the shard changes.
        counted = {"size": 0, "track_total_hits": True, "query": question, "aggs": COUNTS}
        lines: list[Question] = [alike, counted]
        if size:
            weighed = {"search_type": "dfs_query_then_fetch"} if ranked else {}  # by all shards
            lines += [
                alike | weighed,
                _slice(question, gate, ranked) | {"from": first, "size": size},
            ]
        counts, *slices = self._there(lambda: self._answers(lines))
        ids = tuple(_release(hit) for told in slices for hit in told["hits"]["hits"])
        return Found(ids, counts["hits"]["total"]["value"], facets(counts["aggregations"]))

    def counts(self, trees: Sequence[Node], gate: Gate) -> list[int]:
        """As `engine.Engine` has it."""
        return self._totals(
            passing(matches(tree, self._counts), gate.hidden, None) for tree in trees
        )

    def _counts(self, forms: Sequence[str], name: str) -> list[int]:
        """How many releases in the index have each word in any form; "": all there are."""
        return self._totals(in_any_form(form, name) if form else EVERYTHING for form in forms)

    def _totals(self, questions: Iterable[Question]) -> list[int]:
        """How many releases in the index each question finds; all are asked in one go."""
        wanted = {"size": 0, "track_total_hits": True}
        lines = [line for question in questions for line in (WHOLE, {**wanted, "query": question})]
        answers = self._there(lambda: self._answers(lines)) if lines else []
        return [answer["hits"]["total"]["value"] for answer in answers]

    def _answers(self, lines: list[Question]) -> list[dict[str, Any]]:
        """What the index in use answers to each question; a line before each says how to ask. A
        node is lost to one of the questions alone: the client does not see it, and asks no other.
        """
        for _ in self.cluster.hosts:
            index = self.generations.alias
            told = self.client.msearch(body=lines, index=index, request_timeout=READING)
            failures = [answer for answer in told["responses"] if "error" in answer]
            if not any(failure["status"] in LOST for failure in failures):
                break
        for failure in failures:
            kind = HTTP_EXCEPTIONS.get(failure["status"], TransportError)
            raise kind(failure["status"], failure["error"]["type"], failure)
        return list(told["responses"])

    # Haystack's search

    @log_query
    def search(
        self,
        query_string: str,
        sort_by: Sequence[str] | None = None,
        start_offset: int | None = 0,
        end_offset: int | None = None,
        facets: Collection[str] | None = None,
        narrow_queries: Collection[str] | None = None,
        models: Collection[type] | None = None,
        result_class: type | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """What SearchQuerySet asks. Any columns of values sort, in any directions; facets count
        whole values. Raises SearchBackendError for what it does not offer."""
        if not query_string:
            return {"results": [], "hits": 0}
        sought, narrowed = self.queries(query_string, narrow_queries, models, options)
        reading, first = Reading(self.schema), start_offset or 0
        columns = mapping(self.fields.values())["properties"]
        kept = {"bool": {"must": [reading.of(sought)], "filter": [*map(reading.of, narrowed)]}}
        scored = not sort_by and not isinstance(sought, query.Every)
        answer = self._ask(
            {
                "query": passing(kept, Gate().hidden, None),
                "sort": [{"_score": "desc"}, *NEWEST] if scored else order(sort_by or (), columns),
                "from": first,
                "size": max((end_offset or first + DIFFERENT) - first, 0),
                "aggs": {name: _counts(sortable(name, columns)) for name in facets or ()},
                "_source": True,
            }
        )
        return self._answer(answer, facets or (), result_class or SearchResult)

    def _answer(
        self, answer: dict[str, Any], facets: Collection[str], result_class: type
    ) -> dict[str, Any]:
        """What Haystack takes for an answer."""
        fields = connections[self.connection_alias].get_unified_index().get_index(Release).fields
        told = answer.get("aggregations", {})
        return {
            "results": [_result(hit, fields, result_class) for hit in answer["hits"]["hits"]],
            "hits": answer["hits"]["total"]["value"],
            "facets": {"fields": {name: _facet(told[name]) for name in facets}},
            "spelling_suggestion": None,
        }


class OpenSearchEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = OpenSearchBackend
    query = HaystackQuery


def _index(name: str, entry: dict[str, Any]) -> Action:
    return {"_op_type": "index", "_index": name, "_id": entry["release"], "_source": entry}


def _delete(name: str, pk: int) -> Action:
    return {"_op_type": "delete", "_index": name, "_id": pk}


def _slice(question: Question, gate: Gate, ranked: bool) -> Question:
    """What the question finds, in order; the release's id is all that is told of each."""
    return {
        "query": fresher(question, gate.at) if ranked else question,
        "sort": [{"_score": "desc"}, *NEWEST] if ranked else NEWEST,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": ["release"],
    }


def _release(hit: dict[str, Any]) -> int:
    return int(hit["fields"]["release"][0])


def _counts(column: str) -> Question:
    return {"terms": {"field": column, "size": DIFFERENT}}


def _facet(answer: dict[str, Any]) -> list[tuple[Any, int]]:
    """How often each value occurs, the most frequent first."""
    counts = ((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])
    return sorted(counts, key=lambda item: (-item[1], item[0]))


def _result(hit: dict[str, Any], fields: dict[str, Any], result_class: type) -> Any:
    shown = dict(hit["_source"]["shown"])
    app_label, model_name, pk = shown.pop("id").split(".")
    values = {name: fields[name].convert(value) for name, value in shown.items()}
    return result_class(app_label, model_name, pk, hit["_score"] or 0.0, **values)
