"""unAPI revision 1, which Zotero uses to find citations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from releases.models import Release
from releases.web.views.releases.renditions import rendition

MULTIPLE_CHOICES, NOT_ACCEPTABLE = 300, 406
UNAPI_FORMATS = {"ris": "ris", "bibtex": "bib"}


@require_safe
def unapi(request: HttpRequest) -> HttpResponseBase:
    """List the formats, or return a release in one of them."""
    number, wanted = request.GET.get("id"), request.GET.get("format")
    if number is not None:
        get_object_or_404(Release.objects.on_record(timezone.now()), number=_without_nul(number))
    if number is None or wanted is None:
        context = {"id": number, "formats": UNAPI_FORMATS}
        status = 200 if number is None else MULTIPLE_CHOICES
        return render(request, "unapi.xml", context, "application/xml", status)
    if wanted not in UNAPI_FORMATS:
        return HttpResponse(status=NOT_ACCEPTABLE)
    return rendition(request, number, UNAPI_FORMATS[wanted])


def _without_nul(text: str) -> str:
    # PostgreSQL rejects NUL in text.
    return text.replace("\0", "")
