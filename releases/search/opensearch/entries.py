"""From Haystack's fields and values to an OpenSearch mapping and its documents.

The cluster analyses nothing: what it gets are the terms that `analysis` and `stemming` make, with
spaces between, so that documents, queries and highlights are compared word for word as with any
other engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from haystack.constants import DJANGO_CT, ID

from releases.content.cursors import Cursor, microseconds
from releases.search.analysis.entry_terms import EXACT_SUFFIX, Prose, entry_terms
from releases.search.scoring import LENGTH_WEIGHT, SATURATION

Action = dict[str, Any]

COUNT_DELIMITER = "|"  # between a term and how often it stands there; no term has one
TERM_DELIMITER = "|"  # between the terms that a query takes for one

ANALYSIS = {
    "filter": {
        "counted": {"type": "delimited_term_freq", "delimiter": COUNT_DELIMITER},
        "either": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]},
    },
    "analyzer": {
        "counted": {"type": "custom", "tokenizer": "whitespace", "filter": ["counted"]},
        "either": {"type": "custom", "tokenizer": "whitespace", "filter": ["either"]},
        "in_order": {"type": "custom", "tokenizer": "whitespace"},
    },
}
STEMS = {
    "type": "text",
    "analyzer": "counted",
    "search_analyzer": "either",
    "index_options": "freqs",
    "similarity": "by_words",
}
# Of each two words in a row the cluster makes a term of its own: else a phrase of the commonest
# words has it look at all their places, in nearly all releases.
WORDS = {
    "type": "text",
    "analyzer": "in_order",
    "similarity": "by_words",
    "index_phrases": True,
}
VALUE = {"type": "keyword"}
NUMBER = {"type": "long"}
SIMILARITY = {"by_words": {"type": "BM25", "k1": SATURATION, "b": LENGTH_WEIGHT["text"]}}

# What is kept besides Haystack's fields: the release's id and place among the newest, language
# tags from the whole to the first part, and topics as "slug name", to be counted.
EXTRA_COLUMNS = {
    "release": {"type": "integer"},  # as bitmaps of ids ask for
    "released": NUMBER,
    "languages": VALUE,
    "topic_pairs": VALUE,
    "shown": {"type": "object", "enabled": False},
    DJANGO_CT: VALUE,
}


def mapping(fields: Iterable[Any]) -> dict[str, Any]:
    """What an index is made with, for Haystack's fields; prose has two columns, by stem and word
    for word. Anything not named here is refused."""
    columns: dict[str, Any] = dict(EXTRA_COLUMNS)
    for field in fields:
        columns |= _columns(field)
    return {"dynamic": "strict", "_source": {"includes": ["shown"]}, "properties": columns}


def _columns(field: Any) -> dict[str, Any]:
    name = field.index_fieldname
    if is_prose(field):
        return {name: STEMS, name + EXACT_SUFFIX: WORDS}
    if field.field_type == "integer":
        return {name: NUMBER}
    if field.field_type == "date":
        return {name: {"type": "date", "format": "strict_date"}}
    if field.field_type == "datetime":
        return {name: {"type": "date", "format": "strict_date_optional_time"}}
    return {name: VALUE}


def is_prose(field: Any) -> bool:
    """Whether a field of Haystack's holds text that is found by its words."""
    return field.field_type == "string" and not field.is_multivalued


def document(prepared: dict[str, Any], fields: Iterable[Any], place: Cursor) -> dict[str, Any]:
    """A release as the mapping takes it, of what Haystack prepared."""
    language = prepared["language"]
    body: dict[str, Any] = {
        "release": place[1],
        "released": microseconds(place[0]),
        "languages": tag_and_parents(language),
        "topic_pairs": [
            f"{slug} {name}"
            for slug, name in zip(prepared["topics"], prepared["topic_names"], strict=True)
        ],
        DJANGO_CT: prepared[DJANGO_CT],
    }
    shown = {ID: prepared[ID]}
    for field in fields:
        name, value = field.index_fieldname, prepared[field.index_fieldname]
        body |= _terms(name, str(value or ""), language) if is_prose(field) else {name: value}
        if field.stored:
            shown[name] = value
    body["text"] = _boosted_text(prepared, fields)
    return {**body, "shown": shown}


def _terms(name: str, text: str, language: str) -> dict[str, str]:
    terms = entry_terms(Prose(text, language))
    in_order = sorted((at, word) for word, places in terms.exact.items() for at in places)
    return {
        name: encode_counts(terms.stems),
        name + EXACT_SUFFIX: " ".join(word for _, word in in_order),
    }


def _boosted_text(prepared: dict[str, Any], fields: Iterable[Any]) -> str:
    """The stems of the whole text, and those of the title as often again as its boost says."""
    boost = next(int(field.boost) for field in fields if field.index_fieldname == "title")
    language = prepared["language"]
    stems = Counter(entry_terms(Prose(str(prepared["text"] or ""), language)).stems)
    for stem, count in entry_terms(Prose(str(prepared["title"]), language)).stems.items():
        stems[stem] += count * boost
    return encode_counts(stems)


def encode_counts(stems: dict[str, int]) -> str:
    """Terms with how often each stands there."""
    return " ".join(f"{stem}{COUNT_DELIMITER}{count}" for stem, count in stems.items())


def tag_and_parents(language: str) -> list[str]:
    """A language tag and all that it is a kind of, in small letters: es-mx, es."""
    parts = language.lower().split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def index_action(name: str, entry: dict[str, Any]) -> Action:
    """Return the bulk action that writes an entry."""
    return {"_op_type": "index", "_index": name, "_id": entry["release"], "_source": entry}


def delete_action(name: str, pk: int) -> Action:
    """Return the bulk action that deletes an entry."""
    return {"_op_type": "delete", "_index": name, "_id": pk}
