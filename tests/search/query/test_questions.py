import pytest

from releases.search.query.terms import query_terms


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ("how many people were arrested in fresno", {"arrested", "fresno"}),
        ("When did the dam reopen?", {"dam", "reopen"}),
        ("¿Cuántas personas fueron detenidas en Fresno?", {"detenidas", "fresno"}),
        ("qué pasó con el agua", {"agua"}),
        ("tell me about the dam inspection", {"dam", "inspection"}),
        ("people arrested in fresno", {"people", "arrested", "fresno"}),
        ("how many", {"many"}),
    ],
)
def test_question_is_about_its_other_words(asked, about):
    assert {term.form for term in query_terms(asked)} == about
