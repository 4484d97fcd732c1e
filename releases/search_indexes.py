"""Definition of the search index: the public content of a release.

Haystack finds this module by its name; its commands and both engines use it.
"""

from __future__ import annotations

import datetime

from haystack import indexes

from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.search.analysis.quotations import quotations


class ValueField(indexes.CharField):
    """Text matched, sorted and counted as a whole."""

    field_type = "value"


class ReleaseIndex(indexes.SearchIndex, indexes.Indexable):
    """One entry per published release."""

    text = indexes.CharField(document=True, use_template=True, stored=False)
    title = indexes.CharField(model_attr="title", boost=3)
    contact = indexes.CharField(model_attr="contact", stored=False)
    said = indexes.CharField(stored=False)
    number = ValueField(model_attr="number")
    topics = indexes.MultiValueField()
    topic_names = indexes.MultiValueField()
    language = ValueField(model_attr="language")
    year = indexes.IntegerField(model_attr="date__year")
    date = indexes.DateField(model_attr="date")
    release_at = indexes.DateTimeField(model_attr="release_at")

    def get_model(self) -> type[Release]:
        return Release

    def get_updated_field(self) -> str:
        """Return the field that `update_index --age` filters by."""
        return "updated_at"

    def index_queryset(self, using: str | None = None) -> ReleaseQuerySet[Release]:
        """Return the releases that may be indexed now."""
        return self.public()

    def public(self, at: datetime.datetime | None = None) -> ReleaseQuerySet[Release]:
        """Return the releases that may be indexed at `at` (aware; default: now), prefetched."""
        return Release.objects.published(at).for_index()

    def prepare_said(self, release: Release) -> str:
        """Return the text in quotation marks."""
        sections = (section.body for section in release.sections.all())
        return "\n".join(quotations(text) for text in (release.body, *sections))

    def prepare_topics(self, release: Release) -> list[str]:
        """Return topic slugs, in the order of the names."""
        return [topic.slug for topic in release.topics.all()]

    def prepare_topic_names(self, release: Release) -> list[str]:
        """Return topic names, in the same order as the slugs."""
        return [topic.name for topic in release.topics.all()]
