"""Showing one recipient what is under embargo."""

from __future__ import annotations

import datetime
import secrets
from typing import Unpack

from django.db import transaction

from releases.models import AuditLine, PreviewLink, PreviewUse, Release
from releases.publishing.base import Act, Refused, audit, lock, moment, typed

Deed = AuditLine.Deed

LONGEST = datetime.timedelta(days=90)


@transaction.atomic
def share(
    release: Release, recipient: str, expires_at: datetime.datetime, **act: Unpack[Act]
) -> tuple[PreviewLink, str]:
    """A preview of a release under embargo, for one recipient (named in words), until it expires
    (aware); returns it and its token, which can not be told again.

    Raises Refused where nothing is under embargo, or the recipient has one already.
    """
    row, at = lock(release, Deed.SHARED, act), moment(act)
    recipient = " ".join(typed(recipient).split())
    if reasons := _objections(row, recipient, expires_at, at):
        raise Refused(*reasons)
    token = secrets.token_urlsafe(32)
    link = PreviewLink.objects.create(
        release=row,
        recipient=recipient,
        digest=PreviewLink.digest_of(token),
        made_by=act.get("by"),
        made_at=at,
        expires_at=expires_at,
    )
    audit(row, Deed.SHARED, f"With {recipient}, until {expires_at.isoformat()}", act)
    return link, token


@transaction.atomic
def revoke(link: PreviewLink, **act: Unpack[Act]) -> PreviewLink:
    """Close a preview at once. Raises Refused where it is closed already."""
    row, at = lock(link.release, Deed.REVOKED, act), moment(act)
    current = PreviewLink.objects.get(pk=link.pk)
    if not current.is_working(at):
        raise Refused(f"The preview for {current.recipient} is closed already.")
    current.revoked_at = at
    current.save()
    audit(row, Deed.REVOKED, f"From {current.recipient}", act)
    return current


def note_use(link: PreviewLink, at: datetime.datetime, file: str = "") -> None:
    """Keep that the preview's page, or a file by its name, was shown at `at`."""
    PreviewUse.objects.create(link=link, at=at, file=file)


def _objections(
    row: Release, recipient: str, expires_at: datetime.datetime, at: datetime.datetime
) -> list[str]:
    """Why it may not be shared like that, sentences."""
    if row.is_published(at):
        return ["It is public: its permalink is for everybody."]
    if not row.is_embargoed(at):
        return [f"It is {row.get_status_display()}: only what is under embargo is shared."]
    if not recipient:
        return ["Say whom the preview is for."]
    if not at < expires_at <= at + LONGEST:
        return [f"A preview expires in the next {LONGEST.days} days."]
    if row.preview_links.working(at).filter(recipient__iexact=recipient).exists():
        return [f"{recipient} has a preview already: revoke it to make another."]
    return []
