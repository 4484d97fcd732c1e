import pytest

from releases.search import editorial
from releases.search.query import synonyms
from releases.search.query.parser import parse
from releases.search.query.synonyms import Entry, Synonyms
from releases.search.query.terms import query_terms
from releases.search.results import search

ENTRIES = [
    Entry(("cell phone", "mobile phone", "smartphone")),
    Entry(("fentanyl",), ("opioid",)),
    Entry(("IT",), ("information technology",)),
]


@pytest.fixture
def entries(monkeypatch):
    """Use these entries alone."""
    monkeypatch.setattr(editorial, "synonyms", lambda: Synonyms(ENTRIES))


def found_by(text):
    return [hit.release.title for hit in search(parse(text)).hits]


@pytest.mark.usefixtures("entries")
def test_words_and_phrases_find_each_other(indexed):
    indexed(title="Phone Thieves Arrested", body="They stole a mobile phone.")
    indexed(title="Mobile Clinic Opens", body="It has a phone.")
    indexed(title="Smartphones Recalled", body="All of them.")

    either = {"Phone Thieves Arrested", "Smartphones Recalled"}
    assert set(found_by("cell phone")) == set(found_by("cell phones")) == either
    assert set(found_by("title:(cell phone)")) == {"Smartphones Recalled"}
    assert "Phone Thieves Arrested" in found_by("smartphone")
    assert "No release has exactly these words" in search(parse('"cell phone"')).ignored[0]


@pytest.mark.usefixtures("entries")
def test_one_way_entry_finds_one_way(indexed):
    indexed(title="Opioid Lawsuit")
    indexed(title="Fentanyl Seized")

    assert set(found_by("fentanyl")) == {"Opioid Lawsuit", "Fentanyl Seized"}
    assert found_by("opioid") == ["Opioid Lawsuit"]


@pytest.mark.contract
def test_excluded_word_excludes_no_synonym(indexed):
    indexed(title="Mayor Robert Vance Speaks")
    indexed(title="Mayor Bob Vance Speaks")

    assert set(found_by("mayor bob")) == {"Mayor Robert Vance Speaks", "Mayor Bob Vance Speaks"}
    assert found_by("mayor -bob") == ["Mayor Robert Vance Speaks"]
    assert found_by("mayor -(bob OR susan)") == ["Mayor Robert Vance Speaks"]


@pytest.mark.usefixtures("entries")
def test_synonyms_are_marked(indexed):
    indexed(body="It began.\n\nThey stole mobile phones and an umbrella.")

    [hit] = search(parse("cell phone")).hits

    assert {text for text, is_match in hit.passage if is_match} == {"mobile", "phones"}


@pytest.mark.usefixtures("entries")
def test_acronym_in_capitals_is_not_the_word():
    assert query_terms("IT office")[0].phrases
    assert not any(term.phrases for term in query_terms("it office"))


def test_expansions_of_a_query_are_bounded(monkeypatch):
    many = Synonyms([Entry(tuple(f"word{number}" for number in range(100)))])
    monkeypatch.setattr(editorial, "synonyms", lambda: many)

    terms = query_terms("word1 word2 word3")

    assert sum(len(term.synonyms) for term in terms) <= synonyms.MAX_EXPANSIONS


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Bob Ferguson", "Robert Ferguson"),
        ("Fresno DA", "the Fresno District Attorney"),
        ("justice dept", "the Justice Department"),
        ("fresno calif", "Fresno, California"),
        ("Lupe Sanchez", "Guadalupe Sánchez"),
        ("depto de salud", "el Departamento de Salud"),
        ("EE. UU.", "los Estados Unidos"),
    ],
)
def test_standard_nicknames_and_abbreviations_are_found(indexed, typed, printed):
    release = indexed(body=f"Today, {printed} spoke.")

    assert [hit.release for hit in search(parse(typed)).hits] == [release]


@pytest.mark.parametrize("typed", ["assembly bill", "will", "rob a bank"])
def test_common_words_are_no_nicknames(typed):
    assert not any(term.synonyms for term in query_terms(typed))
