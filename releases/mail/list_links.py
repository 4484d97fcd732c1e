"""Links from mails to what subscriptions ask for on the site."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.urls import reverse

from releases.mail import outgoing
from releases.mail.wording import Wanted
from releases.models import Subscription


def list_address(wanted: Wanted, since: datetime.date | None, until: datetime.date | None) -> str:
    """Return the address of a search for what a subscription asks for, between these dates; or of
    the corrections log, which has none."""
    if wanted.kind == Subscription.Kind.CORRECTIONS:
        return outgoing.absolute_url(reverse("corrections"))
    parameters = {
        "q": wanted.q,
        "topic": wanted.topic,
        "language": wanted.language,
        "from": since,
        "to": until,
    }
    query = urlencode({name: value for name, value in parameters.items() if value})
    return outgoing.absolute_url(f"{reverse('search')}?{query}")
