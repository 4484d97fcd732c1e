"""Comments on a release, and who has its form open. Both are for staff who may see the release."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from releases.content import paragraph_ids
from releases.models import Comment, Presence, Release
from releases.publishing.base import ActionRefusedError, require_reason

MAX_COMMENTS = 1000  # of one release, replies included
SENT_TWICE = datetime.timedelta(minutes=1)  # between two posts of one form
QUOTE_LENGTH = 120  # characters
EXPIRY = datetime.timedelta(minutes=2, seconds=30)  # of a form that no longer reports
LIFETIME = datetime.timedelta(days=1)  # of a row that has expired

WRITE_SOMETHING = "Write a comment."
NO_PARAGRAPH = "That paragraph is no longer there. Comment on the whole release instead."
NO_COMMENT = "That comment is no longer there."
TOO_MANY = f"A release has at most {MAX_COMMENTS} comments."
NOT_YOURS = "You may not see this release, so you cannot comment on it."


def paragraphs(release: Release) -> list[str]:
    """Return the plain text of the saved paragraphs; the first is number 1."""
    return list(paragraph_ids.texts(release.snapshot()))


def place(comment: Comment, texts: list[str]) -> str:
    """Return what a comment is about, in words, where it is in the paragraphs `texts` now."""
    if comment.paragraph is None:
        return comment.where
    now = [n for n, text in enumerate(texts, start=1) if _first_words(text) == comment.quote]
    if comment.paragraph in now:
        return comment.where
    if now:
        return f"paragraph {now[0]}, then paragraph {comment.paragraph}"
    return f"an earlier wording of paragraph {comment.paragraph}"


def open_comments(release: Release) -> QuerySet[Comment]:
    """Return the comments that nobody has settled, without replies."""
    return release.comments.filter(settled_at=None, parent=None).select_related("by")


@transaction.atomic
def add_comment(
    release: Release,
    text: str,
    by: User,
    at: datetime.datetime,
    paragraph: int | None = None,
    parent: int | None = None,
) -> Comment:
    """Add a comment on the release, its numbered paragraph, or the comment with the key `parent`.

    A reply opens a settled comment again. Raises ActionRefusedError.
    """
    row = _lock(release, by)
    text = require_reason(text, WRITE_SOMETHING)
    same = row.comments.filter(by=by, text=text, paragraph=paragraph, parent=parent)
    if sent_twice := same.filter(at__gt=at - SENT_TWICE).first():
        return sent_twice
    if row.comments.count() >= MAX_COMMENTS:
        raise ActionRefusedError(TOO_MANY)
    if parent is not None:
        answered = _find(row, parent)
        _settle(answered, None, None)
        return Comment.objects.create(release=row, parent=answered, text=text, by=by, at=at)
    quote = _quote(row, paragraph) if paragraph is not None else ""
    return Comment.objects.create(
        release=row, paragraph=paragraph, quote=quote, text=text, by=by, at=at
    )


@transaction.atomic
def settle_comment(release: Release, key: int, by: User, at: datetime.datetime) -> Comment:
    """Settle a comment with its replies. Raises ActionRefusedError."""
    comment = _find(_lock(release, by), key)
    if comment.settled_at is None:
        _settle(comment, by, at)
    return comment


@transaction.atomic
def reopen_comment(release: Release, key: int, by: User) -> Comment:
    """Open a settled comment again. Raises ActionRefusedError."""
    comment = _find(_lock(release, by), key)
    _settle(comment, None, None)
    return comment


def note_presence(release: Release, by: User, at: datetime.datetime) -> None:
    """Record that the person has the release's form open, since now if they had closed it."""
    row, is_new = Presence.objects.get_or_create(
        release=release, by=by, defaults={"since": at, "at": at}
    )
    if not is_new:
        since = row.since if at - row.at < EXPIRY else at
        Presence.objects.filter(pk=row.pk).update(since=since, at=at)
    Presence.objects.filter(at__lt=at - LIFETIME).delete()


def others_present(release: Release, by: User, at: datetime.datetime) -> list[Presence]:
    """Return who else has the release's form open at `at`, the longest first."""
    there = release.presences.filter(at__gt=at - EXPIRY).exclude(by=by)
    return list(there.select_related("by").order_by("since", "pk"))


def _lock(release: Release, by: User) -> Release:
    if not by.has_perm("releases.view_release"):
        raise ActionRefusedError(NOT_YOURS)
    row = Release.objects.select_for_update().filter(pk=release.pk).first()
    if row is None:
        raise ActionRefusedError("This release has been deleted.")
    return row


def _find(release: Release, key: int) -> Comment:
    comment = release.comments.filter(pk=key, parent=None).first()
    if comment is None:
        raise ActionRefusedError(NO_COMMENT)
    return comment


def _settle(comment: Comment, by: User | None, at: datetime.datetime | None) -> None:
    comment.settled_by, comment.settled_at = by, at
    comment.save(update_fields=["settled_by", "settled_at"])


def _quote(release: Release, paragraph: int) -> str:
    texts = paragraphs(release)
    if not 1 <= paragraph <= len(texts):
        raise ActionRefusedError(NO_PARAGRAPH)
    return _first_words(texts[paragraph - 1])


def _first_words(text: str) -> str:
    return " ".join(text.split())[:QUOTE_LENGTH]
