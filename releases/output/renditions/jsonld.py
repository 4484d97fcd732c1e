"""JSON-LD rendition for search engines: a schema.org NewsArticle
(https://schema.org/NewsArticle)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from pressroom.infra import office
from releases.models import Version, addresses
from releases.output.edition import Edition

CORRECTIONS = (Version.Kind.CORRECTION, Version.Kind.UPDATE)


def article(edition: Edition) -> dict[str, Any]:
    """Return the page's content and corrections; the office is author and publisher."""
    release = edition.text
    publisher = _publisher(edition.site)
    card = edition.site + addresses.of_release("card", edition.number)
    images = [edition.site + image.address(image.stored()[0].name) for image in edition.images]
    optional = {
        "alternativeHeadline": release.subtitle,
        "dateline": release.dateline,
        "keywords": [topic.name for topic in edition.release.printed_topics],
        "correction": [_correction(row) for row in edition.changes if row.kind in CORRECTIONS],
    }
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": release.title,
        "datePublished": edition.published,
        "dateModified": timezone.localtime(edition.updated_at).isoformat(timespec="seconds"),
        "author": publisher,
        "publisher": publisher,
        "image": [*filter(None, [edition.lead_card]), card, *images],
        "url": edition.permalink,
        "mainEntityOfPage": edition.permalink,
        "identifier": edition.number,
        "version": str(edition.version.number),
        "inLanguage": release.language,
        "isAccessibleForFree": True,
        **{name: value for name, value in optional.items() if value},
    }


def _publisher(site: str) -> dict[str, str]:
    shown = office.current()
    named = {"@type": "Organization", "name": shown.name, "url": f"{site}/"}
    if shown.seal is None:
        return named
    return {**named, "logo": site + reverse("seal", args=[shown.seal.key, "seal.png"])}


def _correction(version: Version) -> dict[str, str]:
    return {
        "@type": "CorrectionComment",
        "text": version.note,
        "datePublished": timezone.localtime(version.at).isoformat(timespec="seconds"),
    }
