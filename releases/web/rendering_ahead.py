"""Public pages, rendered before anybody requests them.

A worker requests them as a reader would, which stores them: all pages of releases after its start
and after a change of all pages; after another change or the lift of an embargo those that show it;
after each, and on a new day, the beginnings of lists and feeds. A page that is stored already costs
a fraction of a millisecond, so nothing has to be known of what an earlier worker did.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from pressroom.infra import logs, office
from pressroom.infra.db.polling import poll
from releases.models import PublicChange, Release, SimilarReleases, Topic
from releases.models.querysets import ReleaseQuerySet
from releases.web.response_cache import shared
from releases.web.response_cache.changes import EARLIEST, is_of_all_pages
from releases.web.response_cache.middleware import AHEAD, CacheWSGIMiddleware
from releases.web.response_cache.state import read_state

INTERVAL = 1.0  # seconds between two looks at the changes, in which nothing is rendered
WORK = 1.0  # seconds of rendering between two of them
BATCH = 500  # releases read at once
MAX_CHANGES = 50  # at once; after more, all pages are looked at
MAX_WAITING = 1000  # pages of releases; instead of more, all are looked at
LISTS = ("home", "listing", "topics", "corrections")  # in each language
MACHINE_LISTS = ("sitemap-index", "api-releases", "feed-corrections")
FEEDS = ("atom", "rss", "json")

Change = tuple[int, int, list[int] | None, list[datetime.datetime] | None]


class Renderer:
    """Client that requests pages at one origin from this process."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._application = CacheWSGIMiddleware(WSGIHandler())

    def render(self, path: str) -> int:
        """Request the path, so that its page is stored; return the status."""
        scheme, host = urlsplit(self.origin)[:2]
        environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": host, "wsgi.url_scheme": scheme}
        environ["HTTP_ACCEPT_ENCODING"] = "gzip"  # as it is stored
        setup_testing_defaults(environ)
        statuses: list[str] = []

        def start_response(status: str, *_: object) -> Any:
            statuses.append(status)

        with logs.unlogged():
            parts = self._application({**environ, AHEAD: True}, start_response)
            if close := getattr(parts, "close", None):
                close()
        return int(statuses[0][:3])


class Worker:
    """Renders for readers of the office's canonical address, else of `origin`; "" for none."""

    def __init__(self, origin: str = "") -> None:
        self._origin = origin
        self._renderer: Renderer | None = None
        self._seen: set[tuple[int, int]] = set()  # rows of the log of changes
        self._looked_at: datetime.datetime | None = None
        self._until = EARLIEST  # next lift or midnight
        # Paths that wait since a change, each once.
        self._changed: OrderedDict[str, None] = OrderedDict()  # of releases
        self._lists: OrderedDict[str, None] = OrderedDict()
        self._all: Iterator[str] = iter(())
        self._is_all_again = False
        self._is_turn_of_all = True

    def step(self, stop: threading.Event) -> None:
        """Render a page at least, and no longer than WORK seconds."""
        if not (origin := office.current().origin or self._origin) or not _is_any_kept():
            return
        if not self._renderer or self._renderer.origin != origin:
            self._renderer, self._is_all_again = Renderer(origin), True
        self._note_changes(timezone.now())
        end = time.monotonic() + WORK
        while path := self._next():
            self._renderer.render(path)
            if stop.is_set() or time.monotonic() > end:
                break

    def _next(self) -> str | None:
        """Return the path of the next page, if any. Changes do not delay the pass over all pages
        for long: it has each other turn."""
        self._is_turn_of_all = not self._is_turn_of_all
        if self._is_turn_of_all:
            return self._next_of_all() or self._next_of_changes()
        return self._next_of_changes() or self._next_of_all()

    def _next_of_changes(self) -> str | None:
        waiting = self._changed or self._lists
        return waiting.popitem(last=False)[0] if waiting else None

    def _next_of_all(self) -> str | None:
        if not (path := next(self._all, None)) and self._is_all_again:
            self._all, self._is_all_again = release_paths(newest_first()), False
            path = next(self._all, None)
        return path

    def _note_changes(self, at: datetime.datetime) -> None:
        """Find what has to be rendered since the last call."""
        rows: list[Change] = list(
            PublicChange.objects.values_list("pk", "xid", "releases", "moments")
        )
        new = [row for row in rows if row[:2] not in self._seen]
        if not new and at < self._until:
            return
        last, lifts = self._looked_at, _lifts(self._looked_at or at, at)
        found = read_state(at)
        if shared.is_in_use():  # nothing else keeps them
            self._lists.update(dict.fromkeys(list_paths()))
        if not last or len(new) + len(lifts) > MAX_CHANGES or any(map(_is_of_all_pages, new)):
            self._is_all_again = True
        else:
            self._wait_for(release_paths(_showing([*new, *lifts])))
        # Last: what fails is repeated.
        self._seen, self._looked_at = {row[:2] for row in rows}, at
        self._until = found.until if found else self._until

    def _wait_for(self, paths: Iterable[str]) -> None:
        self._changed.update(dict.fromkeys(paths))
        if len(self._changed) > MAX_WAITING:
            self._changed.clear()
            self._is_all_again = True


