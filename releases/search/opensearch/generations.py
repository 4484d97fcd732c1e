"""Index generations in a cluster: their names, aliases and write lock.

    pressroom-<fingerprint>            alias for reading: the current generation
    pressroom-<fingerprint>-making     alias of the generation being built, if any
    pressroom-<fingerprint>-<token>    a generation

Writers on all machines share a database lock and write to both generations. So a new generation
needs no catching up, and no late writer can restore withdrawn text. Each version of the code has a
different fingerprint, and its own index.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from opensearchpy import OpenSearch

from releases.search.engine import IndexLockedError, IndexRebuildingError, IndexUnusableError
from releases.search.opensearch.client import READ_TIMEOUT

LOCK_ID = 0x5072657373  # "Press"; any number that no other advisory lock uses
LOCK_POLL_INTERVAL = 0.02  # seconds between attempts
BUILD_TIMEOUT = 120.0  # seconds without progress after which a build counts as abandoned
REPLICA_TIMEOUT = 60  # seconds to wait for the replicas of a new generation
KEEP_OUTDATED = 3600.0  # seconds to keep indexes of older versions once ours is in use


@dataclass(frozen=True)
class Generations:
    """Generations with one name in a cluster, for the code with this fingerprint."""

    client: OpenSearch
    name: str
    fingerprint: str

    @property
    def alias(self) -> str:
        """Alias for reading."""
        return f"{self.name}-{self.fingerprint}"

    @property
    def build_alias(self) -> str:
        """Alias of the generation being built."""
        return f"{self.alias}-making"

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the write lock in a transaction. Raises IndexLockedError after `timeout` seconds."""
        # The lock ends with its transaction, however that ends. A transaction for each attempt
        # makes sure that the caller reads what other writers committed before.
        until = time.monotonic() + timeout
        while True:
            with transaction.atomic():
                if _try_lock():
                    yield
                    return
            if time.monotonic() >= until:
                raise IndexLockedError("Another process writes to the search index.")
            time.sleep(LOCK_POLL_INTERVAL)

    def write_targets(self) -> list[str]:
        """Return the generations to write to. Raises IndexUnusableError if none is current, and
        IndexRebuildingError while the first is being built."""
        by_alias = self._aliases()
        if self.alias not in by_alias:
            self._raise_if_building(by_alias.get(self.build_alias))
            raise IndexUnusableError("There is no search index in the cluster.")
        return sorted(by_alias.values())

    def begin(self, body: dict[str, Any]) -> str:
        """Create a generation, which receives all later changes. Requires the lock. Raises
        IndexRebuildingError while another one is being built."""
        if under_way := self._aliases().get(self.build_alias):
            self._raise_if_building(under_way)
            self.client.indices.delete(index=under_way)
        name = f"{self.alias}-{secrets.token_hex(4)}"
        self.client.indices.create(index=name, body={**body, "aliases": {self.build_alias: {}}})
        self.touch(name)
        return name

    def touch(self, name: str) -> None:
        """Record that the build is in progress. Raises IndexUnusableError if it was abandoned."""
        if self._aliases().get(self.build_alias) != name:
            raise IndexUnusableError("This new search index was abandoned: it took too long.")
        self.client.indices.put_mapping(index=name, body={"_meta": {"touched": time.time()}})

    def secure(self, name: str, replicas: int) -> None:
        """Make a built generation durable: add replicas and sync writes to disk.

        Waits for the replicas, at most REPLICA_TIMEOUT: the cluster may have no node for them.
        """
        settings = {"number_of_replicas": replicas, "translog.durability": "request"}
        self.client.indices.put_settings(index=name, body={"index": settings})
        self.client.indices.flush(index=name)
        self.client.cluster.health(
            index=name,
            wait_for_status="green",
            params={"timeout": f"{REPLICA_TIMEOUT}s"},
            request_timeout=2 * REPLICA_TIMEOUT,
            ignore=408,
        )

    def activate(self, name: str) -> None:
        """Make a generation current and delete the previous one. Requires the lock."""
        before = self._aliases().get(self.alias)
        actions: list[dict[str, Any]] = [
            {"add": {"index": name, "alias": self.alias}},
            {"remove": {"index": name, "alias": self.build_alias}},
        ]
        if before:
            actions.append({"remove_index": {"index": before}})
        self.client.indices.update_aliases(body={"actions": actions})

    def abandon(self, name: str) -> None:
        """Delete a generation that was being built."""
        self.client.indices.delete(index=name, ignore_unavailable=True)

    def prune(self) -> None:
        """Delete indexes of older code, KEEP_OUTDATED seconds after ours was built."""
        # A newer version's index stays: machines may be upgraded one by one.
        own = self._aliases().get(self.alias)
        if not own or time.time() - (made := self._last_touched(own)) < KEEP_OUTDATED:
            return
        for name in self.client.indices.get(index=f"{self.name}-*"):
            if self._is_other_version(name) and self._last_touched(name) < made:
                self.client.indices.delete(index=name)

    def delete_all(self) -> None:
        """Delete every generation of this name."""
        for name in self.client.indices.get(index=f"{self.name}-*"):
            if self._is_generation(name):
                self.client.indices.delete(index=name)

    def _raise_if_building(self, name: str | None) -> None:
        if name and time.time() - self._last_touched(name) < BUILD_TIMEOUT:
            raise IndexRebuildingError("Another process is rebuilding the search index.")

    def _is_other_version(self, name: str) -> bool:
        return self._is_generation(name) and not name.startswith(self.alias)

    def _is_generation(self, name: str) -> bool:
        # Another site's name may begin with ours.
        return bool(re.fullmatch(rf"{re.escape(self.name)}-[0-9a-f]{{16}}-[0-9a-f]{{8}}", name))

    def _aliases(self) -> dict[str, str]:
        """Return our generations by alias."""
        response = self.client.indices.get_alias(
            index=f"{self.alias}-*", request_timeout=READ_TIMEOUT
        )
        return {alias: name for name, index in response.items() for alias in index["aliases"]}

    def _last_touched(self, name: str) -> float:
        """Return the time of its build's last progress, in seconds since 1970."""
        mapping = self.client.indices.get_mapping(index=name)[name]["mappings"]
        return float(mapping.get("_meta", {}).get("touched", 0))


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_ID])
        return bool(cursor.fetchone()[0])
