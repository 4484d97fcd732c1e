import datetime

import pytest

from releases.search.query.numerals import as_printed, numerals
from releases.search.query.terms import query_terms
from releases.search.query.tree import DateRange


def also(text):
    """Return what every term of a text is found by."""
    return [{term.form, *term.others, *term.phrases} for term in query_terms(text)]


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        *[("21st", "twentyfirst"), ("9th", "ninth"), ("2nd", "second"), ("twenty-first", "21st")],
        *[("twenty first", "21st"), ("Third", "3rd"), ("fortieth", "40th"), ("12th", "twelfth")],
        *[("$1M", "1000000"), ("1,000,000", "one million"), ("one million", "1000000")],
        *[("$2 billion", "two billion"), ("$1.2 million", "1200000")],
        *[("sixty million", "60000000"), ("$60M", "sixty million")],
        *[("twenty-five million", "25000000"), ("$25M", "twenty five million")],
        *[("fifteen billion dollars", "$15000000000"), ("one million", "one million")],
        *[("1.2m dollars", "$1200000"), ("50k dollars", "$50000"), ("2bn euros", "€2000000000")],
        *[("1.2m", "1200000"), ("USD 2 million", "$2000000"), ("3 million pounds", "£3000000")],
        *[("one million dollars", "$1000000"), ("half a million dollars", "$500000")],
        *[("nine eleven", "9 11"), ("twenty four seven", "24 7"), ("nine one one", "911")],
        *[("nineteen eighty-four", "1984"), ("twenty twelve", "2012"), ("five to four", "5 4")],
        *[("J.R.", "j r"), ("JR", "j r"), ("nineties", "1990s")],
        *[("1990s", "nineties"), ("'90s", "1990s"), ("años noventa", "1990s")],
        *[("1990s", "1990"), ("nineteen-nineties", "1999"), ("década de 1990", "1995")],
        *[("three point five million", "3500000"), ("two point twenty-five billion", "2250000000")],
        *[("3 and a half million", "3500000"), ("a half million", "500000")],
        *[("twenty-three and a half million dollars", "$23500000")],
    ],
)
def test_number_or_initials_are_found_however_printed(typed, other):
    assert all(other in each for each in also(typed))


@pytest.mark.parametrize(
    ("typed", "printed"), [("ages two to five", "ages 2 to 5"), ("nine eleven", "9 11")]
)
def test_figures_keep_the_word_between_them(typed, printed):
    assert as_printed(typed) == printed


@pytest.mark.parametrize("typed", ["September eleventh", "11th of september", "sept. 11th"])
def test_day_of_a_month_is_found_as_an_ordinal_and_as_a_figure(typed):
    assert any({"11", "eleventh"} <= {term.form, *term.others} for term in query_terms(typed))


@pytest.mark.parametrize(
    ("typed", "form", "other"),
    [
        *[("nine one one", "9-1-1", "911"), ("nine eleven", "9-11", "9 11")],
        *[("nineteen eighty-four", "19-84", "1984"), ("five to four", "5-4", "5 to 4")],
        *[("9/11", "9-11", "9 11"), ("24/7", "24-7", "24 7")],
    ],
)
def test_figures_are_found_together_not_each_by_itself(typed, form, other):
    (term,) = query_terms(typed)
    assert term.form == form
    assert other in (*term.others, *term.phrases)


def test_figures_within_a_longer_word_are_not_read():
    assert {term.form for term in query_terms("ten-nine-one-one")} == {"ten", "nine", "one"}


@pytest.mark.parametrize("typed", ["911", "9-1-1"])
def test_three_figures_are_found_as_they_are_said(typed):
    (term,) = query_terms(typed)
    assert {term.form, *term.others, *term.phrases} >= {"911", "9 1 1", "nine one one"}


def test_spaced_initials_are_found_as_one_word():
    assert sum("jr" in each for each in also("J. R. Vex")) == 2


@pytest.mark.parametrize("typed", ["seventies", "the 70s"])
def test_decade_that_may_be_degrees_or_ages_finds_no_years(typed):
    assert not any("1975" in each for each in also(typed))


@pytest.mark.parametrize("typed", ["1990s", "the 90s", "nineties", "década de 1990", "años 90"])
def test_decade_is_all_its_years(typed):
    found = {days for term in query_terms(typed) for days in term.dates}
    assert found == {DateRange(datetime.date(1990, 1, 1), datetime.date(2000, 1, 1))}


@pytest.mark.parametrize(
    "typed",
    [
        *("1990", "$5", "54,000", "0th", "the mayor", "tent", "Plan A. B"),
        *("5k run", "twenty four", "five", "five six million", "12 m dollars"),
        *("one hundred sixty million", "two hundred and six million"),
        *("one hundred sixty-two million", "six twelve million", "six to eight million"),
        *("five or six million", "three point one four million", "6.5 to eight million"),
        *("one hundred point five million", "six point a half million", "3 to five million"),
    ],
)
def test_other_text_has_no_numerals(typed):
    assert [each for each in numerals(typed) if each.words or each.days] == []
