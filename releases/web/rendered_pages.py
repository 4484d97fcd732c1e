"""Pages of releases as rendered for an earlier reader, stored in the database.

A page is read by two queries and served if its key is still that of what it would show.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import Error, connections, transaction
from django.db.models import F, FilteredRelation, Model, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from pressroom.infra import office
from pressroom.infra.db import replicas
from pressroom.infra.db.compiled import CompiledQuery
from releases.models import Attachment, Image, Release, RenderedPage, SimilarReleases, Version
from releases.models.querysets import ReleaseQuerySet
from releases.output import related
from releases.web.response_cache.changes import EARLIEST, LATEST, Shown
from releases.web.source_hash import source_hash

# Hosts or versions of the program that share a database do not overwrite each other's all the time.
REPLACED_AFTER = datetime.timedelta(minutes=1)
PARTS: tuple[type[Model], ...] = (Version, Image, Attachment)  # of a release, shown on its page

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rendered:
    """Key of what the page of a public release shows now, and its HTML if that was stored."""

    release: Release
    language: str
    key: str
    html: str | None
    may_be_stored: bool
    shown: Shown


def find(request: HttpRequest, number: str, slug: str, at: datetime.datetime) -> Rendered | None:
    """Return the page of the release that is public at `at` under this address; None if there is
    none, or if it is never stored."""
    # Within a transaction, rows changed twice have the same version both times.
    if settings.DEBUG or request.META.get("QUERY_STRING") or _in_transaction():
        return None
    language = get_language() or settings.LANGUAGE_CODE
    found: list[Any] = _PAGES.fetch(at, number, language)
    if not found or found[0].slug != slug:
        return None
    row = found[0]
    others = related.fetch_rows(row, row.similar_ids or (), at)
    key = _key(request, row, others, language)
    age = row.page_made_at and at - row.page_made_at
    return Rendered(
        row,
        language,
        key,
        row.page_html if row.page_key == key else None,
        may_be_stored=age is None or age > REPLACED_AFTER,
        shown=_shown(row, others),
    )


def store(request: HttpRequest, rendered: Rendered, html: str) -> None:
    """Store the HTML rendered since `rendered` was found, unless what it shows has changed."""
    # A page that was read from a replica is not stored: readers do without the primary there.
    if not rendered.may_be_stored or replicas.current_alias() != replicas.PRIMARY:
        return
    release, now = rendered.release, timezone.now()
    again = find(request, str(release.number), release.slug, now)
    if again is None or again.key != rendered.key:
        return
    page = RenderedPage(
        release_id=release.pk, language=rendered.language, key=again.key, html=html, made_at=now
    )
    try:
        _write(page)
    except Error as error:  # such as a server that is read-only for now
        logger.warning("A rendered page could not be stored: %r", error)


@transaction.atomic
def _write(page: RenderedPage) -> None:
    """Store the page, unless its release is being changed or is no longer public."""
    # A withdrawal deletes the stored pages: none may be written after that.
    public = Release.objects.published(page.made_at).filter(pk=page.release_id)
    if not public.select_for_update(of=("self",), no_key=True, skip_locked=True).exists():
        return
    RenderedPage.objects.bulk_create(
        [page],
        update_conflicts=True,
        unique_fields=["release", "language"],
        update_fields=["key", "html", "made_at"],
    )


def _in_transaction() -> bool:
    return connections[replicas.current_alias()].in_atomic_block


def _shown(row: Any, others: Sequence[Any]) -> Shown:
    original = row.translation_of_id or row.pk
    releases = {row.pk, original, *(row.similar_ids or ()), *(other.pk for other in others)}
    moments = {other.relation: other.release_at for other in others}
    first, last = moments.get("previous", EARLIEST), moments.get("next", LATEST)
    return Shown(tuple(sorted(releases)), first, last)


def _key(request: HttpRequest, row: Any, others: Sequence[Any], language: str) -> str:
    shown = (
        *(source_hash(), _static_files(), bool(settings.EMAIL_URL), get_script_prefix(), language),
        settings.TIME_ZONE,
        *(office.current().key, office.origin(request)),
        *(row.server, row.row_version, row.similar_ids, row.topics_data),
        *(getattr(row, _versions_of(part)) for part in PARTS),
        *((each.relation, each.pk, each.row_version, each.last_correction_at) for each in others),
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _static_files() -> str:
    """Return a text that changes with the names of static files."""
    return f"{settings.STATIC_URL} {getattr(staticfiles_storage, 'manifest_hash', '')}"


def _pages(at: datetime.datetime, number: str, language: str) -> ReleaseQuerySet[Release]:
    """Return the release with its rendered page, and with versions of the rows that it shows."""
    similar = SimilarReleases.objects.filter(release=OuterRef("pk"))
    page = FilteredRelation("rendered_pages", condition=Q(rendered_pages__language=language))
    return (
        Release.objects.published(at)
        .filter(number=number)
        .for_listing()  # with the topics
        .order_by()
        .only("number", "slug", "status", "release_at", "translation_of")
        .annotate(page=page)
        .annotate(
            page_key=F("page__key"),
            page_html=F("page__html"),
            page_made_at=F("page__made_at"),
            similar_ids=Subquery(similar.values("others")),
            # A dump that is restored into a new server can repeat the versions of rows.
            server=RawSQL("(SELECT system_identifier::text FROM pg_control_system())", ()),  # nosec B611
            # The transaction that wrote a row last: each change of the row changes it.
            row_version=RawSQL('"releases_release"."xmin"::text', ()),  # nosec B611
            **{_versions_of(part): _row_versions(part) for part in PARTS},
        )
    )


def _versions_of(part: type[Model]) -> str:
    return f"{part._meta.model_name}_versions"


def _row_versions(part: type[Model]) -> ArraySubquery:
    """Return the versions of the release's rows in that table."""
    rows = part._default_manager.filter(release=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values(row_version=RawSQL("xmin::text", ())))  # nosec B611


_PAGES = CompiledQuery(
    _pages, (datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), "number", "language")
)
