import datetime

import pytest

from releases.search.query.numerals import numerals
from releases.search.query.terms import query_terms
from releases.search.query.tree import DateRange


def also(text):
    """Return what every term of a text is also found by."""
    return [{*term.others, *term.phrases} for term in query_terms(text)]


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        *[("21st", "twentyfirst"), ("9th", "ninth"), ("2nd", "second"), ("twenty-first", "21st")],
        *[("twenty first", "21st"), ("Third", "3rd"), ("fortieth", "40th"), ("12th", "twelfth")],
        *[("$1M", "1000000"), ("1,000,000", "one million"), ("one million", "1000000")],
        *[("$2 billion", "two billion"), ("$1.2 million", "1200000")],
        *[("sixty million", "60000000"), ("$60M", "sixty million")],
        *[("J.R.", "j r"), ("JR", "j r"), ("nineties", "1990s")],
        *[("1990s", "nineties"), ("'90s", "1990s"), ("años noventa", "1990s")],
    ],
)
def test_number_or_initials_are_found_however_printed(typed, other):
    assert all(other in each for each in also(typed))


def test_spaced_initials_are_found_as_one_word():
    assert sum("jr" in each for each in also("J. R. Vex")) == 2


@pytest.mark.parametrize("typed", ["1990s", "the 90s", "nineties", "década de 1990", "años 90"])
def test_decade_is_all_its_years(typed):
    found = {days for term in query_terms(typed) for days in term.dates}
    assert found == {DateRange(datetime.date(1990, 1, 1), datetime.date(2000, 1, 1))}


@pytest.mark.parametrize(
    "typed",
    [
        *("1990", "$5", "54,000", "0th", "the mayor", "tent", "Plan A. B", "twenty-five million"),
        *("one hundred sixty million", "two hundred and six million"),
    ],
)
def test_other_text_has_no_numerals(typed):
    assert [each for each in numerals(typed) if each.words or each.days] == []
