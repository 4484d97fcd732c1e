"""What every page says of the office that runs the site."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def context(request: HttpRequest) -> dict[str, str]:
    """Template context: `office_name`, `press_contact`, and `interface`, the page's language."""
    return {
        "office_name": settings.OFFICE_NAME,
        "press_contact": settings.PRESS_CONTACT,
        "interface": get_language() or settings.LANGUAGE_CODE,
    }
