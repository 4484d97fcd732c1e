"""manage.py probe_embargo: check over HTTP that a release is not visible before publication."""

from __future__ import annotations

import datetime
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from releases.models import Release
from releases.web import leak_scan

TIMEOUT = 15  # seconds per response
MAX_BYTES = 5_000_000  # read per response
INCONCLUSIVE_STATUSES = {401, 403, 429}  # possibly from a proxy; 500 and above count, too


class NoRedirectHandler(HTTPRedirectHandler):
    """Return redirects as responses: their target may leak something, too."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """Response from an address: status (0: none), headers and body as text, time (aware)."""

    address: str
    status: int
    text: str
    at: datetime.datetime

    @property
    def is_conclusive(self) -> bool:
        return self.status < 500 and self.status not in INCONCLUSIVE_STATUSES


class Command(BaseCommand):
    help = (
        "Search every public address for a release's text, without signing in, and fail if any "
        "shows it before publication. After publication, list where it is visible."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the release's number, such as 2012-0001")
        parser.add_argument("--base", required=True, help="such as https://press.example.gov")
        parser.add_argument("--seconds", type=float, default=600, help="stop after this time")
        parser.add_argument(
            "--pause", type=float, default=0.05, help="seconds between two requests"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) for a leak or an inconclusive response."""
        release = _release(options["number"])
        base = options["base"].rstrip("/")
        words = leak_scan.rare_words(release, timezone.now())
        marks = leak_scan.identifying_strings(release, words)
        self.stdout.write(f"Looking for: {', '.join(marks)}")
        addresses = leak_scan.public_addresses(
            leak_scan.examples_for(release), leak_scan.guessed_queries(release, words)
        )
        _require_site(base)
        answers = self.ask(base, addresses, options["pause"], options["seconds"])
        found = {answer: _leaks_in(answer, release, marks) for answer in answers}
        showing = {answer: what for answer, what in found.items() if what}
        self.report(release, showing, len(addresses))
        _require_complete(answers, len(addresses))

    def ask(self, base: str, addresses: list[str], pause: float, seconds: float) -> list[Answer]:
        """Request the addresses one at a time until `seconds` have passed."""
        end, answers = time.monotonic() + seconds, []
        for address in tqdm(addresses, unit="address", disable=None):
            if time.monotonic() > end:
                break
            answers.append(_get(base, address))
            time.sleep(pause)
        return answers

    def report(self, release: Release, showing: dict[Answer, set[str]], asked: int) -> None:
        """List where it is visible. Raises CommandError if too early, or public but invisible."""
        early = {answer: what for answer, what in showing.items() if _is_early(release, answer)}
        if early:
            raise CommandError(f"{release.number} is visible before its release:\n{_lines(early)}")
        if showing:
            self.stdout.write(f"Public, and visible at {len(showing)} of {asked} addresses:")
            self.stdout.write(_lines(showing))
        elif release.is_published():
            raise CommandError(
                f"{release.number} is public, but none of {asked} addresses show it."
            )
        else:
            self.stdout.write(f"{asked} addresses checked: none shows it.")


def _release(number: str) -> Release:
    status = Release.Status
    release = Release.objects.filter(number=number).first()
    if release is None:
        raise CommandError(f"There is no release {number}.")
    if release.status in (status.WITHDRAWN, status.REMOVED, status.BLOCKED):
        raise CommandError(f"{number} is {release.get_status_display()}: its notice is public.")
    return release


def _require_site(base: str) -> None:
    if not base.startswith(("http://", "https://")):
        raise CommandError(f"--base is {base!r}: it must begin with http:// or https://.")
    # A proxy that answers everything with a redirect or an error would look like no leaks.
    home = _get(base, "/")
    if home.status != 200:
        raise CommandError(
            f"{base}/ answers {home.status or 'nothing'}, not 200: use the site's public address."
        )


def _get(base: str, address: str) -> Answer:
    request = Request(base + address, headers={"User-Agent": "Pressroom probe_embargo"})  # noqa: S310 - http or https, see _require_site
    try:
        response = build_opener(NoRedirectHandler).open(request, timeout=TIMEOUT)
    except HTTPError as refusal:
        response = refusal
    except (OSError, HTTPException):
        return Answer(address, 0, "", timezone.now())
    with response:
        # Headers may leak, too: a redirect's target has the slug.
        body = response.read(MAX_BYTES).decode(errors="replace")
        text = f"{response.headers}\n{body}"
        return Answer(address, response.status or 0, text, timezone.now())


def _leaks_in(answer: Answer, release: Release, marks: list[str]) -> set[str]:
    if 0 < answer.status < 400 and leak_scan.is_address_of(answer.address, release):
        return {f"an answer ({answer.status})"}
    return leak_scan.find_leaks(marks, answer.text, answer.address)


def _is_early(release: Release, answer: Answer) -> bool:
    return not release.is_published(answer.at)


def _lines(showing: dict[Answer, set[str]]) -> str:
    return "\n".join(f"  {a.address}  {', '.join(sorted(what))}" for a, what in showing.items())


def _require_complete(answers: list[Answer], asked: int) -> None:
    """Raises CommandError unless every address gave a conclusive response."""
    unclear = [answer for answer in answers if not answer.is_conclusive or not answer.status]
    lines = [f"  {answer.address}  {answer.status or 'no answer'}" for answer in unclear]
    if left := asked - len(answers):
        lines.append(f"  {left} addresses were not checked: the time (--seconds) was up.")
    if lines:
        raise CommandError("The check is incomplete:\n" + "\n".join(lines))
