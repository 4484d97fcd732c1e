"""Actions on synonyms and pinned results, with their refusals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Unpack

from django.db import models, transaction

from pressroom.infra import office
from releases.models import AuditEntry, MissedSearch, Office, PinnedResult, Release, Synonym
from releases.publishing.base import ActionContext, ActionRefusedError, require, subject_entry
from releases.search.analysis.analyzer import is_stop_word
from releases.search.query.synonyms import Entry, Stems, split, stems_of

Action = AuditEntry.Action
MAX_ENTRIES = 2_000  # each process has them in memory
MAX_EXPRESSIONS = 12  # of an entry
MAX_WORDS = 6  # of an expression
MAX_QUERIES = 10
MAX_PINNED = 5

NO_WORDS = "Enter the words or phrases, separated by commas."
ONE_WORD = "Enter at least two words or phrases that find each other, or fill in “Also finds”."
TOO_MANY = f"Enter at most {MAX_EXPRESSIONS} words or phrases."
TOO_LONG = f"“{{}}” has more than {MAX_WORDS} words. Choose the ones that matter."
ARROW = "Leave out the arrow: enter what the words find in “Also finds”."
NO_WORD = "“{}” has no letters or digits to search for."
ONLY_COMMON = "“{}” is in nearly every release, so the search leaves it out. Add a rarer word."
SAME = "Search treats “{}” and “{}” as the same. Enter only one of them."
TAKEN = "“{}” is already in “{}”. Change that entry instead."
CHAIN = "“{}” itself finds “{}”. Add that to “Also finds” as well, or leave out “{}”."
CHAINED = "“{}” finds “{}” and would not find “{}”. Add that to the other entry first."
FULL = f"There are already {MAX_ENTRIES:,} entries, the maximum. Delete one that nobody needs."

NO_QUERIES = "Enter the searches, one a line."
TOO_MANY_QUERIES = f"Enter at most {MAX_QUERIES} searches. Make another entry for more."
NO_RELEASES = "Enter the numbers of the releases, one a line."
TOO_MANY_RELEASES = f"Recommend at most {MAX_PINNED} releases: more would hide the results."
NO_RELEASE = "There is no release {}."
HAS_RESULTS = "“{}” already has recommendations. Change those instead."


@transaction.atomic
def save_synonym(row: Synonym, **context: Unpack[ActionContext]) -> Synonym:
    """Save an entry, which all searches use at once. Raises ActionRefusedError."""
    action = Action.SYNONYM_CHANGED if row.pk else Action.SYNONYM_ADDED
    require(action, context)
    if reasons := prepare_synonym(row):
        raise ActionRefusedError(*reasons)
    _save(row, action, "" if row.is_used else "Switched off.", context)
    _delete_missed(Entry.read(row.words, "").words)
    return row


@transaction.atomic
def save_pinned(row: PinnedResult, **context: Unpack[ActionContext]) -> PinnedResult:
    """Save recommendations, which searches show at once. Raises ActionRefusedError."""
    action = Action.PINNED_CHANGED if row.pk else Action.PINNED_ADDED
    require(action, context)
    if reasons := prepare_pinned(row):
        raise ActionRefusedError(*reasons)
    why = ", ".join(row.releases.splitlines())
    _save(row, action, f"{why}, until {row.until}" if row.until else why, context)
    _delete_missed(row.queries.splitlines())
    return row


@transaction.atomic
def delete_synonyms(rows: Iterable[Synonym], **context: Unpack[ActionContext]) -> None:
    """Delete entries. Raises ActionRefusedError."""
    _delete(rows, Action.SYNONYM_DELETED, context)


@transaction.atomic
def delete_pinned(rows: Iterable[PinnedResult], **context: Unpack[ActionContext]) -> None:
    """Delete recommendations. Raises ActionRefusedError."""
    _delete(rows, Action.PINNED_DELETED, context)


def prepare_synonym(row: Synonym) -> list[str]:
    """Normalize the entry; return why it cannot be saved, as sentences."""
    if "→" in row.words + row.finds or ">" in row.words + row.finds:
        return [ARROW]
    row.words, row.finds = (", ".join(split(text)) for text in (row.words, row.finds))
    entry = Entry.read(row.words, row.finds)
    expressions = (*entry.words, *entry.finds)
    if not entry.words:
        return [NO_WORDS]
    if len(expressions) == 1:
        return [ONE_WORD]
    if len(expressions) > MAX_EXPRESSIONS:
        return [TOO_MANY]
    wrong = [*_unusable(expressions), *_repeated(expressions)]
    return wrong or list(_conflicts(row, entry) if row.is_used else ())


def prepare_pinned(row: PinnedResult) -> list[str]:
    """Normalize the recommendations; return why they cannot be saved, as sentences."""
    queries = list(dict.fromkeys(" ".join(line.split()) for line in row.queries.splitlines()))
    numbers = list(dict.fromkeys(row.releases.replace(",", " ").split()))
    queries = [query for query in queries if query]
    row.queries, row.releases = "\n".join(queries), "\n".join(numbers)
    counted = {
        NO_QUERIES: not queries,
        TOO_MANY_QUERIES: len(queries) > MAX_QUERIES,
        NO_RELEASES: not numbers,
        TOO_MANY_RELEASES: len(numbers) > MAX_PINNED,
    }
    if wrong := [sentence for sentence, applies in counted.items() if applies]:
        return wrong
    return [*_unusable(queries), *_unknown(numbers), *_having_results(row, queries)]


def _unusable(expressions: Iterable[str]) -> Iterator[str]:
    for text in expressions:
        stems = stems_of(text)
        if not stems:
            yield NO_WORD.format(text)
        elif all(map(is_stop_word, stems)):
            yield ONLY_COMMON.format(text)
        elif len(stems) > MAX_WORDS:
            yield TOO_LONG.format(text)


def _repeated(expressions: Iterable[str]) -> Iterator[str]:
    first: dict[Stems, str] = {}
    for text in expressions:
        if stems_of(text) in first:
            yield SAME.format(first[stems_of(text)], text)
        first.setdefault(stems_of(text), text)


def _conflicts(row: Synonym, entry: Entry) -> Iterator[str]:
    """Yield a sentence for each other entry that the entry would contradict or only half use."""
    others = list(Synonym.objects.filter(is_used=True).exclude(pk=row.pk)[:MAX_ENTRIES])
    if len(others) == MAX_ENTRIES and not row.pk:
        yield FULL
    own = _Stemmed.of(entry)
    for other in others:
        read = Entry.read(other.words, other.finds)
        yield from _conflicts_with(own, _Stemmed.of(read), str(other))


class _Stemmed(NamedTuple):
    """Expressions of an entry by their stems."""

    words: dict[Stems, str]
    finds: dict[Stems, str]

    @classmethod
    def of(cls, entry: Entry) -> _Stemmed:
        return cls(_by_stems(entry.words), _by_stems(entry.finds))


def _conflicts_with(entry: _Stemmed, other: _Stemmed, name: str) -> Iterator[str]:
    if shared := entry.words.keys() & other.words.keys():
        yield TAKEN.format(entry.words[min(shared)], name)
        return
    for text, missing in _half_found(entry, other):
        yield CHAIN.format(text, missing, text)
    for text, missing in _half_found(other, entry):
        yield CHAINED.format(name, text, missing)


def _half_found(entry: _Stemmed, other: _Stemmed) -> Iterator[tuple[str, str]]:
    """Yield what the entry finds one way and the other begins with, and what that finds, if the
    entry does not."""
    begun = [text for stems, text in other.words.items() if stems in entry.finds]
    found = other.finds or other.words
    missing = [text for stems, text in found.items() if stems not in entry.finds]
    if begun and missing:
        yield begun[0], missing[0]


def _by_stems(expressions: Iterable[str]) -> dict[Stems, str]:
    return {stems_of(text): text for text in expressions}


def _unknown(numbers: list[str]) -> Iterator[str]:
    known = set(Release.objects.filter(number__in=numbers).values_list("number", flat=True))
    return (NO_RELEASE.format(number) for number in numbers if number not in known)


def _having_results(row: PinnedResult, queries: list[str]) -> Iterator[str]:
    others = PinnedResult.objects.exclude(pk=row.pk).values_list("queries", flat=True)
    taken = {stems_of(query) for text in others for query in text.splitlines()}
    return (HAS_RESULTS.format(query) for query in queries if stems_of(query) in taken)


def _save(row: Synonym | PinnedResult, action: str, why: str, context: ActionContext) -> None:
    before = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    row.save()
    was = f"Before: {before}. " if before and str(before) != str(row) else ""
    subject_entry(str(row), action, f"{was}{why}".strip(), context).save(force_insert=True)
    renew_version()


def _delete(rows: Iterable[models.Model], action: str, context: ActionContext) -> None:
    require(action, context)
    for row in rows:
        subject_entry(str(row), action, "", context).save(force_insert=True)
        row.delete()
    renew_version()


def renew_version() -> None:
    """Change the version of the entries, so that every process reads them again."""
    # In the office's row, because each request reads that anyway.
    row, _ = Office.objects.select_for_update().get_or_create(pk=1)
    row.search_words = uuid.uuid4().hex
    row.save()
    # Again after the commit: another thread may read in between.
    office.forget()
    transaction.on_commit(office.forget)


def _delete_missed(queries: Iterable[str]) -> None:
    """Delete the counts of searches that now find something."""
    stems = {stems_of(query) for query in queries}
    rows = MissedSearch.objects.values_list("pk", "query")
    answered = [pk for pk, query in rows if stems_of(query) in stems]
    MissedSearch.objects.filter(pk__in=answered).delete()
