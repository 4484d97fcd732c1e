"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The IP address of who asks; None where it is not known, as on a Unix socket.

    Behind a front (HTTPS=proxy) it is the last in X-Forwarded-For: what our front itself saw. Those
    before it are what the client says, and are not believed; else the header is not looked at.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS == "proxy":
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
