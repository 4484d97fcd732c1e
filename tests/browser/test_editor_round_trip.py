"""The editor keeps what it does not change, and writes what it shows, whatever the text."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from releases.content import markup
from tests.browser.shown import shown

DRIVER = Path(__file__).with_name("editor_driver.js").read_text()
WORDS = st.sampled_from(
    [
        *(
            "county",
            "opens",
            "*a*",
            "**b c**",
            "_d_",
            "[x](/y)",
            "[z **w** v](https://a.org/b_c?d&e)",
        ),
        *("5 * 6", "said_it", "\\*", "a\\b", "1.", "2)", "-", "+", "*", "**", "_", "[", "](", "|"),
        *(
            "#",
            "###",
            "“quoted”",
            "$3 & up",
            "<b>",
            "`x`",
            "é",
            "***x***",
            "![i](/j)",
            "\\",
            "(a)b",
        ),
        *("**(x)**y", "**Note:**text", "&amp;", "  ", "x_y_", "__s__", "***", "\t"),
    ]
)
LINE = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
BREAK = st.sampled_from(["\n", "\\\n", "  \n"])
PARAGRAPH = st.builds(
    lambda end, lines: end.join(lines), BREAK, st.lists(LINE, min_size=1, max_size=3)
)
ROW = st.lists(LINE, min_size=2, max_size=2).map(lambda cells: f"| {' | '.join(cells)} |")
TABLE = st.builds(lambda head, *rows: "\n".join([head, "| --- | :-: |", *rows]), ROW, ROW, ROW)
MARKS = st.text("ab*_[]()<>\"'&#|:-+.>`~!\\ \t\n1/=é", min_size=1, max_size=60)


def a_list(inner):
    def write(mark, end, items):
        indent = "\n" + " " * (len(mark) + 1)
        return end.join(f"{mark} {item}".replace("\n", indent) for item in items)

    mark, end = st.sampled_from(["-", "*", "1.", "7)"]), st.sampled_from(["\n", "\n\n"])
    return st.builds(write, mark, end, st.lists(inner, min_size=1, max_size=3))


def a_quote(inner):
    return inner.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n")))


def two(inner):
    return st.tuples(inner, st.sampled_from(["\n", "\n\n"]), inner).map("".join)


BLOCK = st.recursive(
    PARAGRAPH | TABLE, lambda inner: a_list(inner) | a_quote(inner) | two(inner), max_leaves=4
)
GAP = st.sampled_from(["\n\n", "\n", "\n\n\n", "\n \n"])
TEXT = MARKS | st.builds(
    lambda gap, blocks, end: gap.join(blocks) + end,
    GAP,
    st.lists(BLOCK | MARKS, min_size=1, max_size=4),
    st.sampled_from(["", "\n", "\n\n"]),
)
SHARE = st.floats(0, 0.999)
KINDS = [
    "type",
    "bold",
    "italic",
    "link",
    "bullets",
    "numbers",
    "quote",
    "enter",
    "backspace",
    "join",
]
EDIT = st.fixed_dictionaries(
    {
        **{"block": SHARE, "from": SHARE, "to": SHARE, "kind": st.sampled_from(KINDS)},
        "words": st.sampled_from(["x", "*", "- ", "_a", "(q)", "\\", "1. ", "|", " ", "[", "](b)"]),
    }
)
# One page serves all examples.
CHECKS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def opened(browse):
    """Return a function that opens a text in an editor, and changes it."""
    page = browse("/admin/login/")
    return lambda text, edit=None: page.evaluate(DRIVER, {"text": text, "edit": edit})


@CHECKS
@given(TEXT)
def test_text_that_is_only_opened_stays_as_it_was(opened, text):
    after = opened(text)

    assert after["text"] == after["opened"] == after["typed"]


@CHECKS
@given(TEXT, EDIT)
def test_changed_block_reads_as_the_editor_shows_it_and_others_keep_their_bytes(opened, text, edit):
    after = opened(text, edit)

    assert after.get("undone", after["typed"]) == after["typed"]
    assert all(kept in after["text"] for kept in after["kept"] if not kept[:1].isspace())
    if not after["hasRaw"]:
        assert shown(after["html"]) == shown(markup.to_html(after["text"], ()))
