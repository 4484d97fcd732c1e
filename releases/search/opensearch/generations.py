"""What the indexes in a cluster are called, which one is in use, and who may write.

    pressroom-<fingerprint>            the alias that is read: the generation in use
    pressroom-<fingerprint>-making     the alias of the one that is being made, if any
    pressroom-<fingerprint>-<token>    a generation

Whoever writes holds a lock of the database, whatever machine it is on, and writes to both. So a
new generation needs no catching up, and no late writer can bring withdrawn text back. Machines
that run another version of the code have another fingerprint, and an index of their own.
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

LOCK_ID = 0x5072657373  # any number that nobody else takes; this one is "Press"
LOCK_POLL_INTERVAL = 0.02  # seconds between two attempts at the lock
BUILD_TIMEOUT = 120.0  # seconds after which a generation that nobody went on with is given up
REPLICA_TIMEOUT = 60  # seconds to wait for the copies of a new generation
KEEP_OUTDATED = 3600.0  # seconds for which another version's index is kept, once ours is in use


@dataclass(frozen=True)
class Generations:
    """The generations of one name in a cluster, as code with this fingerprint sees them."""

    client: OpenSearch
    name: str
    fingerprint: str

    @property
    def alias(self) -> str:
        """What is read."""
        return f"{self.name}-{self.fingerprint}"

    @property
    def build_alias(self) -> str:
        """The alias of the generation that is being made."""
        return f"{self.alias}-making"

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Within it nobody else writes. Raises Busy after `timeout` seconds. The lock goes with
        the transaction, whoever ends it; what is read within is as it is after the lock is had."""
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
        """The generations that every change goes to. Raises Unusable where none is in use,
        Rebuilding where the first is being made."""
        by_alias = self._aliases()
        if self.alias not in by_alias:
            self._raise_if_building(by_alias.get(self.build_alias))
            raise IndexUnusableError("There is no search index in the cluster.")
        return sorted(by_alias.values())

    def begin(self, body: dict[str, Any]) -> str:
        """A new generation; from now on changes go to it, too. Hold the lock. Raises Rebuilding
        while one is being made already."""
        if under_way := self._aliases().get(self.build_alias):
            self._raise_if_building(under_way)
            self.client.indices.delete(index=under_way)
        name = f"{self.alias}-{secrets.token_hex(4)}"
        self.client.indices.create(index=name, body={**body, "aliases": {self.build_alias: {}}})
        self.touch(name)
        return name

    def touch(self, name: str) -> None:
        """Note that it is still being made. Raises Unusable where it was given up."""
        if self._aliases().get(self.build_alias) != name:
            raise IndexUnusableError("This new search index was abandoned: it took too long.")
        self.client.indices.put_mapping(index=name, body={"_meta": {"touched": time.time()}})

    def secure(self, name: str, replicas: int) -> None:
        """Give what was made in haste its copies, and its writes to disk before they are answered;
        wait until the copies are there, or a while: a cluster may have no node for them."""
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
        """From now on it is the one in use, and the one before is gone. Hold the lock."""
        before = self._aliases().get(self.alias)
        actions: list[dict[str, Any]] = [
            {"add": {"index": name, "alias": self.alias}},
            {"remove": {"index": name, "alias": self.build_alias}},
        ]
        if before:
            actions.append({"remove_index": {"index": before}})
        self.client.indices.update_aliases(body={"actions": actions})

    def abandon(self, name: str) -> None:
        """Throw away what was being made."""
        self.client.indices.delete(index=name, ignore_unavailable=True)

    def prune(self) -> None:
        """Delete the indexes of versions of the code before ours, once ours is in use for a while.
        Of a version that comes after it, while machines are brought up one by one, it is kept."""
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
        """Of any version of the code; another site's name may begin as ours does."""
        return bool(re.fullmatch(rf"{re.escape(self.name)}-[0-9a-f]{{16}}-[0-9a-f]{{8}}", name))

    def _aliases(self) -> dict[str, str]:
        """The generation that each alias of ours stands for, where there is one."""
        response = self.client.indices.get_alias(
            index=f"{self.alias}-*", request_timeout=READ_TIMEOUT
        )
        return {alias: name for name, index in response.items() for alias in index["aliases"]}

    def _last_touched(self, name: str) -> float:
        """When its making was last gone on with, in seconds since 1970."""
        mapping = self.client.indices.get_mapping(index=name)[name]["mappings"]
        return float(mapping.get("_meta", {}).get("touched", 0))


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_ID])
        return bool(cursor.fetchone()[0])
