"""What every page says of the office that runs the site."""

from django.conf import settings
from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, str]:
    """Template context: `office_name`, `press_contact`."""
    return {"office_name": settings.OFFICE_NAME, "press_contact": settings.PRESS_CONTACT}
