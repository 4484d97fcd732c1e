"""Links of a release that lead nowhere on other sites, asked only when staff want to know.

The server asks addresses that staff typed, so it connects to public addresses only: each name is
resolved once, and the connection goes to the very address that was checked. Redirects are not
followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from releases.content import markup

MAX_LINKS = 20
TIMEOUT = 5  # seconds for each step of one request
LONGEST_LINE = 1024  # bytes
DEADLINE = 15  # seconds for all
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
MAX_IPV4 = 2**32 - 1
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that is assigned (RFC 4291, section 2.4)
GONE = (404, 410)
FIRST_SERVER_ERROR = 500

OK = "answers"
NOT_ASKED = "was not checked: it is no public address on the usual port"
NO_ANSWER = "does not answer"
UNKNOWN_NAME = "names a site that does not exist"

_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})\b")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotPublicError(OSError):
    """An address that is not on the public internet."""


@dataclass(frozen=True)
class LinkAnswer:
    """Result of checking one link, in words."""

    address: str
    sentence: str

    @property
    def is_sound(self) -> bool:
        return self.sentence == OK


def is_public(address: Address) -> bool:
    """Return whether it is a unicast address of the public internet."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        return is_public(mapped)
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & MAX_IPV4))
    # 6to4 and Teredo addresses contain others that may be inward.
    is_tunnel = bool(getattr(address, "sixtofour", None) or getattr(address, "teredo", None))
    is_reserved = address.version == 6 and address not in GLOBAL_UNICAST
    return address.is_global and not (address.is_multicast or is_tunnel or is_reserved)


def web_links(texts: Iterable[str]) -> list[str]:
    """Return the first `MAX_LINKS` web addresses linked in the Markdown texts."""
    found = dict.fromkeys(address for text in texts for _, address in markup.links(text))
    return [link for link in found if link.lower().startswith(("http://", "https://"))][:MAX_LINKS]


def check_links(
    links: list[str], may_connect: Callable[[Address, int], bool] | None = None
) -> list[LinkAnswer]:
    """Ask each address once, all at the same time, for at most `DEADLINE` seconds together.

    `may_connect` decides about an address and a port; by default, the public ones.
    """
    allowed = may_connect or _is_usual
    found: dict[str, str] = {}

    def ask(link: str) -> None:
        found[link] = _ask(link, allowed)

    # Daemons: a server that answers a byte at a time must not hold up the end of this process.
    threads = [threading.Thread(target=ask, args=[link], daemon=True) for link in links]
    for thread in threads:
        thread.start()
    until = time.monotonic() + DEADLINE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return [LinkAnswer(link, found.get(link, NO_ANSWER)) for link in links]


def _is_usual(address: Address, port: int) -> bool:
    return is_public(address) and port in PORTS.values()


def _ask(link: str, allowed: Callable[[Address, int], bool]) -> str:
    """Return what is to say about the link. Catches what a network does."""
    try:
        status = request_status(urlsplit(link), allowed)
    except NotPublicError:
        return NOT_ASKED
    except socket.gaierror:
        return UNKNOWN_NAME
    except (OSError, http.client.HTTPException, ValueError):
        return NO_ANSWER
    is_wrong = status in GONE or status >= FIRST_SERVER_ERROR
    return f"answers with error {status}" if is_wrong else OK


def request_status(
    parts: SplitResult,
    may_connect: Callable[[Address, int], bool] | None = None,
    method: str = "HEAD",
    body: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({"User-Agent": "Pressroom"}),
) -> int:
    """Send a request and return the status of the answer, whose redirects are not followed.

    `may_connect` is that of `check_links`. Raises NotPublicError, OSError, HTTPException or
    ValueError.
    """
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    connection.default_port = PORTS[parts.scheme]  # not in the Host header
    connection.sock = _connect(host, port, may_connect or _is_usual)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {**headers, "Connection": "close"})
        return _read_status(connection.sock)
    finally:
        connection.close()


def _read_status(sock: socket.socket) -> int:
    """Return the status of the answer, reading no more than its first line."""
    until, line = time.monotonic() + TIMEOUT, b""
    while b"\n" not in line and len(line) < LONGEST_LINE:
        sock.settimeout(max(0.01, until - time.monotonic()))
        if not (read := sock.recv(LONGEST_LINE)):
            break
        line += read
    if match := _STATUS_LINE.match(line):
        return int(match[1])
    raise ValueError("The answer is not HTTP.")


def _connect(host: str, port: int, allowed: Callable[[Address, int], bool]) -> socket.socket:
    """Connect to an address of the name. Raises NotPublicError if one of them is not allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        if not allowed(ipaddress.ip_address(str(address[0]).partition("%")[0]), port):
            raise NotPublicError(host)
    # To the address itself: a name asked again could resolve to another one.
    return socket.create_connection((str(found[0][4][0]), port), timeout=TIMEOUT)
