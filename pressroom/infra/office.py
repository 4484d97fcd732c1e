"""Template context about the office that runs the site."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from pressroom.infra.http.client_ip import origin


def context(request: HttpRequest) -> dict[str, Any]:
    """Return `office_name`, `press_contact`, `origin` and `interface`, the page's language."""
    return {
        "office_name": settings.OFFICE_NAME,
        "press_contact": settings.PRESS_CONTACT,
        "origin": partial(origin, request),  # lazy: an invalid Host header raises
        "interface": get_language() or settings.LANGUAGE_CODE,
    }
