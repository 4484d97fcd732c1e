"""Provenance below a plain-text release is not part of the release."""

from releases.parsing import parser, provenance

TEXT = "A Title of Five Words\n\nSPRINGFIELD – The office acts.\n\n###\n"
RECORDED = provenance.append(TEXT, ["Release 2024-0001, version 1", "https://example.gov/x"])


def test_provenance_record_is_stripped():
    assert parser.parse(RECORDED) == parser.parse(TEXT)


def test_rule_without_a_record_stays():
    text = TEXT + provenance.RULE + "\nAnother part.\n"

    assert provenance.strip(text) == text
