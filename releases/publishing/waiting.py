"""Releases that wait for one person: to approve, sent back to them, with a proposed correction."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from releases.models import AuditEntry, ProposedCorrection, Release
from releases.publishing import roles
from releases.publishing.authors import CONTENT_ACTIONS

Action = AuditEntry.Action
REVIEW_STEPS = (Action.SUBMITTED, Action.SENT_BACK, Action.APPROVED, Action.RECALLED)


def to_approve(person: User) -> QuerySet[Release]:
    """Return releases in review that the person may approve and did not write."""
    if not roles.may(person, Action.APPROVED):
        return Release.objects.none()
    in_review = _with_authorship(Release.objects.filter(status=Release.Status.IN_REVIEW), person)
    return in_review.exclude(is_own=True)


def sent_back(person: User) -> QuerySet[Release]:
    """Return drafts of the person that were sent back and not submitted again."""
    if not roles.may(person, Action.EDITED):
        return Release.objects.none()
    drafts = _with_authorship(Release.objects.filter(status=Release.Status.DRAFT), person)
    return returned(drafts.filter(is_own=True))


def returned(releases: QuerySet[Release]) -> QuerySet[Release]:
    """Return the drafts whose latest step of review sent them back."""
    steps = AuditEntry.objects.filter(release=OuterRef("pk"), action__in=REVIEW_STEPS)
    latest = Subquery(steps.order_by("-pk").values("action")[:1])
    drafts = releases.filter(status=Release.Status.DRAFT)
    return drafts.alias(step=latest).filter(step=Action.SENT_BACK)


def proposed_corrections(person: User) -> QuerySet[Release]:
    """Return releases with an open proposed correction that the person may decide."""
    if not roles.may(person, Action.CORRECTION_APPROVED):
        return Release.objects.none()
    theirs = ProposedCorrection.objects.filter(status="open").exclude(proposed_by=person)
    return Release.objects.filter(pk__in=theirs.values("release"))


def any_of_these(person: User) -> QuerySet[Release]:
    """Return all releases that wait for the person."""
    kinds = (to_approve(person), sent_back(person), proposed_corrections(person))
    either = [Q(pk__in=kind.order_by().values("pk")) for kind in kinds]
    return Release.objects.filter(reduce(or_, either))


def count(person: User) -> int:
    """Count all of these in one query."""
    return any_of_these(person).count()


def own(releases: QuerySet[Release], person: User) -> QuerySet[Release]:
    """Return those that the person has written in since their last approval."""
    return _with_authorship(releases, person).filter(is_own=True)


def not_own(releases: QuerySet[Release], person: User) -> QuerySet[Release]:
    return _with_authorship(releases, person).filter(is_own=False)


def _with_authorship(releases: QuerySet[Release], person: User) -> Any:
    """Annotate `is_own`: by the rule of `authors.authors_of`, in SQL."""
    entries = AuditEntry.objects.filter(release=OuterRef("pk"))
    approvals = entries.filter(action=Action.APPROVED).order_by("-pk")
    changes = entries.filter(action__in=CONTENT_ACTIONS, pk__gt=Coalesce(OuterRef("approved"), 0))
    unrecorded = ~Exists(entries.filter(action__in={*CONTENT_ACTIONS, Action.APPROVED}))
    return releases.alias(approved=Subquery(approvals.values("pk")[:1])).annotate(
        is_own=Q(Exists(changes.filter(by=person)))
        | (Q(edited_by__isnull=False, edited_by=person) & unrecorded)
    )