def run(stop: threading.Event, progress: object = None, origin: str = "") -> None:
    """Render until `stop` is set."""
    poll(partial(Worker(origin).step, stop), "pages to render", stop, INTERVAL)


def _is_any_kept() -> bool:
    return shared.is_in_use() or not settings.DEBUG


def newest_first() -> Iterator[Release]:
    """Yield the public releases. Reads some at a time: requests may close the connection."""
    rows = _public().newest_first()
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        last = batch[-1]
        assert last.release_at
        batch = list(rows.following(last.release_at, last.pk)[:BATCH])


def release_paths(releases: Iterable[Release]) -> Iterator[str]:
    """Yield the path of each release's page in each language."""
    for release in releases:
        yield from _in_each_language(release.get_absolute_url)


def list_paths() -> Iterator[str]:
    """Yield the paths of the first pages of lists and feeds."""
    topics = Topic.objects.of_releases(Release.objects.published())
    pages: list[Callable[[], str]] = [partial(reverse, name) for name in LISTS]
    pages += [topic.get_absolute_url for topic in topics]
    for page in pages:
        yield from _in_each_language(page)
    yield from map(reverse, MACHINE_LISTS)
    yield from (reverse("feed-releases", args=[kind]) for kind in FEEDS)


def _in_each_language(address: Callable[[], str]) -> Iterator[str]:
    for language, _ in office.current().languages:
        with override(language):
            yield address()


def _public() -> ReleaseQuerySet[Release]:
    return Release.objects.published().only("number", "slug", "status", "release_at")


def _lifts(after: datetime.datetime, at: datetime.datetime) -> list[Change]:
    """Return the lifts of embargoes between the two moments, as the log of changes would."""
    found = _public().filter(release_at__gt=after, release_at__lte=at)
    rows = found.values_list("pk", "translation_of", "successor", "release_at")
    return [
        (0, 0, [name for name in names if name], [moment])
        for *names, moment in rows[: MAX_CHANGES + 1]
        if moment
    ]


def _showing(changes: Iterable[Change]) -> list[Release]:
    """Return the releases whose pages may show the changes.

    The log does not say which language a release had: of its neighbors there, only those in a
    language of the site are found.
    """
    rows = list(changes)
    ids = {pk for _, _, releases, _ in rows for pk in releases or ()}
    similar = SimilarReleases.objects.filter(others__overlap=list(ids)).values_list("pk", flat=True)
    found = list(_public().filter(Q(pk__in={*ids, *similar}) | Q(translation_of__in=ids)))
    languages = dict(Release.objects.filter(pk__in=ids).values_list("pk", "language"))
    for _, _, releases, moments in rows:
        if releases and moments:
            found += _neighbors(releases, moments, {languages.get(pk) for pk in releases})
    return list(dict.fromkeys(found))


def _neighbors(
    releases: list[int], moments: Iterable[datetime.datetime], languages: set[str | None]
) -> ReleaseQuerySet[Release]:
    """Return the nearest others before and after the first release at each of the moments: of any
    language, of each of the languages and, as it may have had another, of those of the site."""
    others = _public().exclude(pk__in=releases).exclude(translation_of__in=releases)
    of_languages = [others]
    for language in {*languages, *dict(office.current().languages)} - {None}:
        of_languages.append(others.filter(language=language))
    nearest = [
        side[:1]
        for found in of_languages
        for moment in set(moments)
        for side in (
            found.following(moment, releases[0]).newest_first(),
            found.preceding(moment, releases[0]).newest_first().reverse(),
        )
    ]
    return nearest[0].union(*nearest[1:])


def _is_of_all_pages(change: Change) -> bool:
    pk, _, releases, _ = change
    return is_of_all_pages(pk, releases)
