"""Slips that proofreading reports, and correct text that it lets pass."""

import datetime

import pytest

from releases.parsing import proofreading

FRIDAY = datetime.date(2024, 5, 17)


def test_line_of_the_paper_form_is_named():
    [release_line] = proofreading.leftover_release_line("For Immediate Release\n\nThe county")
    [embargo] = proofreading.leftover_embargo("EMBARGOED: the county")

    assert "“For Immediate Release”. Remove it" in release_line
    assert "“EMBARGOED”. Remove it" in embargo


def test_embargoed_goods_in_prose_are_no_leftover():
    text = "The embargoed oil was for release."

    assert not [*proofreading.leftover_release_line(text), *proofreading.leftover_embargo(text)]


@pytest.mark.parametrize(
    "words", ["TK", "TKTK", "XXX", "{{ name }}", "[insert quote]", "lorem ipsum"]
)
def test_placeholder_is_named(words):
    [sentence] = proofreading.placeholders(f"The mayor said {words} today, and {words} again.")

    assert f"“{words}”" in sentence


def test_words_that_contain_a_placeholder_are_none():
    assert list(proofreading.placeholders("ATKINS of XXXVIII, Vin Diesel’s xXx, a set {1}")) == []


@pytest.mark.parametrize(
    ("dateline", "text"),
    [
        ("SPRINGFIELD, May 15, 2024", ""),
        ("", "SPRINGFIELD (May 15) – The county"),
        ("", "SPRINGFIELD, May 17, 2023 -- The county"),
    ],
)
def test_two_different_dates_are_named(dateline, text):
    [sentence] = proofreading.other_date(dateline, text, FRIDAY)

    assert "has another date than the release (May 17, 2024). Make them agree." in sentence


@pytest.mark.parametrize("text", ["SPRINGFIELD, May 17 – x", "On May 15, 2024 the county opened."])
def test_date_in_prose_and_the_same_date_are_no_slip(text):
    assert list(proofreading.other_date("SPRINGFIELD", text, FRIDAY)) == []


@pytest.mark.parametrize(
    "words", ["today, Thursday", "today (Thursday)", "tomorrow, Friday", "hoy, jueves"]
)
def test_today_on_another_weekday_is_named(words):
    [sentence] = proofreading.wrong_days(f"It opened {words}.", FRIDAY)

    assert words in sentence
    assert "comes out on Friday" in sentence


def test_today_on_the_day_is_no_slip():
    text = "It opened today, Friday. Tomorrow, Saturday, it closes. Today on Thursday’s agenda."

    assert list(proofreading.wrong_days(text, FRIDAY)) == []


@pytest.mark.parametrize(
    "words",
    [
        *("press@example", "press@example.con", "press@@example.gov", "press@example..gov"),
        *("press@example,gov", "press @example.gov", "press.@example.gov"),
        *("(916) 210-600", "(916) 210-60001", "916-210-600", "916.210.60000", "(91) 210-6000"),
    ],
)
def test_address_or_number_that_looks_broken_is_named(words):
    [sentence] = proofreading.broken_contacts(f"Jane Doe, {words}, or by mail.")

    assert words in sentence
    assert "Check it." in sentence


@pytest.mark.parametrize(
    "words",
    [
        *("press@example.gov.", "Jane.Doe+x@mail.example.co.uk", "@AGOffice", "(916) 210-6000,"),
        *("+52 (55) 5555-1234", "916-210-6000 ext. 12", "1-800-555-0100", "2024-05-14"),
        *("(2023) 54 Cal.4th 12", "555-0100", "$100-200"),
    ],
)
def test_sound_address_or_number_is_no_slip(words):
    assert list(proofreading.broken_contacts(f"Jane Doe, {words} or by mail.")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria Gonzalez", "Maria Gonzales"),
        ("Jose Ruiz", "José Ruiz"),
        ("Ana Ruiz", "Ana Riuz"),
        ("Kathryn Roe", "Katheryn Roe"),
    ],
)
def test_name_written_two_ways_is_named(one, other):
    text = f"Sheriff {one} spoke. {other}’s deputies listened."

    [sentence] = proofreading.names_written_two_ways(text)

    assert sentence == f"“{one}” is also written “{other}”. Use one spelling."


def test_different_names_are_no_slip():
    text = (
        "John Smith and Joan Smythe met June Smith in North County and South County. State "
        "Attorney General and Attorneys General. Ann Lee, Amy Lee. "
        "Maria A. Ruiz and Maria Ruiz. ANA RUIZ."
    )

    assert list(proofreading.names_written_two_ways(text)) == []
