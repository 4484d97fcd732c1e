"""OpenSearch mapping and documents, made from Haystack's fields.

The cluster analyzes no text: it receives the terms of `releases.search.analysis`, separated by
spaces, so that documents, queries and highlights match exactly as in the embedded engine.
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

COUNT_DELIMITER = "|"  # between a term and its count; no term contains it
TERM_DELIMITER = "|"  # between terms that a query treats as one

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
# `index_phrases` indexes pairs of words: without it, a phrase of very common words would compare
# all their positions in nearly all releases.
WORDS = {
    "type": "text",
    "analyzer": "in_order",
    "similarity": "by_words",
    "index_phrases": True,
}
VALUE = {"type": "keyword"}
NUMBER = {"type": "long"}
SIMILARITY = {"by_words": {"type": "BM25", "k1": SATURATION, "b": LENGTH_WEIGHT["text"]}}

# In addition to Haystack's fields: the release's id and sort key, its language tag with parents,
# and topics as "slug name" for facets.
EXTRA_COLUMNS = {
    "release": {"type": "integer"},  # required by bitmap filters
    "released": NUMBER,
    "languages": VALUE,
    "topic_pairs": VALUE,
    "shown": {"type": "object", "enabled": False},
    DJANGO_CT: VALUE,
}


def mapping(fields: Iterable[Any]) -> dict[str, Any]:
    """Return the strict mapping of Haystack's fields. Prose has two columns: stems and words."""
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
    """Return whether a Haystack field contains text to search by words."""
    return field.field_type == "string" and not field.is_multivalued


def document(prepared: dict[str, Any], fields: Iterable[Any], place: Cursor) -> dict[str, Any]:
    """Return the document of a release that Haystack prepared."""
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
    """Return the stems of the text, plus those of the title times its boost."""
    boost = next(int(field.boost) for field in fields if field.index_fieldname == "title")
    language = prepared["language"]
    stems = Counter(entry_terms(Prose(str(prepared["text"] or ""), language)).stems)
    for stem, count in entry_terms(Prose(str(prepared["title"]), language)).stems.items():
        stems[stem] += count * boost
    return encode_counts(stems)


def encode_counts(stems: dict[str, int]) -> str:
    """Return terms with their counts, as the `counted` analyzer reads them."""
    return " ".join(f"{stem}{COUNT_DELIMITER}{count}" for stem, count in stems.items())


def tag_and_parents(language: str) -> list[str]:
    """Return a language tag and its parents in lower case: es-mx, es."""
    parts = language.lower().split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def index_action(name: str, entry: dict[str, Any]) -> Action:
    """Return the bulk action that writes an entry."""
    return {"_op_type": "index", "_index": name, "_id": entry["release"], "_source": entry}


def delete_action(name: str, pk: int) -> Action:
    """Return the bulk action that deletes an entry."""
    return {"_op_type": "delete", "_index": name, "_id": pk}
