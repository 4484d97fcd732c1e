"""Printed dates are parsed only if unambiguous."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releases.parsing import dates
from releases.search.query.terms import query_terms

WORD = st.text("一二〇十廿3月市議.-/ ", min_size=1, max_size=4)
AROUND = ["2024年{}月3日", "2024年3月{}日", "{} 5, 2024", "5 {} 2024", "5/{}/2024", "12{}2024 年"]
DAY = datetime.date(2012, 9, 21)


@pytest.mark.parametrize(
    "words",
    [
        "September 21, 2012",
        "Friday, September 21, 2012",
        "FRIDAY, SEPTEMBER 21, 2012",
        "Sept. 21, 2012",
        "Sep 21 2012",
        "September 21st, 2012",
        "21 September 2012",
        "21st day of September, 2012",
        "viernes, 21 de septiembre de 2012",
        "21 de setiembre del 2012",
        "Septiembre 21, 2012",
        "09/21/2012",
        "9-21-2012",
        "9.21.2012",
        "21.9.2012",
        "2012-09-21",
        "2012/9/21",
        "ngày 21 tháng 9 năm 2012",
        "21-Sep-2012",
        "Friday the 21st of September 2012",
        "vendredi 21 septembre 2012",
        "sexta-feira, 21 de setembro de 2012",
        "Freitag, den 21. September 2012",
        "ika-21 ng Setyembre, 2012",
        "vandredi 21 septanm 2012",
        "21 сентября 2012 года",
        "الجمعة، 21 سبتمبر 2012",
        "2012年9月21日（星期五）",
        "2012년 9월 21일(금)",
    ],
)
def test_date_is_read(words):
    assert [date.date for date in dates.find(f"It says {words}, in print.")] == [DAY]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Setpember 21, 2012", "misspelt_month"),
        ("21 de diciembe de 2012", "misspelt_month"),
        ("03/04/2012", "ambiguous_date"),
        ("3.4.2012", "ambiguous_date"),
        ("9/21/12", "two_digit_year"),
        ("February 30, 2012", "impossible_date"),
        ("13/32/2012", "impossible_date"),
        ("2024年十二十月3日", "impossible_date"),
        ("2024年5月十十日", "impossible_date"),
        ("September 21, 1812", "absurd_date"),
        ("September 21, 2912", "absurd_date"),
    ],
)
def test_uncertain_date_is_found_but_not_parsed(words, code):
    (found,) = dates.find(words)

    assert (found.date, found.warning_code, found.words) == (None, code, words)
    assert found.warning().message.startswith(f"“{words}”")


@pytest.mark.parametrize(
    "words",
    [
        *("September 2012", "September 21", "Section 12, 2012", "916-555-0100"),
        *("Sept. 21-23, 2012", "三藩市議會 12, 2024", "5/一月份/2024", "5 三藩市 2024"),
        *(
            "一共十五人 12 2024 年",
            "10 out 2024 People Agree With Mayor",
            "2024-05-03T25:00",
            "40 out 2024 a",
        ),
        *("Version 2024. 5. 3 of", "2024. 5. 3 of", "Section 2024. 1. 2", "2024-05-03T09:60"),
    ],
)
def test_other_words_are_not_a_date(words):
    assert dates.find(words) == []


def test_same_day_and_month_is_one_date():
    assert dates.find("04/04/2012")[0].date == datetime.date(2012, 4, 4)


def test_weekday_decides_between_two_readings():
    assert dates.find("Sunday, 03/04/2012")[0].date == datetime.date(2012, 3, 4)
    assert dates.find("Tuesday, 03/04/2012")[0].date == datetime.date(2012, 4, 3)


def test_wrong_weekday_keeps_the_date_with_a_warning():
    (found,) = dates.find("Monday, September 21, 2012")

    assert (found.date, found.warning_code) == (DAY, "wrong_weekday")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Friday, September 21, 2012"),
        ("en-US", "Friday, September 21, 2012"),
        ("es", "viernes, 21 de septiembre de 2012"),
        ("vi", "2012-09-21"),
        ("", "2012-09-21"),
    ],
)
def test_spelled_date_is_read_back(language, words):
    assert dates.spell_out(DAY, language) == words
    assert dates.find(words)[0].date == DAY


def test_eight_digits_are_a_date_only_alone():
    assert [date.date for date in dates.find("20120921")] == [DAY]
    assert dates.find("File 20120921") == []


@settings(max_examples=50)
@given(WORD)
def test_any_mix_of_numerals_and_words_is_read_without_an_error(word):
    for text in (around.format(word) for around in AROUND):
        dates.find(text)
        query_terms(text, with_synonyms=False)
