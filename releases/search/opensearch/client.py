"""Connection to the OpenSearch cluster of SEARCH_URL, and its circuit breaker."""

from __future__ import annotations

import os
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

from pressroom.infra.circuit_breaker import CircuitBreaker
from releases.search.engine import IndexUnusableError

Result = TypeVar("Result")

READ_TIMEOUT = 3  # seconds, when a reader waits
WRITE_TIMEOUT = 30  # seconds
FAILURE_THRESHOLD = 3  # failures in a row that open the circuit
NODE_FAILED = 500  # a node reports that it lost another one while answering
UNAVAILABLE = (502, 503, 504)
RETRY_STATUSES = (NODE_FAILED, *UNAVAILABLE)  # another node may answer
OVERLOADED = 429
MAX_RETRIES = 3  # when overloaded: after two, four and eight seconds

EXAMPLE = "opensearch://user:password@search-1:9200,search-2:9200/pressroom?replicas=1&shards=3"
URL_OPTIONS = ("tls", "ca", "shards", "replicas")


@dataclass(frozen=True)
class Cluster:
    """Address and login of a cluster, the name of its indexes, and their shards and replicas."""

    hosts: tuple[tuple[str, int], ...]
    name: str = "pressroom"
    login: tuple[str, str] | None = None
    tls: bool = True
    ca: str | None = None
    shards: int = 1
    replicas: int = 1


def parse_url(url: str) -> Cluster:
    """Parse `opensearch://[user:password@]host[:port][,host[:port]…][/name][?option=…]`.

    Options: `tls=off`; `ca`, a file of trusted certificates; `shards` and `replicas` of a new
    index. Raises ImproperlyConfigured.
    """
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
    # The message leaves out the URL, which may contain a password.
    return ImproperlyConfigured(f"SEARCH_URL is invalid.{why} Example: {EXAMPLE}")


class ClusterCircuit(CircuitBreaker):
    """Circuit breaker of a cluster, shared by the threads of this process."""

    def __init__(self) -> None:
        super().__init__("search cluster", IndexUnusableError, FAILURE_THRESHOLD)

    def call(self, operation: Callable[[], Result]) -> Result:
        """Return the result of `operation`. Raises IndexUnusableError if the cluster is down."""
        with self.guard():
            try:
                result = operation()
            except TransportError as error:
                if is_down := _is_unavailable(error):
                    self.trip(error)
                else:
                    self.reset()
                # A node that failed on one query still answers others: the circuit stays closed.
                if is_down or error.status_code == NODE_FAILED:
                    raise IndexUnusableError(
                        f"The search cluster does not answer: {error}"
                    ) from error
                raise
            self.reset()
            return result


def _is_unavailable(error: TransportError) -> bool:
    return isinstance(error, NoConnection) or error.status_code in (OVERLOADED, *UNAVAILABLE)


def retry_when_overloaded(operation: Callable[[], Result]) -> Result:
    """Return the result of `operation`, retrying while the cluster is overloaded."""
    for attempt in range(MAX_RETRIES):
        try:
            return operation()
        except TransportError as error:
            if error.status_code != OVERLOADED:
                raise
        except ScanError:
            pass  # one of the shards was overloaded
        time.sleep(2 << attempt)
    return operation()


def connect(url: str) -> tuple[Cluster, OpenSearch, ClusterCircuit]:
    """Return the cluster, and the client and circuit that the threads of this process share."""
    return _connect(url, os.getpid())


@lru_cache(4)
def _connect(url: str, process: int) -> tuple[Cluster, OpenSearch, ClusterCircuit]:
    cluster = parse_url(url)
    options: dict[str, Any] = {"ca_certs": cluster.ca} if cluster.tls and cluster.ca else {}
    client = OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in cluster.hosts],
        http_auth=cluster.login,
        http_compress=True,
        use_ssl=cluster.tls,
        verify_certs=cluster.tls,
        timeout=WRITE_TIMEOUT,
        max_retries=len(cluster.hosts),  # each on another node
        retry_on_status=RETRY_STATUSES,
        **options,
    )
    return cluster, client, ClusterCircuit()
