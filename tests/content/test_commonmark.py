"""Portable Markdown: other programs read it as our dialect does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from releases.content import commonmark, markup


@pytest.mark.parametrize(
    "source", ["<b>", "&amp;", "`x`", "# x", "###", "***", "_ _ _", "x\n===", "~~~\nx"]
)
def test_words_of_our_dialect_are_words_to_other_programs(source):
    html = MarkdownIt("commonmark").render(commonmark.to_commonmark(source))

    assert html.startswith("<p>")
    assert html.count("<") == 2


@given(st.text(alphabet="ab <>&`!#=~*_-[]()\\\n"))
def test_portable_markdown_reads_the_same_in_our_dialect(source):
    assert markup.paragraphs(commonmark.to_commonmark(source)) == markup.paragraphs(source)
