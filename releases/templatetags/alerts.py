"""Links to alerts in templates."""

from __future__ import annotations

from django import template

from releases.mail import outgoing

register = template.Library()


register.simple_tag(outgoing.is_configured, name="alerts_are_offered")


@register.inclusion_tag("alerts/_link.html")
def alerts_link(query: str = "") -> dict[str, object]:
    """Link to alerts for a list with this query string; nothing where no mail is sent."""
    return {"query": query, "is_offered": outgoing.is_configured()}
