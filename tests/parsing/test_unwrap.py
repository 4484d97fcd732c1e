"""Broken lines are joined; separate lines are not."""

import pytest

from releases.parsing import lines, unwrap


def joined(*texts):
    return [line.text for line in unwrap.unwrap_lines(lines.read("\n".join(texts))[0])]


@pytest.mark.parametrize(
    ("texts", "paragraph"),
    [
        (["The bill would allow", "counties to act."], "The bill would allow counties to act."),
        (["It helps harbors", ", piers", "and quays."], "It helps harbors, piers and quays."),
        (["“", "We will act", ",”", "she said."], "“We will act,” she said."),
        (['"', "We will act", '"'], '"We will act"'),
        (["For the text, click", "HERE", "."], "For the text, click HERE."),
        (["Bill text", "|", "Summary"], "Bill text | Summary"),
        (["It is a cross-", "border case."], "It is a cross-border case."),
        (
            ["Deputy District Attorney", "Jane Doe is prosecuting this case."],
            "Deputy District Attorney Jane Doe is prosecuting this case.",
        ),
    ],
)
def test_broken_line_is_joined(texts, paragraph):
    assert joined(*texts) == [paragraph]


@pytest.mark.parametrize(
    "texts",
    [
        ["It will pay for:", "piers", "quays", "boats"],
        ["Piers; and", "Quays"],
        ["Jane Doe", "jane.doe@example.org"],
        ["The office will act.", "“We are ready,” she said."],
        ["It is new", "- a pier", "- a quay"],
        ["FOR IMMEDIATE RELEASE", "the office will act."],
        ["The office opens", "September 21, 2012"],
        ["The office opens", "###"],
        ["Chief of Staff", "Jane Doe", "Spokesperson"],
        ["The bill would allow", "", "counties to act."],
    ],
)
def test_separate_lines_stay_separate(texts):
    assert joined(*texts) == [text for text in texts if text]


def test_list_of_long_items_is_not_wrapped_text():
    items = [f"Jane Doe the {n}th, of Harbor Town (Harbor Town High School)" for n in range(10, 20)]

    assert joined(*items) == items
