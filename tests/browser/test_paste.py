"""A paste from other programs becomes Markdown, and the status says what was left out."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

PASTES = Path(__file__).with_name("pastes")
PROGRAMS = sorted(file.stem for file in PASTES.glob("*.html"))
READ = """async (html) => {
  const { readHtml } = await import("/static/js/editor/pasted_html.js");
  const { markdownOf } = await import("/static/js/editor/paste.js");
  const { blocks, said } = readHtml(html);
  return [markdownOf(blocks), said];
}"""


def golden(program, suffix):
    return (PASTES / program).with_suffix(suffix).read_text().rstrip("\n")


def test_paste_of_each_program_becomes_its_golden_markdown(browse):
    page, errors = browse("/admin/login/"), []
    page.on("console", lambda message: errors.append(message.text))
    for program in PROGRAMS:
        markdown, said = page.evaluate(READ, golden(program, ".html"))
        assert (program, markdown) == (program, golden(program, ".md"))
        assert (program, said) == (program, golden(program, ".said"))
    assert errors == []
