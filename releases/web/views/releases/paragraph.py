"""One paragraph of a release, to quote and to check a quote against."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pressroom.infra.http.throttling import cost
from releases.models import Release
from releases.output.citations import cite
from releases.output.paragraph_quotes import last_edition_with, quote_paragraph
from releases.web.views.releases.renditions import requested_edition
from releases.web.views.releases.tombstone import tombstone


@cost(5)
def page(request: HttpRequest, number: str, paragraph: int) -> HttpResponse:
    """The paragraph as the version that `v` names has it, else as it read last, with its citations;
    and whether its words stand unchanged. 404 for a paragraph or a version that never was."""
    releases = Release.objects.on_record(timezone.now()).for_editions()
    release = get_object_or_404(releases, number=number)
    if release.is_taken_down:
        return tombstone(request, release)
    edition = requested_edition(request, release)
    try:
        if not request.GET.get("v"):
            edition = last_edition_with(edition, paragraph)
        quoted = quote_paragraph(edition, paragraph)
    except LookupError as error:
        raise Http404(f"There is no such paragraph: {error}") from error
    context = {"quote": quoted, "edition": quoted.edition, "citations": cite(quoted.edition)}
    return render(request, "releases/paragraph.html", context)
