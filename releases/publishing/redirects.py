"""Actions on redirects from old addresses, with their refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.http.request import validate_host
from django.urls import is_valid_path
from django.utils.translation import get_language_from_path, override

from pressroom.infra import office
from releases.content import own_queries
from releases.content.legacy_keys import legacy_key, legacy_keys
from releases.models import AuditEntry, LegacyURL, MissedAddress, Redirect
from releases.models.redirects import MAX_KEY
from releases.publishing.base import ActionContext, ActionRefusedError, require, subject_entry

Action = AuditEntry.Action
MAX_HOPS = 10
RESERVED = ("/static/", "/media/", "/admin/", "/health/")

NO_ADDRESS = "“{}” is not the address of a page. Begin it with / or https://."
TOO_LONG = "This address is too long to be stored."
IS_OURS = "“{}” is a page of this site, which a redirect would hide."
IS_OF_A_RELEASE = "“{}” already leads to a release."
IS_TAKEN = "“{}” already has a redirect. Change that one."
NO_TARGET = "Give the address that it leads to, or choose “gone”."
HAS_TARGET = "What is gone leads nowhere: leave “leads to” empty."
NOT_HTTPS = "“{}” is neither a page of this site nor a complete https:// address."
NO_PAGE = "“{}” is not a page of this site."
LOOPS = "“{}” would lead back to itself."


class OldAddresses:
    """Stored redirects and releases, found by the key of an old address."""

    def find_redirect(self, key: str) -> Redirect | None:
        return Redirect.objects.filter(key=key).first()

    def find_release(self, key: str) -> LegacyURL | None:
        return LegacyURL.objects.filter(key=key).select_related("release").first()


STORED = OldAddresses()


def prepare(redirect: Redirect, known: OldAddresses = STORED) -> list[str]:
    """Set key and final target; return why it cannot be saved, as sentences."""
    redirect.address = _without_own_host(redirect.address.strip())
    redirect.target = _without_own_host(redirect.target.strip())
    redirect.key = legacy_key(redirect.address)
    reasons = [*_of_address(redirect, known), *_of_target(redirect, known)]
    return [reason for reason in reasons if reason]


@transaction.atomic
def save_redirect(redirect: Redirect, **context: Unpack[ActionContext]) -> Redirect:
    """Save a new or changed redirect; its address no longer counts as leading nowhere.

    Raises ActionRefusedError.
    """
    action = Action.REDIRECT_CHANGED if redirect.pk else Action.REDIRECT_ADDED
    require(action, context)
    if reasons := prepare(redirect):
        raise ActionRefusedError(*reasons)
    before = Redirect.objects.select_for_update().filter(pk=redirect.pk).first()
    redirect.save()
    MissedAddress.objects.filter(key__in=legacy_keys(redirect.address)[:1]).delete()
    was = f"{describe_target(before)} → " if before else ""
    subject_entry(redirect.address, action, was + describe_target(redirect), context).save(
        force_insert=True
    )
    return redirect


@transaction.atomic
def delete_redirects(redirects: Iterable[Redirect], **context: Unpack[ActionContext]) -> None:
    """Delete redirects: their addresses answer 404. Raises ActionRefusedError."""
    require(Action.REDIRECT_DELETED, context)
    for redirect in redirects:
        entry = subject_entry(
            redirect.address, Action.REDIRECT_DELETED, describe_target(redirect), context
        )
        entry.save(force_insert=True)
        redirect.delete()


def is_page(address: str) -> bool:
    """Return whether a page of ours has this path and query, not one of an earlier site."""
    parts = urlsplit(address)
    path = unquote(parts.path) or "/"
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        is_known = path.startswith(RESERVED) or bool(is_valid_path(path))
    return is_known and not own_queries.is_foreign(path, parts.query)


def _of_address(redirect: Redirect, known: OldAddresses) -> list[str]:
    address = redirect.address
    is_whole = address.startswith(("/", "https://", "http://")) and "\\" not in address
    if not is_whole or not _is_readable(address):
        return [NO_ADDRESS.format(address)]
    if len(redirect.key) > MAX_KEY:
        return [TOO_LONG]
    other = known.find_redirect(redirect.key)
    taken = {
        IS_OURS: is_page(_path_and_query(address)),
        IS_OF_A_RELEASE: known.find_release(redirect.key) is not None,
        IS_TAKEN: other is not None and other != redirect,
    }
    return [sentence.format(address) for sentence, applies in taken.items() if applies][:1]


def _of_target(redirect: Redirect, known: OldAddresses) -> list[str]:
    if redirect.status == Redirect.Answer.GONE:
        return [HAS_TARGET] if redirect.target else []
    if not redirect.target:
        return [NO_TARGET]
    if not redirect.target.startswith("/"):
        return _of_other_site(redirect.target)
    return _of_own_target(redirect, known)


def _of_other_site(target: str) -> list[str]:
    try:
        URLValidator(schemes=["https"])(target)
    except ValidationError:
        return [NOT_HTTPS.format(target)]
    return []


def _of_own_target(redirect: Redirect, known: OldAddresses) -> list[str]:
    """Replace a target that redirects itself by where it leads in the end."""
    typed = redirect.target
    for _ in range(MAX_HOPS):
        if redirect.target.startswith(("//", "/\\")):
            return [NOT_HTTPS.format(typed)]
        if legacy_key(redirect.target) == redirect.key:
            return [LOOPS.format(redirect.address)]
        if not redirect.target.startswith("/") or is_page(redirect.target):
            return []
        following = _following(redirect.target, known)
        if following is None:
            return [NO_PAGE.format(typed)]
        redirect.target = following
    return [LOOPS.format(redirect.address)]


def _following(target: str, known: OldAddresses) -> str | None:
    """Return where an old address leads, None if it leads nowhere."""
    key = legacy_key(target)
    found = known.find_redirect(key)
    if found and found.status == Redirect.Answer.MOVED:
        return found.target
    moved = known.find_release(key)
    # Without a number it has no address yet.
    return moved.release.get_absolute_url() if moved and moved.release.number else None


def _is_readable(address: str) -> bool:
    try:
        return bool(urlsplit(address).path or urlsplit(address).hostname)
    except ValueError:  # for example http://[
        return False


def _without_own_host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:  # for example http://[
        return address
    # A wildcard does not name a host.
    own = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    own.append(urlsplit(office.current().origin).hostname or "-")
    return _path_and_query(address) if host and validate_host(host, own) else address


def _path_and_query(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()


def describe_target(redirect: Redirect) -> str:
    """Return the target, or "gone"."""
    return redirect.target or "gone"
