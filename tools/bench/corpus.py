"""Releases to measure with: a given corpus, or the output of a seeded generator.

A row is a dict as in the JSON Lines import. If more rows are requested than there are, copies with
some words exchanged follow, so that the distribution of words stays the same.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import re
from collections.abc import Iterator
from itertools import accumulate, chain, islice
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]

EXCHANGED = 0.3  # share of a copy's words that is replaced by other words of the corpus
VOCABULARY = 30_000  # words of the generator
SYNTHETIC = 2_000  # releases of the generator; more are copies
COMMON = """
the of and to in a for that is on with by said as state at from was this be are has will have
county attorney general it an their not who office department law or he people were which today
public court case his federal its new children been our we health former all
"""
SYLLABLES = "ba co di fa ge hu la mi no per qui ros ta ver con tra men sis cal for"
TOPICS = ("Consumer Protection", "Environment", "Public Safety", "Civil Rights", "Elections")


def corpus_folder() -> Path | None:
    """Return the folder in CORPUS, if set."""
    named = os.environ.get("CORPUS")
    return Path(named) if named else None


def rows(count: int) -> Iterator[Row]:
    """Yield `count` releases, the same ones each time."""
    place = corpus_folder()
    base = _own(place) if place else list(islice(_written(Random(1)), SYNTHETIC))
    words = list(chain.from_iterable((row["body"] or "").split() for row in base[:500]))
    copies = chain.from_iterable(
        (_copied(row, words, Random(f"{turn} {row['id']}"), turn) for row in base)
        for turn in range(1, count // len(base) + 1)
    )
    return islice(chain(base, copies), count)


def judgements() -> list[dict[str, Any]]:
    """Return the corpus's queries, each with ids and grades of relevant releases."""
    place = corpus_folder()
    if not place:
        return []
    return list(json.loads((place / "judgements.json").read_text(encoding="utf-8")))


def write(path: Path, found: Iterator[Row]) -> None:
    """Write the rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)


def texts(folder: Path, count: int) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield text files with their expected fields: the corpus's, or `count` generated ones."""
    if place := corpus_folder():
        expected = json.loads((place / "expected.json").read_text(encoding="utf-8"))
        yield from ((place / "raw" / fields["file"], fields) for fields in expected)
        return
    for number, row in enumerate(islice(_written(Random(2)), count)):
        path = folder / f"written-{number}.txt"
        date = datetime.date.fromisoformat(row["date"])
        head = f"{row['title']}\n\n{date:%B} {date.day}, {date.year}\nContact: {row['contact']}"
        path.write_text(f"{head}\n\n{row['dateline']} -- {row['body']}\n\n###\n", encoding="utf-8")
        yield (
            path,
            {
                "title": row["title"],
                "date": row["date"],
                "contact": row["contact"],
                "dateline_city": row["dateline"],
                "body_paragraphs": row["body"].count("\n\n") + 1,
                "end_mark": "###",
                "language": row["language"],
            },
        )


def _own(place: Path) -> list[Row]:
    with gzip.open(place / "dev.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _copied(row: Row, words: list[str], random: Random, turn: int) -> Row:
    """Return the row with some other words, another date and identifier, and no address."""

    def other(match: re.Match[str]) -> str:
        return random.choice(words) if random.random() < EXCHANGED else match[0]

    changed = {"id": f"{row['id']} {turn}", "url": None, "date": _earlier(row["date"], turn)}
    return row | changed | {key: re.sub(r"\S+", other, row[key] or "") for key in ("title", "body")}


def _earlier(date: str | None, days: int) -> str | None:
    return date and str(datetime.date.fromisoformat(date) - datetime.timedelta(days))


def _written(random: Random) -> Iterator[Row]:
    """Yield releases of made-up words with frequencies as in natural language (Zipf)."""
    vocabulary = list(dict.fromkeys(chain(COMMON.split(), _made_up(random))))
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    for number in range(1 << 31):
        words = random.choices(vocabulary, cum_weights=weights, k=random.randint(120, 800))
        paragraphs = [" ".join(words[start : start + 60]) for start in range(0, len(words), 60)]
        day = datetime.date(2004, 1, 1) + datetime.timedelta(days=random.randrange(20 * 365))
        yield {
            "id": f"written {number}",
            "title": " ".join(random.choices(vocabulary, cum_weights=weights, k=9)).title(),
            "date": day.isoformat(),
            "dateline": "SPRINGFIELD",
            "contact": "(555) 010-0100",
            "body": "\n\n".join(f"{text.capitalize()}." for text in paragraphs),
            "language": "en",
            "topics": random.sample(TOPICS, random.randrange(3)),
        }


def _made_up(random: Random) -> Iterator[str]:
    for _ in range(VOCABULARY):
        yield "".join(random.choices(SYLLABLES.split(), k=random.randint(2, 5)))
