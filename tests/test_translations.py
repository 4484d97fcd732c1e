"""Every public text is available in Spanish."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.template.base import TextNode
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = PROJECT / "releases/locale/es/LC_MESSAGES/django"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "message"}
# The same in every language: names of formats and examples.
NO_WORDS = {
    "Atom",
    "RSS",
    "JSON",
    "Feed",
    "CSV",
    "Lines",
    "PDF",
    "Markdown",
    "Word",
    "UTC",
    "AB",
    "unAPI",
    "API",
    "BibTeX",
}
# English on purpose: machine-readable formats, staff pages, and pages with input examples.
ENGLISH = (
    "admin/",
    "feeds/",
    "search/_explanations.html",
    "search/indexes/",
    "500.html",
    "oembed.html",
    "releases/kit/",
    "sitemap-news.xml",
    "unapi.xml",
)

PAGES = sorted(
    str(path.relative_to(PROJECT / "templates"))
    for path in (PROJECT / "templates").rglob("*.html")
    if not str(path.relative_to(PROJECT / "templates")).startswith(ENGLISH)
)


def nodes(name, kind):
    return get_template(name).template.nodelist.get_nodes_by_type(kind)


def messages_of_template(name):
    for node in nodes(name, TranslateNode):
        yield str(node.filter_expression.var.literal)
    for node in nodes(name, BlockTranslateNode):
        message = node.render_token_list(node.singular)[0]
        yield " ".join(message.split()) if node.trimmed else message


def messages_of_code(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(getattr(node, "func", None), "id", "")
        if name in CALLS and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[-1].value if name == "pgettext" else node.args[0].value


@pytest.fixture(scope="module")
def spanish():
    """Return the messages of the compiled catalog with their translations."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    singular = {key: text for key, text in catalogue.items() if key and isinstance(key, str)}
    # The first plural form represents all; a context precedes its message.
    counted = {key[0]: catalogue[key[0], 0] for key in catalogue if isinstance(key, tuple)}
    return {key.rpartition("\x04")[2]: text for key, text in (counted | singular).items() if text}


@pytest.mark.parametrize("name", PAGES)
def test_every_text_of_a_page_has_a_translation(spanish, name):
    assert [text for text in messages_of_template(name) if text not in spanish] == []


def test_every_sentence_of_the_code_has_a_translation(spanish):
    found = [
        path for room in ("releases", "pressroom/infra") for path in (PROJECT / room).rglob("*.py")
    ]
    code = [path for path in found if not {"admin", "accounts"} & set(path.parts)]
    asked = {message for path in code for message in messages_of_code(path)}
    assert len(asked) > 40
    assert asked - spanish.keys() == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_is_in_the_catalog(name):
    source = "".join(node.s for node in nodes(name, TextNode))
    text = re.sub(
        r"<(style|script|code).*?</\1>|<(\w+)[^>]* lang=\"en\"[^>]*>.*?</\2>",
        " ",
        source,
        flags=re.DOTALL,
    )
    named = r"aria-label|alt|data-(?:done|failed|label|copied|more)|name=.description. content"
    spoken = re.findall(rf'(?:{named})="([^"]*)"', text)
    shown = re.sub(r"<[^>]*>|<[^>]*$|^[^<]*>|&\w+;", " ", text)
    words = re.findall(r"[A-Za-z]{2,}", " ".join([shown, *spoken]))
    assert [word for word in words if word not in NO_WORDS] == []


def test_compiled_catalogue_is_made_from_its_source(spanish):
    """Run `make messages` after changing the source."""
    lines = r'(".*(?:\n".*)*)'
    entry = rf"^msgid {lines}\n(?:msgid_plural {lines}\n)?msgstr(?:\[0\])? {lines}"
    source = CATALOGUE.with_suffix(".po").read_text(encoding="utf-8")
    read = {_unquoted(key): _unquoted(text) for key, _, text in re.findall(entry, source, re.M)}
    del read[""]
    assert read == spanish


def _unquoted(quoted):
    return "".join(ast.literal_eval(line) for line in quoted.splitlines())
