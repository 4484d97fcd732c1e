"""Choice among the page of a release and its renditions by the Accept header."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest

from releases.output.renditions import RENDITIONS

PAGE = "text/html"
BY_MEDIA_TYPE = {row.media_type.split(";")[0]: suffix for suffix, row in RENDITIONS.items()}
ANY = "*/*"


@lru_cache(maxsize=256)
def preferred_suffix(accept: str) -> str | None:
    """Return the suffix that the header prefers, or None for the page."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    try:
        media_type = request.get_preferred_type([PAGE, *BY_MEDIA_TYPE])
    except ValueError:  # of a header that cannot be read
        return None
    return BY_MEDIA_TYPE.get(str(media_type))
