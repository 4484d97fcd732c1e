"""Many redirects at once, in few statements."""

from __future__ import annotations

from collections.abc import Iterable

from releases.content.legacy_keys import legacy_key, legacy_keys
from releases.models import AuditEntry, LegacyURL, MissedAddress, Redirect
from releases.publishing.base import ActionContext, ActionRefusedError, require, subject_entry
from releases.publishing.redirects import OldAddresses, describe_target, prepare

Action = AuditEntry.Action
BATCH = 500  # rows in one statement


class RedirectBatch(OldAddresses):
    """Redirects to save together: `add` checks each against those stored and those added before it,
    `store` writes them. Call both in one transaction."""

    def __init__(self, addresses: Iterable[str], context: ActionContext) -> None:
        require(Action.REDIRECT_ADDED, context)
        require(Action.REDIRECT_CHANGED, context)
        self.context = context
        keys = {legacy_key(address) for address in addresses}
        locked = Redirect.objects.select_for_update().filter(key__in=keys)
        releases = LegacyURL.objects.filter(key__in=keys).select_related("release")
        self.redirects: dict[str, Redirect | None] = dict.fromkeys(keys)
        self.redirects |= {row.key: row for row in locked}
        self.releases: dict[str, LegacyURL | None] = dict.fromkeys(keys)
        self.releases |= {row.key: row for row in releases}
        self.written: dict[str, Redirect] = {}
        self.entries: list[AuditEntry] = []

    def find_redirect(self, key: str) -> Redirect | None:
        if key not in self.redirects:
            self.redirects[key] = super().find_redirect(key)
        return self.redirects[key]

    def find_release(self, key: str) -> LegacyURL | None:
        if key not in self.releases:
            self.releases[key] = super().find_release(key)
        return self.releases[key]

    def add(self, address: str, target: str, status: int) -> str:
        """Add a redirect, or change that of the address; return “added”, “changed” or “unchanged”.

        Raises ActionRefusedError.
        """
        row = self.find_redirect(legacy_key(address))
        redirect = row or Redirect(address=address)
        before = redirect.target, redirect.status
        redirect.target, redirect.status = target, status
        if reasons := prepare(redirect, self):
            redirect.target, redirect.status = before
            raise ActionRefusedError(*reasons)
        if row and before == (redirect.target, redirect.status):
            return "unchanged"
        was = f"{before[0] or 'gone'} → " if row else ""
        action = Action.REDIRECT_CHANGED if row else Action.REDIRECT_ADDED
        self.entries.append(
            subject_entry(redirect.address, action, was + describe_target(redirect), self.context)
        )
        self.redirects[redirect.key] = self.written[redirect.key] = redirect
        return "changed" if row else "added"

    def store(self) -> None:
        """Write what was added and changed; the addresses no longer count as leading nowhere."""
        rows = list(self.written.values())
        known = [row for row in rows if row.pk]
        Redirect.objects.bulk_update(known, ["target", "status"], batch_size=BATCH)
        new = (row for row in rows if row.pk is None)
        Redirect.objects.bulk_create(new, batch_size=BATCH)
        missed = [key for row in rows for key in legacy_keys(row.address)[:1]]
        MissedAddress.objects.filter(key__in=missed).delete()
        AuditEntry.objects.bulk_create(self.entries, batch_size=BATCH)
