"""The connection to an OpenSearch cluster, as SEARCH_URL names it, and the circuit before it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import TransportError
from opensearchpy.helpers import ScanError

from releases.search.engine import IndexUnusableError

Result = TypeVar("Result")

READ_TIMEOUT = 3  # seconds for an answer that somebody waits for
WRITE_TIMEOUT = 30  # for all others
FAILURE_THRESHOLD = 3  # in a row, after which the cluster is left alone
OPEN_SECONDS = 5.0  # seconds for which it is
NODE_FAILED = 500  # how a node tells of another that was lost while it answered
UNAVAILABLE = (502, 503, 504)
RETRY_STATUSES = (NODE_FAILED, *UNAVAILABLE)  # another node may answer
OVERLOADED = 429
MAX_RETRIES = 3  # of what the cluster was too busy to take: after two seconds, four, and eight

EXAMPLE = "opensearch://user:password@search-1:9200,search-2:9200/pressroom?replicas=1&shards=3"
URL_OPTIONS = ("tls", "ca", "shards", "replicas")


@dataclass(frozen=True)
class Cluster:
    """Where the cluster is, what its indexes are called, and how they are cut and copied."""

    hosts: tuple[tuple[str, int], ...]
    name: str = "pressroom"
    login: tuple[str, str] | None = None
    tls: bool = True
    ca: str | None = None
    shards: int = 1
    replicas: int = 1


def parse_url(url: str) -> Cluster:
    """`opensearch://[user:password@]host[:port][,host[:port]…][/name][?setting=…]`, where `tls=off`
    speaks plainly, `ca` is a file of certificates to trust, and `shards` and `replicas` are what a
    new index gets. Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    login, _, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    if parts.scheme != "opensearch" or not hosts or settings.keys() - set(URL_OPTIONS):
        raise _config_error("")
    if settings.get("tls", "on") not in ("on", "off"):
        raise _config_error(" tls must be on or off.")
    return Cluster(
        hosts=tuple(_parse_host(host) for host in hosts.split(",")),
        name=parts.path.strip("/") or Cluster.name,
        login=(unquote(user), unquote(password)) if login else None,
        tls=settings.get("tls") != "off",
        ca=settings.get("ca"),
        shards=_parse_count(settings, "shards", 1, Cluster.shards),
        replicas=_parse_count(settings, "replicas", 0, Cluster.replicas),
    )


def _parse_host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    try:
        return parts.hostname or "", parts.port or 9200
    except ValueError:
        raise _config_error(" A port must be a number.") from None


def _parse_count(settings: dict[str, str], name: str, least: int, default: int) -> int:
    text = settings.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= 100):
        raise _config_error(f" {name} must be a number from {least} to 100.")
    return int(text)


def _config_error(why: str) -> ImproperlyConfigured:
    """The address itself is not told: it may hold a password."""
    return ImproperlyConfigured(f"SEARCH_URL can not be read.{why} Write it so: {EXAMPLE}")


class CircuitBreaker:
    """Asks the cluster; one that does not answer is left alone for a while, so that nobody waits
    for it. Threads share it: none waits for another's answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def call(self, operation: Callable[[], Result]) -> Result:
        """What it answers. Raises Unusable while there is nobody to ask."""
        if time.monotonic() < self._open_until:
            raise IndexUnusableError("The search cluster did not answer a moment ago.")
        try:
            answer = operation()
        except TransportError as error:
            if _is_unavailable(error):
                self._note_failure()
            elif (
                error.status_code != NODE_FAILED
            ):  # one question that fails must not cut off all others
                raise
            raise IndexUnusableError(f"The search cluster does not answer: {error}") from error
        self._failures = 0
        return answer

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if (
                self._failures >= FAILURE_THRESHOLD
            ):  # the next one to ask after the pause tries it out
                self._open_until = time.monotonic() + OPEN_SECONDS


def _is_unavailable(error: TransportError) -> bool:
    return isinstance(error, NoConnection) or error.status_code in (OVERLOADED, *UNAVAILABLE)


def retry_when_overloaded(operation: Callable[[], Result]) -> Result:
    """What it answers; a cluster that is too busy is asked again later, as it is with bulks."""
    for attempt in range(MAX_RETRIES):
        try:
            return operation()
        except TransportError as error:
            if error.status_code != OVERLOADED:
                raise
        except ScanError:
            pass  # one of the shards was too busy
        time.sleep(2 << attempt)
    return operation()


def connect(url: str) -> tuple[Cluster, OpenSearch, CircuitBreaker]:
    """The cluster, and this process's own connections to it, which threads share."""
    return _connect(url, os.getpid())


@lru_cache(4)
def _connect(url: str, process: int) -> tuple[Cluster, OpenSearch, CircuitBreaker]:
    cluster = parse_url(url)
    options: dict[str, Any] = {"ca_certs": cluster.ca} if cluster.tls and cluster.ca else {}
    client = OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in cluster.hosts],
        http_auth=cluster.login,
        http_compress=True,
        use_ssl=cluster.tls,
        verify_certs=cluster.tls,
        timeout=WRITE_TIMEOUT,
        max_retries=len(cluster.hosts),  # each on another node, where one refuses
        retry_on_status=RETRY_STATUSES,
        **options,
    )
    return cluster, client, CircuitBreaker()
