"""Portable Markdown: other programs read it as we do, and so do we."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from releases.content import commonmark, markup


@pytest.mark.parametrize(
    "source", ["<b>", "&amp;", "`x`", "# x", "###", "***", "_ _ _", "x\n===", "~~~\nx"]
)
def test_what_is_words_to_us_is_words_to_others(source):
    html = MarkdownIt("commonmark").render(commonmark.to_commonmark(source))

    assert html.startswith("<p>")
    assert html.count("<") == 2


@given(st.text(alphabet="ab <>&`!#=~*_-[]()\\\n"))
def test_what_is_portable_reads_the_same_to_us(source):
    assert markup.paragraphs(commonmark.to_commonmark(source)) == markup.paragraphs(source)
