"""The record below a release's plain text is no part of it."""

from releases.parsing import parser, provenance

TEXT = "A Title of Five Words\n\nSPRINGFIELD – The office acts.\n\n###\n"
RECORDED = provenance.append(TEXT, ["Release 2024-0001, version 1", "https://example.gov/x"])


def test_record_is_cut_off_before_the_text_is_read():
    assert parser.parse(RECORDED) == parser.parse(TEXT)


def test_rule_that_heads_no_record_stays():
    text = TEXT + provenance.RULE + "\nAnother part.\n"

    assert provenance.strip(text) == text
