"""Subscriptions in words, for pages and mails."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from releases.models import Subscription, Topic


class Wanted(Protocol):
    """A subscription or its criteria."""

    @property
    def kind(self) -> str: ...
    @property
    def q(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def language(self) -> str: ...


def describe(wanted: Wanted) -> str:
    """Return its topic, search and language in words: Releases matching “water”, in Spanish."""
    if wanted.kind == Subscription.Kind.CORRECTIONS:
        return _("All corrections and withdrawals")
    parts = [_("Releases matching “%(query)s”") % {"query": wanted.q}] if wanted.q else []
    if wanted.topic:
        name = Topic.objects.filter(slug=wanted.topic).values_list("name", flat=True).first()
        topic = {"topic": name or wanted.topic}
        parts.append(
            _("on the topic %(topic)s") % topic
            if parts
            else _("Releases on the topic %(topic)s") % topic
        )
    if wanted.language:
        language = {"language": _language_name(wanted.language)}
        parts.append(
            _("in %(language)s") % language if parts else _("Releases in %(language)s") % language
        )
    return ", ".join(parts) or _("All releases")


def _language_name(tag: str) -> str:
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag
