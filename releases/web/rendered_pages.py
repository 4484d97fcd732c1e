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
from django.db import Error, connections
from django.db.models import (
    F,
    FilteredRelation,
    Func,
    Model,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from pressroom.infra import office
from pressroom.infra.db import replicas
from pressroom.infra.db.compiled import CompiledQuery
from releases.models import (
    Attachment,
    Image,
    Release,
    RenderedPage,
    SimilarReleases,
    Topic,
    Version,
)
from releases.models.querysets import ReleaseQuerySet
from releases.output import related
from releases.web.response_cache.changes import EARLIEST, LATEST, Shown
from releases.web.source_hash import source_hash

# Hosts or versions of the program that share a database do not overwrite each other's all the time.
REPLACED_AFTER = datetime.timedelta(minutes=1)
PARTS: tuple[type[Model], ...] = (Version, Image, Attachment)  # of a release, shown on its page
STORE = """
    INSERT INTO releases_renderedpage (release_id, language, key, html, made_at)
    SELECT unchanged.id, %s, %s, %s, %s
    FROM ({} FOR NO KEY UPDATE SKIP LOCKED) AS unchanged
    ON CONFLICT (release_id, language)
    DO UPDATE SET key = excluded.key, html = excluded.html, made_at = excluded.made_at
"""

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
    others: Sequence[Any]  # of `related.fetch_rows`, for `at`

    def related_to(self, release: Release) -> related.Related:
        """Return the related releases that are in the key."""
        return related.of_rows(release, self.release.similar_ids or (), self.others)  # type: ignore[attr-defined]


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
        others=others,
    )


def store(rendered: Rendered, html: str) -> None:
    """Store the HTML that was rendered since `rendered` was found, of its related releases and of
    its release, unless that has changed."""
    # A page that was read from a replica is not stored: readers do without the primary there.
    if not rendered.may_be_stored or replicas.current_alias() != replicas.PRIMARY:
        return
    row, now = rendered.release, timezone.now()
    page = RenderedPage(
        release_id=row.pk, language=rendered.language, key=rendered.key, html=html, made_at=now
    )
    try:
        _write(page, row.state)  # type: ignore[attr-defined]
    except Error as error:  # such as a server that is read-only for now
        logger.warning("A rendered page could not be stored: %r", error)


def _write(page: RenderedPage, state: str) -> None:
    """Store the page, unless its release has changed, is being changed or is no longer public."""
    # A withdrawal deletes the stored pages: none may be written after that.
    unchanged, values = _UNCHANGED.sql(page.made_at, page.release_id, state)
    shown = (page.language, page.key, page.html, page.made_at)
    with connections[replicas.PRIMARY].cursor() as cursor:
        cursor.execute(STORE.format(unchanged), (*shown, *values))


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
        *(row.server, row.state),
        *((each.relation, each.pk, each.row_version, each.last_correction_at) for each in others),
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _static_files() -> str:
    """Return a text that changes with the names of static files."""
    return f"{settings.STATIC_URL} {getattr(staticfiles_storage, 'manifest_hash', '')}"


def _pages(at: datetime.datetime, number: str, language: str) -> ReleaseQuerySet[Release]:
    """Return the release with its rendered page, and with the state of what it shows."""
    page = FilteredRelation("rendered_pages", condition=Q(rendered_pages__language=language))
    return (
        Release.objects.published(at)
        .filter(number=number)
        .only("number", "slug", "status", "language", "release_at", "translation_of")
        .annotate(page=page)
        .annotate(
            page_key=F("page__key"),
            page_html=F("page__html"),
            page_made_at=F("page__made_at"),
            similar_ids=_similar_ids(),
            # A dump that is restored into a new server can repeat the versions of rows.
            server=RawSQL("(SELECT system_identifier::text FROM pg_control_system())", ()),  # nosec B611
            state=_state(),
        )
    )


def _unchanged(at: datetime.datetime, pk: int, state: str) -> ReleaseQuerySet[Release]:
    found = Release.objects.published(at).filter(pk=pk).alias(state=_state())
    return found.filter(state=state).only("pk")


def _state() -> Func:
    """Return an expression for what the page shows of a release."""
    topics = Topic.objects.filter(releases=OuterRef("pk")).order_by("pk")
    return Func(
        Value(" "),
        # The transaction that wrote a row last: each change of the row changes it.
        RawSQL('"releases_release"."xmin"::text', ()),  # nosec B611
        *map(_row_versions, PARTS),
        ArraySubquery(topics.values(shown=JSONObject(slug="slug", name="name"))),
        _similar_ids(),
        function="concat_ws",
        output_field=TextField(),
    )


def _similar_ids() -> Subquery:
    similar = SimilarReleases.objects.filter(release=OuterRef("pk"))
    return Subquery(similar.values("others"))


def _row_versions(part: type[Model]) -> ArraySubquery:
    """Return the versions of the release's rows in that table."""
    rows = part._default_manager.filter(release=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values(row_version=RawSQL("xmin::text", ())))  # nosec B611


_MOMENT = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
_PAGES = CompiledQuery(_pages, (_MOMENT, "number", "language"))
_UNCHANGED = CompiledQuery(_unchanged, (_MOMENT, -1, "state"))
