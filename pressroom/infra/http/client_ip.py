"""IP address of a request's client."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

NAT64_NETWORK = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address; None if unknown, as on a Unix socket."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS == "proxy":
        # Only the last address was seen by our own proxy; the client can forge the others.
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        return str(_embedded_ipv4(ipaddress.ip_address(address.partition("%")[0])))
    except ValueError:
        return None


def _embedded_ipv4(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address in a NAT64 or mapped IPv6 one, else `address`.

    Otherwise all of IPv4 would count as one IPv6 network.
    """
    if address.version == 4:
        return address
    if address in NAT64_NETWORK:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address
