"""E-mail to who has to act next, written in the transaction of the action.

Title and link only: mail passes through servers that are not the office's.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from releases.mail import outgoing
from releases.models import AuditEntry, OutgoingMail, ProposedCorrection, Release
from releases.publishing import roles
from releases.publishing.authors import authors_of
from releases.publishing.base import ActionContext

Action = AuditEntry.Action
BACKEND = "django.contrib.auth.backends.ModelBackend"
MAX_SUBJECT_TITLE = 150  # characters
TEXT = """{sentence}

{title}
{link}

You get this e-mail as a member of staff. To get no more of them, open My settings:
{settings}
"""


def notify_reviewers(row: Release, context: ActionContext) -> None:
    """Mail everyone who may approve what was submitted, except its authors and its submitter."""
    reviewers = people_who_may(Action.APPROVED).exclude(pk__in=authors_of(row))
    _notify(reviewers, row, context, "review", "To approve", "A release was submitted for review.")


def notify_authors(row: Release, context: ActionContext) -> None:
    """Mail the authors of what was sent back."""
    authors = _reachable().filter(pk__in=authors_of(row))
    _notify(
        authors, row, context, "sent-back", "Sent back", "A release was sent back to its authors."
    )


def notify_deciders(row: Release, context: ActionContext) -> None:
    """Mail everyone who may decide a proposed correction, except its proposer."""
    deciders = people_who_may(Action.CORRECTION_APPROVED)
    _notify(deciders, row, context, "proposed", "Correction", "A correction was proposed.")


def notify_proposer(row: Release, proposal: ProposedCorrection, context: ActionContext) -> None:
    """Mail the proposer that the correction was decided."""
    proposer = _reachable().filter(pk=proposal.proposed_by_id)
    sentence = f"Your proposed correction was {proposal.get_status_display()}."
    _notify(proposer, row, context, "decided", "Correction decided", sentence)


def people_who_may(action: str) -> QuerySet[User]:
    """Return active staff with the right to the action who want e-mail."""
    permission = f"releases.{roles.PERMISSION_BY_ACTION[Action(action)]}"
    able = User.objects.with_perm(permission, backend=BACKEND)
    return _reachable().filter(pk__in=able.values("pk"))


def _reachable() -> QuerySet[User]:
    # Whoever has not accepted an invitation has not shown that the address is theirs.
    invited = {"invitation__isnull": False, "password__startswith": UNUSABLE_PASSWORD_PREFIX}
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(**invited)
    return staff.exclude(email="").exclude(staff_settings__gets_mail=False)


def _notify(
    people: Iterable[User], row: Release, context: ActionContext, kind: str, label: str, text: str
) -> None:
    # Whoever acts knows already.
    if not outgoing.is_configured():
        return
    entry = row.audit_entries.order_by("pk").values_list("pk", flat=True).last()
    by = context.get("by")
    outgoing.enqueue(
        OutgoingMail(
            kind=kind,
            key=f"{kind}:{entry}:{person.pk}",
            to=person.email,
            person=person,
            release=row,
            subject=f"{label}: {_shortened(row.title)}",
            text=_text(row, text),
        )
        for person in people
        if person != by
    )


def _text(row: Release, sentence: str) -> str:
    return TEXT.format(
        sentence=sentence,
        title=row.title,
        link=outgoing.absolute_url(reverse("admin:releases_release_change", args=[row.pk])),
        settings=outgoing.absolute_url(reverse("admin:my-settings")),
    )


def _shortened(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= MAX_SUBJECT_TITLE else f"{title[: MAX_SUBJECT_TITLE - 1]}…"
