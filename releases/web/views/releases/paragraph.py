"""One paragraph of a release, to quote or to check a quote."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pressroom.infra.http.throttling import cost
from releases.output.citations import cite
from releases.output.paragraph_quotes import last_edition_with, quote_paragraph
from releases.web.on_record import release_or_404
from releases.web.views.releases.renditions import requested_edition
from releases.web.views.releases.tombstone import tombstone


@cost(5)
def page(request: HttpRequest, number: str, paragraph: int) -> HttpResponse:
    """Show the paragraph in version `v`, else in the last version that has it.

    Raises Http404 if the paragraph or the version never existed.
    """
    release = release_or_404(number, timezone.now())
    if release.is_taken_down:
        return tombstone(request, release)
    edition = requested_edition(request, release)
    try:
        if not request.GET.get("v"):
            edition = last_edition_with(edition, paragraph)
        quote = quote_paragraph(edition, paragraph)
    except LookupError as error:
        raise Http404(f"There is no such paragraph: {error}") from error
    context = {
        "release": release,
        "quote": quote,
        "edition": quote.edition,
        "citations": cite(quote.edition),
    }
    return render(request, "releases/paragraph.html", context)
