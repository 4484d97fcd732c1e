"""manage.py probe_embargo: ask the site from outside whether a release shows before its moment."""

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

TIMEOUT = 15  # seconds, for one answer
MAX_BYTES = 5_000_000  # read of one answer
INCONCLUSIVE_STATUSES = {401, 403, 429}  # somebody in front of the site answered; and 500 or more


class NoRedirectHandler(HTTPRedirectHandler):
    """A redirect is an answer like another: where it leads to tells something too."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What came from an address, headers included, and when (aware)."""

    address: str
    status: int
    text: str
    at: datetime.datetime

    @property
    def is_conclusive(self) -> bool:
        return self.status < 500 and self.status not in INCONCLUSIVE_STATUSES


class Command(BaseCommand):
    help = (
        "Asks every public address for a release's words, without signing in, and fails if any "
        "shows before its moment. Afterwards it says where the release shows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the release's number, as 2012-0001")
        parser.add_argument("--base", required=True, help="the site, as https://press.example.gov")
        parser.add_argument("--seconds", type=float, default=600, help="stop after so long")
        parser.add_argument(
            "--pause", type=float, default=0.05, help="seconds between two requests"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, for an exit code of 1, for a leak and for what was not found out."""
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
        """The answers, one request at a time, as far as the seconds reach."""
        end, answers = time.monotonic() + seconds, []
        for address in tqdm(addresses, unit="address", disable=None):
            if time.monotonic() > end:
                break
            answers.append(_get(base, address))
            time.sleep(pause)
        return answers

    def report(self, release: Release, showing: dict[Answer, set[str]], asked: int) -> None:
        """Where it shows; raises CommandError where that is too early, or nowhere though public."""
        early = {answer: what for answer, what in showing.items() if _is_early(release, answer)}
        if early:
            raise CommandError(f"{release.number} shows before its release:\n{_lines(early)}")
        if showing:
            self.stdout.write(f"It is public and shows at {len(showing)} of {asked} addresses:")
            self.stdout.write(_lines(showing))
        elif release.is_published():
            raise CommandError(
                f"{release.number} is public, but none of {asked} addresses show it."
            )
        else:
            self.stdout.write(f"{asked} addresses asked: none of them shows it.")


def _release(number: str) -> Release:
    status = Release.Status
    release = Release.objects.filter(number=number).first()
    if release is None:
        raise CommandError(f"There is no release {number}.")
    if release.status in (status.WITHDRAWN, status.REMOVED, status.BLOCKED):
        raise CommandError(f"{number} is {release.get_status_display()}: its notice is public.")
    return release


def _require_site(base: str) -> None:
    """A front that answers everything with a redirect or an error would look like a tight site."""
    if not base.startswith(("http://", "https://")):
        raise CommandError(f"--base is {base!r}: it begins with http:// or https://.")
    home = _get(base, "/")
    if home.status != 200:
        raise CommandError(
            f"{base}/ answers {home.status or 'nothing'}, not 200: give the address of the site as "
            "its readers have it."
        )


def _get(base: str, address: str) -> Answer:
    """The answer; status 0 and what was wrong where there was none."""
    request = Request(base + address, headers={"User-Agent": "Pressroom probe_embargo"})  # noqa: S310 - http or https, see _require_site
    try:
        response = build_opener(NoRedirectHandler).open(request, timeout=TIMEOUT)
    except HTTPError as refusal:
        response = refusal
    except (OSError, HTTPException):
        return Answer(address, 0, "", timezone.now())
    with response:
        body = response.read(MAX_BYTES).decode(errors="replace")
        text = f"{response.headers}\n{body}"
        return Answer(address, response.status or 0, text, timezone.now())


def _leaks_in(answer: Answer, release: Release, marks: list[str]) -> set[str]:
    if 0 < answer.status < 400 and leak_scan.is_address_of(answer.address, release):
        return {f"an answer ({answer.status})"}
    return leak_scan.find_leaks(marks, answer.text, answer.address)


def _is_early(release: Release, answer: Answer) -> bool:
    """By the clock of this machine; a release that is not approved has no moment yet."""
    return not release.is_published(answer.at)


def _lines(showing: dict[Answer, set[str]]) -> str:
    return "\n".join(f"  {a.address}  {', '.join(sorted(what))}" for a, what in showing.items())


def _require_complete(answers: list[Answer], asked: int) -> None:
    """Raises CommandError where not every address gave a clear answer."""
    unclear = [answer for answer in answers if not answer.is_conclusive or not answer.status]
    lines = [f"  {answer.address}  {answer.status or 'no answer'}" for answer in unclear]
    if left := asked - len(answers):
        lines.append(f"  {left} addresses were not asked: there was no more time (--seconds).")
    if lines:
        raise CommandError("It was not found out everywhere:\n" + "\n".join(lines))
