"""Reader of the current index of an OpenSearch cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from opensearchpy import NotFoundError, OpenSearch, TransportError
from opensearchpy.exceptions import (
    HTTP_EXCEPTIONS,
    AuthenticationException,
    AuthorizationException,
)
from opensearchpy.helpers import ScanError, scan

from releases.search.engine import IndexUnusableError
from releases.search.opensearch.client import (
    READ_TIMEOUT,
    RETRY_STATUSES,
    ClusterCircuit,
)
from releases.search.opensearch.generations import Generations
from releases.search.opensearch.queries import MATCH_ALL, QueryBody, in_any_form, release_id
from releases.search.query.terms import Term

Result = TypeVar("Result")

AUTH_ERRORS = (AuthenticationException, AuthorizationException)
ALL_SHARDS = {"allow_partial_search_results": False}


@dataclass(frozen=True)
class IndexReader:
    """Complete answers from all shards. Methods raise IndexUnusableError if there are none."""

    client: OpenSearch
    circuit: ClusterCircuit
    generations: Generations
    attempts: int

    def search(self, body: QueryBody) -> dict[str, Any]:
        """Return the response to one search."""
        return self._call(
            lambda: self.client.search(
                index=self.generations.alias,
                body={"_source": False, "track_total_hits": True, **body},
                allow_partial_search_results="false",
                request_timeout=READ_TIMEOUT,
            )
        )

    def multi_search(self, lines: list[QueryBody]) -> list[dict[str, Any]]:
        """Return the responses to several searches, each given as a header and a body."""
        return self._call(lambda: self._multi_search(lines))

    def totals(self, queries: Iterable[QueryBody]) -> list[int]:
        """Return the number of releases that each query finds, in one request."""
        body = {"size": 0, "track_total_hits": True}
        lines = [line for query in queries for line in (ALL_SHARDS, {**body, "query": query})]
        responses = self.multi_search(lines) if lines else []
        return [response["hits"]["total"]["value"] for response in responses]

    def count_terms(self, terms: Sequence[Term | None], column: str) -> list[int]:
        """Return the number of releases with each term; for None, of all releases."""
        return self.totals(in_any_form(term, column) if term else MATCH_ALL for term in terms)

    def ids(self) -> set[int]:
        """Return the ids of the releases in the current index."""
        return self._call(lambda: self.ids_in(self.generations.alias))

    def ids_in(self, index: str) -> set[int]:
        """Return the ids of the releases in an index. Raises OpenSearch's errors."""
        body = {"query": MATCH_ALL, "docvalue_fields": ["release"], "_source": False}
        return set(map(release_id, scan(self.client, query=body, index=index, size=10_000)))

    def _multi_search(self, lines: list[QueryBody]) -> list[dict[str, Any]]:
        # The client does not notice a node that fails on only one of the searches.
        for _ in range(self.attempts):
            index = self.generations.alias
            response = self.client.msearch(body=lines, index=index, request_timeout=READ_TIMEOUT)
            failures = [answer for answer in response["responses"] if "error" in answer]
            if not any(failure["status"] in RETRY_STATUSES for failure in failures):
                break
        for failure in failures:
            kind = HTTP_EXCEPTIONS.get(failure["status"], TransportError)
            raise kind(failure["status"], failure["error"]["type"], failure)
        return list(response["responses"])

    def _call(self, operation: Callable[[], Result]) -> Result:
        try:
            return self.circuit.call(operation)
        except NotFoundError as error:
            raise IndexUnusableError("There is no search index in the cluster.") from error
        except AUTH_ERRORS as error:
            raise IndexUnusableError(f"The search cluster refuses the login: {error}") from error
        except ScanError as error:
            raise IndexUnusableError(
                f"The search cluster's answer is incomplete: {error}"
            ) from error
