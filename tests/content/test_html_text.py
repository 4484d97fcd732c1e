"""HTML of pages, mail and word processors becomes restricted Markdown with the same words."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releases.content import markup
from releases.content.html_text import UnreadableHTMLError, html_to_markdown

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", "<i>", "<a href='https://a.example/x y)'>", "</a>", "<br>"),
        *("<ul>", "<ol start=9>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "<blockquote>"),
        *("<h2>", "</h2>", "<pre>", "<span style='font-weight:bold'>", "<q>", "</span>"),
        *(" ", "\n", "one", "Two", "3. ", "- ", "*", "_", "[x](y)", "|", "\\", "“", "&amp;", "#"),
    ]
)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            "<p>A <b>bold </b><i>one</i>, <a href='https://a.example/1'>here</a>.</p>",
            "A **bold** *one*, [here](https://a.example/1).",
        ),
        ("One<br>two<p>three", "One\\\ntwo\n\nthree"),
        ("<h2>Head</h2>Text", "**Head**\n\nText"),
        (
            "<ul><li>One<ul><li>Inner</ul><li><p>Two</p><p>more</p></ul>",
            "- One\n   - Inner\n- Two\\\n   more",
        ),
        ("<ol start=3><li>x<li>y</ol>", "3. x\n4. y"),
        (
            "<table><tr><th>A<th>B<tr><td>1|2<td><b>3</b></table>",
            "| A | B |\n| --- | --- |\n| 1\\|2 | **3** |",
        ),
        ("<table><tr><td>Menu<td>Text</table>", "Menu\n\nText"),
        ("<blockquote>Said</blockquote>", "> Said"),
        ("<script>x()</script><p hidden>no</p><!-- no -->1. *x*_", "1\\. \\*x\\*\\_"),
        ("<a href='javascript:x()'>a</a><a href='https://a.example/(b'>b</a>", "a"),
        # Google Docs, then Word
        (
            "<b style='font-weight:normal'><p><span style='font-weight:700'>B</span> c</p></b>",
            "**B** c",
        ),
        (
            "<p class=MsoListParagraph style='mso-list:l0 level1'><span style='mso-list:Ignore'>"
            "1.<span>&nbsp;</span></span>First<o:p></o:p></p>",
            "1. First",
        ),
    ],
)
def test_html_becomes_markdown(html, markdown):
    written, left_out = html_to_markdown(html)

    assert written.startswith(markdown)
    assert left_out == ()


def test_pictures_frames_and_controls_are_named():
    _, left_out = html_to_markdown(
        "<img src=/a/seal.png><img alt='A bridge'><iframe src=https://v.example></iframe>"
        "<button>Share</button><img width=1 src=t.gif>"
    )

    assert left_out == (
        "picture “seal.png”",
        "picture “A bridge”",
        "iframe https://v.example",
        "Share",
    )


def test_too_deep_html_is_refused_instead_of_cut():
    with pytest.raises(UnreadableHTMLError, match="200 deep"):
        html_to_markdown("<div>" * 300 + "deep")


def words(text):
    return re.findall(r"one|Two", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_markdown_prints_each_word_once(html):
    written, _ = html_to_markdown(html)

    assert words(" ".join(markup.paragraphs(written))) == words(re.sub(r"<[^>]*>", " ", html))
