"""manage.py import_redirects: add redirects from a CSV, nginx, Apache or Netlify file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from releases import publishing
from releases.importing.redirect_files import READERS, Rule, detect_kind, read_rules
from releases.management.text_files import read_text
from releases.models.redirects import MAX_ADDRESS

OUTCOMES = ("added", "changed", "unchanged")
MAX_PASSES = 10  # a rule may lead to the address of a later one


class Command(BaseCommand):
    help = (
        "Add redirects from a file: CSV (old address, target, status), nginx (rewrite, location, "
        "map), Apache (Redirect, RedirectMatch, RewriteRule) or Netlify (_redirects). Lines that "
        "cannot be imported are named. --dry-run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(READERS), help="instead of detecting it")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        text = read_text(path)
        kind = options["format"] or detect_kind(path.name, text)
        rules = list(read_rules(text, kind))
        with transaction.atomic():
            counts, refused = self._save_all(rules)
            transaction.set_rollback(options["dry_run"])
        for rule, reason in sorted(refused, key=lambda each: each[0].line):
            self.stderr.write(f"{path}:{rule.line}: {rule.address}: {reason}")
        found = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES)
        ending = " Nothing was changed: this was a rehearsal." if options["dry_run"] else ""
        self.stdout.write(f"{kind}: {found}, {len(refused):,} not imported.{ending}")
        if refused or not rules:
            raise CommandError(_failure(len(refused)))

    def _save_all(self, rules: list[Rule]) -> tuple[Counter[str], list[tuple[Rule, str]]]:
        """Save what can be saved; return the outcomes and the others with reasons."""
        counts = Counter[str]()
        refused = [(rule, rule.reason) for rule in rules if rule.reason]
        waiting = [rule for rule in rules if not rule.reason]
        addresses = [address for rule in waiting for address in (rule.address, rule.target)]
        batch = publishing.RedirectBatch(addresses, {"origin": "import_redirects"})
        for _ in range(MAX_PASSES):
            failed = []
            for rule in waiting:
                try:
                    counts[add(rule, batch)] += 1
                except publishing.ActionRefusedError as refusal:
                    failed.append((rule, str(refusal)))
            if len(failed) in (0, len(waiting)):
                break
            waiting = [rule for rule, _ in failed]
        batch.store()
        return counts, refused + failed


def add(rule: Rule, batch: publishing.RedirectBatch) -> str:
    """Add the rule as a redirect; return the outcome. Raises ActionRefusedError."""
    if max(len(rule.address), len(rule.target)) > MAX_ADDRESS:
        raise publishing.ActionRefusedError("This address is too long to be stored.")
    return batch.add(rule.address, rule.target, rule.status)


def _failure(count: int) -> str:
    if not count:
        return "The file has no redirects. Is it of another kind? Name it with --format."
    lines = "1 line was" if count == 1 else f"{count:,} lines were"
    return f"{lines} not imported. Add these redirects in the admin."
