"""Calendar file of the event that a release announces."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.output import event as events
from releases.output.edition import Edition
from releases.web import http_caching
from releases.web.on_record import public_or_404


@cost(2)
@require_safe
def calendar(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the time and place of the event as an iCalendar file."""
    edition = Edition.of(public_or_404(number, timezone.now()), origin(request))
    event = events.find(edition)
    if event is None:
        raise Http404("The release announces no event.")
    headers = {"Content-Disposition": f'inline; filename="{number}.ics"'}
    return http_caching.conditional_response(
        request,
        lambda: HttpResponse(
            # Its library takes megabytes in each process that has it.
            import_string("releases.output.event_file.make")(edition, event),
            content_type="text/calendar; charset=utf-8",
            headers=headers,
        ),
        etag=http_caching.make_etag("ics", edition.fingerprint()),
    )
