import pytest

from releases.search.query.explain import explain_query
from releases.search.query.parser import parse


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("water", "the word water"),
        ("clean water -dry", "the words clean water and not the word dry"),
        (
            '"clean water" OR said:flow*',
            "exactly “clean water” or a word that begins with flow in a quotation",
        ),
        ("a (b OR title:c)", "the word a and (the word b or the word c in the title)"),
        ("year:2012", "a date on or after 2012-01-01 and before 2013-01-01"),
        ("before:2012-09", "a date before 2012-09-01"),
        ("language:es topic:water", "the language es and the topic water"),
    ],
)
def test_query_is_explained_in_words(query, words):
    assert explain_query(parse(query).tree) == words
