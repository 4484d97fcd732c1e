"""Links to alerts in templates."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django import template

from releases.mail import outgoing

DATES = {"year", "from", "to"}  # alerts are about new releases

register = template.Library()


register.simple_tag(outgoing.is_configured, name="alerts_are_offered")


@register.inclusion_tag("alerts/_link.html")
def alerts_link(query: str = "") -> dict[str, object]:
    """Link to alerts for a list with this query string, whatever its dates.

    Nothing for a list with dates only, or where no mail is sent.
    """
    kept = [(name, value) for name, value in parse_qsl(query[1:]) if name not in DATES]
    is_offered = outgoing.is_configured() and (bool(kept) or not query)
    return {"query": f"?{urlencode(kept)}" if kept else "", "is_offered": is_offered}
