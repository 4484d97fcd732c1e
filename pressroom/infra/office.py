"""What every page says of the office that runs the site."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from pressroom.infra.http.client_ip import origin


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: `office_name`, `press_contact`, `origin` of whole addresses, and
    `interface`, the page's language."""
    return {
        "office_name": settings.OFFICE_NAME,
        "press_contact": settings.PRESS_CONTACT,
        "origin": partial(origin, request),  # asked for where it is printed: a Host may be wrong
        "interface": get_language() or settings.LANGUAGE_CODE,
    }
