import random

import pytest

from releases.content import markup
from releases.models import Release
from releases.output import leads
from releases.output.leads import ROW_LEAD_LENGTH, lead

ELLIPSIS = "\u00a0…"
PARAGRAPHS = (
    *(
        "Plain words.",
        "Two\nlines.",
        "- an item",
        "- two\n- items",
        "*Emphasis*",
        "a_b_c",
        "1. one",
    ),
    *("> quoted", "  indented", "", "Tab\tin it", r"escaped \* mark", "[a](https://example.org)"),
    *(
        "| a | b |\n|---|---|\n| c | d |",
        "“Curly” — año",
        "x" * 901,
        "non\u00a0breaking",
        "trailing ",
    ),
)


def test_plain_paragraphs_are_read_as_the_parser_reads_them():
    chance = random.Random(1)
    for _ in range(2_000):
        source = "\n\n".join(chance.choices(PARAGRAPHS, k=chance.randrange(1, 7)))
        expected = markup.first_paragraphs(source, leads.FIRST_PARAGRAPHS)
        assert tuple(leads._first_paragraphs(source)) == expected, source


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("The office sued.\n\nMore.", "The office sued."),
        ("Fraud!\n\nClick here for the video\n\nThe office sued.", "The office sued."),
        ("(555) 010-0100\n\nThe office sued.", "The office sued."),
        ("Jane Roe 555-010-0100\n\nFOR IMMEDIATE\n\nThe office sued.", "The office sued."),
        ("Report potholes at (555) 010-0100.", "Report potholes at (555) 010-0100."),
        ("word " * 100, f"{'word ' * 55}word\u00a0…"),
        ("", ""),
    ],
)
def test_lead_is_the_first_paragraph_that_tells_something(body, shown):
    assert lead(Release(title="Fraud", body=body)) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("RENO -- The office sued.", "The office sued."),
        ("RENO, Nev. – The office sued.", "The office sued."),
        ("RENO (May 14) — The office sued.", "The office sued."),
        ("RENO - The office sued.", "The office sued."),
        ("RENO—The office sued.", "The office sued."),
        ("RENO, 3 de mayo – The office sued.", "The office sued."),
        ("RENO —\n\nThe office sued.", "The office sued."),
        ("RENO, home of the – bridge, sued.", "RENO, home of the – bridge, sued."),
        ("RENO (the city) - it sued.", "RENO (the city) - it sued."),
        ("RENO–Elko Bridge opens.", "RENO–Elko Bridge opens."),
        ("RENO officials sued in a well-known case.", "RENO officials sued in a well-known case."),
        ("ELKO -- The office sued.", "ELKO -- The office sued."),
    ],
)
def test_lead_begins_after_the_dateline(body, shown):
    assert lead(Release(title="Fraud", dateline="RENO", body=body)) == shown


def test_lead_in_a_list_ends_with_a_whole_word():
    body = "The office sued a chemical company for dumping waste in the river " * 3

    shown = lead(Release(title="Fraud", body=body), ROW_LEAD_LENGTH)

    assert len(shown) <= ROW_LEAD_LENGTH + 2
    assert f"{shown.removesuffix(ELLIPSIS)} " in body
