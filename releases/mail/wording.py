"""Subscriptions in words, for pages and mails."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from releases.models import Subscription, Topic

MAX_QUOTED = 100  # characters
_LINK = re.compile(r"\w\.\w\w|@|//|[^\W\d]/[^\W\d]")  # 24/7 is none
_TELEPHONE = re.compile(r"\d(?:[-\s.()\u2010-\u2015]*\d){6,}")


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


def describe_all(wanted: Sequence[Wanted]) -> list[str]:
    """Return the topic, search and language of each in words: Releases matching “water”, in
    Spanish."""
    slugs = {each.topic for each in wanted if each.topic}
    names = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return [_describe(each, names) for each in wanted]


def describe(wanted: Wanted) -> str:
    """Return one in words."""
    return describe_all([wanted])[0]


def is_message(q: str) -> bool:
    """Return whether a search may be meant for who reads it in a mail that anybody can have sent to
    them: it is long, or has what mail programs make a link or a call."""
    # Browsers read other full stops in a host name as ".", too.
    shown = unicodedata.normalize("NFKC", q).replace("。", ".")
    return len(q) > MAX_QUOTED or bool(_LINK.search(shown) or _TELEPHONE.search(shown))


def _describe(wanted: Wanted, topics: Mapping[str, str]) -> str:
    if wanted.kind == Subscription.Kind.CORRECTIONS:
        return _("All corrections and withdrawals")
    parts = [_("Releases matching “%(query)s”") % {"query": wanted.q}] if wanted.q else []
    if wanted.topic:
        topic = {"topic": topics.get(wanted.topic, wanted.topic)}
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
