"""Invariants that are checked after each fault."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from haystack import connections

from releases.archive.folder import verify
from releases.integrity.checks import broken_versions
from releases.models import Release, SearchChange, Version
from releases.search.engine import public_ids
from tools.drill.site import LISTS, Site
from tools.drill.writers import Confirmed, exports

Status = Release.Status
TAKEN_BACK = {Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED}
NUMBER = re.compile(r"/releases/(\d{4}-\d{4,})")


def lost(confirmed: Collection[Confirmed]) -> Iterator[str]:
    """Yield a sentence for each confirmed write that is missing or differs."""
    rows = Version.objects.filter(release__in={one.release for one in confirmed})
    kept = set(rows.values_list("release_id", "number", "sha256"))
    for one in confirmed:
        if one.export and not Path(one.export).is_dir():
            yield f"The export {one.export} is gone."
        elif one.release and (one.release, one.number, one.sha256) not in kept:
            yield f"Version {one.number} of the release with id {one.release} is gone."


def index_agrees() -> bool:
    """Return whether the index has all public releases and the outbox has nothing due."""
    is_due, is_retried = Q(due_at__lte=timezone.now()), Q(attempts__gt=0)
    waiting = SearchChange.objects.filter(is_due | is_retried).exists()
    return not waiting and connections["default"].get_backend().indexed() == public_ids()


def wrong(site: Site | None = None) -> Iterator[str]:
    """Yield a sentence for each inconsistency in the data and, with a site, on its pages."""
    if not index_agrees():
        yield "Index and database differ."
    yield from broken_versions()
    yield from _partial_actions()
    yield from _incomplete_exports()
    if site:
        yield from _visible_errors(site)


def _partial_actions() -> Iterator[str]:
    # An action writes both the release and the version, or neither.
    latest = Version.objects.filter(release=OuterRef("pk")).order_by("-number")
    rows = Release.objects.exclude(status__in=[Status.DRAFT, Status.IN_REVIEW])
    for pk, status, kind in rows.values_list("pk", "status", Subquery(latest.values("kind")[:1])):
        if kind is None or (status in TAKEN_BACK) != (kind == Version.Kind.WITHDRAWAL):
            yield f"The release with id {pk} is {status}, but its last version is {kind}."


def _incomplete_exports() -> Iterator[str]:
    """Verify and delete all exports; temporary folders start with a dot."""
    for folder in exports().iterdir():
        if not folder.name.startswith("."):
            try:
                for _ in verify(folder):
                    pass
            except Exception as error:
                yield f"The export {folder} is incomplete: {error}"
        shutil.rmtree(folder)


def _visible_errors(site: Site) -> Iterator[str]:
    """Check that processes are alive and that no list shows a release that is not public."""
    for name, process in (("server", site.server), ("loop", site.loop)):
        if process.poll() is not None:
            yield f"The {name} has ended."
    numbers = set(Release.objects.published().values_list("number", flat=True))
    for address in LISTS:
        answer = site.ask(address)
        if answer is None or answer.status != 200:
            yield f"{address} answers {answer and answer.status} after the recovery."
        elif hidden := set(NUMBER.findall(answer.text)) - numbers:
            yield f"{address} shows {', '.join(sorted(hidden))}, which is not public."
