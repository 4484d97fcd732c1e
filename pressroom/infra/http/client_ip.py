"""Where a request comes from, and where the site is to be found."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

NAT64_NETWORK = ipaddress.ip_network("64:ff9b::/96")  # by a NAT64 (RFC 6052)


def origin(request: HttpRequest) -> str:
    """Scheme and host for whole addresses, as https://example.gov: SITE_ORIGIN, else those that the
    request came to."""
    return settings.SITE_ORIGIN or request.build_absolute_uri("/").rstrip("/")


def client_address(request: HttpRequest) -> str | None:
    """The IP address of who asks; None where it is not known, as on a Unix socket.

    Behind a front (HTTPS=proxy) it is the last in X-Forwarded-For: what our front itself saw. Those
    before it are what the client says, and are not believed; else the header is not looked at.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS == "proxy":
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        return str(_embedded_ipv4(ipaddress.ip_address(address.partition("%")[0])))
    except ValueError:
        return None


def _embedded_ipv4(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 one carries: else all of IPv4 is one network of IPv6."""
    if address.version == 4:
        return address
    if address in NAT64_NETWORK:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address
