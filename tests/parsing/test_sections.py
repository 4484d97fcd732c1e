"""Paragraphs become sections only at known headings."""

import sys

import pytest

from releases.parsing import lines, parser, sections


def split(*texts, kind="body"):
    parts = sections.split_into_sections(lines.read("\n".join(texts))[0], kind)
    return [(part.kind, part.heading, [line.text for line in part.lines]) for part in parts]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Background:", "background"),
        ("BACKGROUND INFORMATION", "background"),
        ("About the Harbor Unit", "about"),
        ("Acerca de la Oficina", "about"),
        ("Notes to Editors", "notes"),
        ("Related Links", "resources"),
        ("Más información", "resources"),
        ("About 200 towns took part", None),
        ("About the harbors that were lost.", None),
        ("Circumstances of the Case", None),
        ("Backgrounds", None),
    ],
)
def test_only_well_known_headings_have_a_kind(heading, kind):
    assert sections.heading_kind(heading) == kind


def test_heading_begins_a_section():
    assert split("One.", "Background", "Two.", "Three.") == [
        ("body", "", ["One."]),
        ("background", "Background", ["Two.", "Three."]),
    ]


def test_rule_below_a_rule_underlines_no_heading():
    assert split("One.", "Two", "-----", "-----", "Three.") == [
        ("body", "", ["One."]),
        ("body", "Two", ["-----", "Three."]),
    ]


def test_heading_with_nothing_below_is_text():
    assert split("One.", "Background") == [("body", "", ["One.", "Background"])]


def test_closings_are_split_off_and_grouped_by_kind():
    closings = ["For more information, call.", "https://example.org", "Editor's note: new."]

    assert split("One.", *closings) == [
        ("body", "", ["One."]),
        ("resources", "", closings[:2]),
        ("notes", "", closings[2:]),
    ]


def test_text_of_closings_only_keeps_its_first_paragraph():
    assert split("For more information, call.") == [("body", "", ["For more information, call."])]


def test_lists_of_one_kind_are_one_list():
    source = "It:\n• a\n* b\n\nThen:\n1) c\n2) d\n9) e\n- f"

    assert sections.to_markdown(lines.read(source)[0]) == (
        "It:\n\n- a\n- b\n\nThen:\n\n1) c\n2) d\n\n9\\) e\n\n- f"
    )


def test_advisory_below_a_sentence_becomes_sections():
    text = (
        "Title of It\n\nMay 3, 2024\n\nThe county clerk will open a reading room in the old mill."
    )
    labels = "WHO: Pat Doe\nLee Roe\n\nWHEN: Tuesday, June 4, 2024\n\nWHERE:\n12 Mill Street"
    after = "The room will be open to everybody on each day of the year."

    parsed = parser.parse(f"{text}\n\n{labels}\n\n{after}")

    assert [(part.heading, part.body) for part in parsed.sections] == [
        ("WHO:", "Pat Doe\n\nLee Roe"),
        ("WHEN:", "Tuesday, June 4, 2024"),
        ("WHERE:", "12 Mill Street"),
        ("", after),
    ]


def test_headings_in_capitals_are_no_labels():
    text = (
        "Title of It\n\nMay 3, 2024\n\nThe county clerk will open a reading room in the old mill."
    )
    below = "HOW TO APPLY\n\nBy mail.\n\nWHERE TO GO\n\nMill Street.\n\nWHEN TO COME\n\nAt noon."

    parsed = parser.parse(f"{text}\n\n{below}")

    assert parsed.body.endswith(below)
    assert not parsed.sections


def test_list_of_events_is_no_advisory():
    text = (
        "Title of It\n\nMay 3, 2024\n\nThe county clerk will open all reading rooms in the spring."
    )
    event = "Date: June 4\nTime: 10 a.m.\nPlace: 12 Mill Street"

    assert parser.parse(f"{text}\n\n{event}\n\n{event}").sections == ()


def test_rows_set_in_other_columns_begin_another_table():
    left = [f"town {n:02}  {n:02}  at" for n in range(20)]
    right = [f"     wood  {n:02}  {'by' * (n % 3 + 1)}" for n in range(20)]

    text = sections.to_markdown(lines.read("\n".join(left + right))[0])

    assert text.count("| --- | --- | --- |") == 2
    assert text.count("\n\n") == 1


@pytest.mark.parametrize(
    ("above", "below"), [("", "a  b\naaa  bb\n"), ("town  12  at\n", "  a  bb  c\n   d  e  ffff\n")]
)
def test_work_is_linear_in_the_number_of_ragged_lines(above, below):
    steps = []
    for count in (100, 200):
        ragged = lines.read(above * count + below * count)[0]
        counted = [0]

        def trace(frame, event, argument, counted=counted):
            counted[0] += 1

        sys.setprofile(trace)
        try:
            sections.to_markdown(ragged)
        finally:
            sys.setprofile(None)
        steps.append(counted[0])

    assert steps[1] < 2.5 * steps[0]


def test_rules_below_each_other_are_no_table():
    rules = lines.read("--------\n" * 3_000)[0]

    assert sections.to_markdown(rules).count("--------") == 3_000
