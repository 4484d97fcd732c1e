"""Web pages: the main content, without menus, footers and what else surrounds it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from lxml import html

from releases.content import html_text, rich_text
from releases.importing import copied_sites
from releases.importing.converters import pictures
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.extracts import Extract
from releases.parsing import dates

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
# Parts of a page that are never a release.
_FURNITURE_TAGS = frozenset({"nav", "aside", "footer", "form", "menu", "dialog"})
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog"}
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|crumbs?|sidebar|side-bar"
    r"|footer|foot|masthead|site-header|page-header-bar|banner|skip|skip-link|skiplink|share"
    r"|sharing|social|addtoany|related|recent|pager|pagination|pagenav|cookie|cookies|newsletter"
    r"|subscribe|comments|respond|toolbar|tools|utility|topbar|leftnav|rightnav|leftcol|rightcol"
    r"|widget|widget-area|print-link|screen-reader-text|visually-hidden|sr-only|hidden|ad|ads"
    r"|advertisement|popup|modal|copyright|search|searchform|post-navigation|prev-next|tags-links|relateditems|documentactions"
    r"|portlet\w*|links inline|book-navigation|printfriendly|print-mail|fb-like|jp-relatedposts)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_SKIP_LINK = re.compile(r"(?:skip|jump) to (?:main |the )?(?:content|navigation)\W{0,9}", re.I)
_MAIN_NAME = re.compile(
    r"(?:^|[\s_-])(?:main-?content|maincontent|article-?body|entry-?content|post-?content"
    r"|page-?content|content-?main|node-?content|field--name-body|story-?body|press-?release"
    r"|news-?release|release-?body|pressrelease|bodytext|body-?text|contentmain)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTENT_NAME = re.compile(
    r"(?:^|[\s_-])(?:content|article|story|main|post|entry)(?:$|[\s_-])", re.I
)
_BYLINE_NAME = re.compile(
    r"(?:^|[\s_-])(?:byline|documentbyline|entry-meta|post-meta|article-meta|posted-on|submitted|post-info"
    r"|postmetadata|author-date)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_BYLINE = 200  # characters
_SEPARATOR = re.compile(r" (?:\||»|›|::|[–—-]) ")
_DATE_METAS = (
    *(
        "article:published_time",
        "datePublished",
        "dc.date",
        "dc.date.issued",
        "dc.date.created",
        "dcterms.date",
    ),
    *("dcterms.issued", "dcterms.created", "pubdate", "publish-date", "date"),
)
_ISO_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Tags that a page's main content is not in; the words of a control are no text.
_NO_CONTAINERS = frozenset(
    {"p", "pre", "span", "font", "li", "ul", "ol", "button", "select", "textarea", "form"}
)
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
_MIN_SHARE = 0.3  # of the page's text outside links
_MIN_TEXT = 40  # characters of a main content


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the page's release. `selector` is a CSS class, id or element of its text."""
    root = parse(decode(data))
    yield extract(root, selector, copied_sites.address_of(name))


def decode(data: bytes) -> str:
    """Decode by the byte order mark, the page's own statement, UTF-8, then Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    stated = _CHARSET.search(data[:4_096])
    return decode_as(data, stated[1].decode() if stated else "")


def decode_as(data: bytes, stated: str) -> str:
    """Decode as UTF-8 if that is valid, else as stated, then as Windows-1252."""
    # Browsers read what is stated as Latin-1 as Windows-1252, which has quotes and dashes besides.
    name = "windows-1252" if stated.lower().replace("_", "-") in _LATIN else stated
    # All their bytes are valid UTF-8, too.
    first = name if name.lower().startswith(("iso-2022", "hz-gb")) else ""
    for encoding in filter(None, (first, "utf-8-sig", name, "windows-1252")):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")


def parse(source: str) -> html.HtmlElement:
    """Parse a page. Raises RefusedError."""
    try:
        return html_text.parse(source)
    except html_text.UnreadableHTMLError as error:
        raise RefusedError(str(error)) from error


def extract(root: html.HtmlElement, selector: str = "", address: str = "") -> Extract:
    """Return the release on a page."""
    base = urljoin(address, _base(root))
    facts = _linked_data(root)
    main = _select(root, selector) if selector else _main_content(root)
    moment = _moment(root, main, facts)
    furniture = [] if selector else [*_drop_furniture(main), *_drop_bylines(main)]
    outside = _words_outside(root, main)
    found = html_text.read(main, base)
    if not found.blocks:
        raise RefusedError(EMPTY)
    heading = _heading(main) or _heading(root)
    blocks = found.blocks
    if heading and heading not in {rich_text.plain(block) for block in blocks}:
        # The title is above the main content.
        blocks = (rich_text.Block("heading", (rich_text.Run(heading),), 1), *blocks)
        outside = [words for words in outside if words != heading]
    shown = tuple(pictures.in_page(main).found)
    return Extract(
        blocks,
        title=heading or _page_title(root),
        moment=moment,
        language=_language(root),
        url=base if base.startswith(("http://", "https://")) else "",
        left_out=pictures.without(shown, found.left_out),
        pictures=shown,
        furniture=(*outside, *furniture),
    )


def _select(root: html.HtmlElement, selector: str) -> html.HtmlElement:
    """Return the element that a person named: `article`, `#id` or `.class`."""
    kind, word = selector[:1], selector[1:]
    if kind == "#":
        found = root.xpath("//*[@id=$word]", word=word)
    elif kind == ".":
        found = root.xpath("//*[contains(concat(' ',@class,' '),$word)]", word=f" {word} ")
    else:
        found = list(root.iter(selector))
    if not found:
        raise RefusedError(f"It has no element “{selector}”: choose another --selector.")
    return found[0]


def _main_content(root: html.HtmlElement) -> html.HtmlElement:
    """Return the element of the release: marked up as such, named so, or with most of the text."""
    body = root.find("body") if root.find("body") is not None else root
    for found in _candidates(body):
        if len(found) == 1 and _length(found[0]) >= _MIN_TEXT:
            return found[0]
    return _densest(body)


def _candidates(body: html.HtmlElement) -> Iterator[list[html.HtmlElement]]:
    mains = body.xpath(".//main | .//*[@role='main']")
    yield [each for each in body.iter("article") if not _is_furniture(each)]
    for attribute in ("articleBody", "text"):
        yield body.xpath(f".//*[@itemprop='{attribute}']")
    yield [each for each in body.iter("div", "section", "td") if _is_named(each, _MAIN_NAME)][:1]
    yield mains[:1]
    least = _MIN_SHARE * _own_text(body)
    named = (each for each in body.iter("div", "section", "td") if _is_content(each))
    yield [each for each in named if _own_text(each) >= least][:1]


def _is_content(element: html.HtmlElement) -> bool:
    is_other = _is_furniture(element) or _is_named(element, _BYLINE_NAME)
    return _is_named(element, _CONTENT_NAME) and not is_other


def _is_named(element: html.HtmlElement, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(f"{element.get('id', '')} {element.get('class', '')}"))


def _length(element: html.HtmlElement) -> int:
    return len(rich_text.collapse(element.text_content()))


def _densest(body: html.HtmlElement) -> html.HtmlElement:
    """Descend to the smallest element that has nearly all the text outside links."""
    element, whole = body, _own_text(body)
    while True:
        children = [child for child in element if isinstance(child.tag, str)]
        best = max(children, key=_own_text, default=None)
        if best is None or best.tag in _NO_CONTAINERS:
            return element
        if _own_text(best) < 0.7 * whole or best.tag in ("b", "strong", "i", "em", "a"):
            return element
        element = best


def _own_text(element: html.HtmlElement) -> int:
    """Return the length of the text that is neither in links nor furniture."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return len(element.text_content()) - 2 * linked


def _is_furniture(element: html.HtmlElement) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
        return True
    is_page_header = element.tag == "header" and element.find(".//nav") is not None
    return is_page_header or _is_named(element, _FURNITURE_NAME)


def _drop_furniture(main: html.HtmlElement) -> list[str]:
    """Remove menus and the like from the main content; return their words."""
    dropped: list[str] = []
    whole = _length(main)
    for element in list(main.iterdescendants()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        is_skip = element.tag == "a" and _SKIP_LINK.fullmatch(
            rich_text.collapse(element.text_content())
        )
        # A name can mislead: what has most of the text is not furniture.
        if is_skip or (_is_furniture(element) and _length(element) < 0.5 * whole):
            dropped += _words(element)
            element.drop_tree()
    return dropped


def _drop_bylines(main: html.HtmlElement) -> list[str]:
    """Leave only the date of a line on who posted the page and when; return the line."""
    dropped: list[str] = []
    for element in list(main.iterdescendants("div", "p", "span", "footer", "ul", "small")):
        words = rich_text.collapse(element.text_content())
        if not _is_named(element, _BYLINE_NAME) or len(words) > _MAX_BYLINE:
            continue
        if element.getparent() is None or element.getparent().getparent() is None:
            continue
        printed = next(iter(dates.find(words)), None)
        date = words[printed.start : printed.end] if printed else ""
        if words and words != date:
            dropped.append(words)
        tail = element.tail
        element.clear()
        element.text, element.tail = date, tail
        if date and element.tag == "span":
            element.tag = "div"
    return dropped


def _words(element: html.HtmlElement) -> list[str]:
    found = html_text.read(element)
    named = [words for words in found.left_out if not words.startswith(("picture", "iframe"))]
    return [*filter(None, map(rich_text.plain, found.blocks)), *named]


def _words_outside(root: html.HtmlElement, main: html.HtmlElement) -> list[str]:
    """Return the words of the page that are not in its main content."""
    body = root.find("body") if root.find("body") is not None else root
    if main is body or main is root:
        return []
    inside = html.Element("div")
    parent, tail = main.getparent(), main.tail
    main.tail = None
    parent.replace(main, inside)
    words = _words(body)
    if tail and tail.strip():
        words.append(rich_text.collapse(tail))
    parent.replace(inside, main)
    return words


def _heading(element: html.HtmlElement) -> str:
    """Return the only top heading; of several, none is sure."""
    found = {rich_text.collapse(h1.text_content()) for h1 in element.iter("h1")} - {""}
    return found.pop() if len(found) == 1 else ""


def _page_title(root: html.HtmlElement) -> str:
    """Return the title for a page without a heading, without the site's name."""
    title = _meta(root, "og:title")
    if not title:
        titles = [each.text_content() for each in root.iter("title")]
        title = _SEPARATOR.split(rich_text.collapse(titles[0]))[0] if titles else ""
    return title


def _meta(root: html.HtmlElement, name: str) -> str:
    wanted = name.lower()
    for each in root.iter("meta"):
        stated = each.get("property") or each.get("name") or each.get("itemprop") or ""
        if stated.lower() == wanted and each.get("content"):
            return rich_text.collapse(each.get("content"))
    return ""


def _base(root: html.HtmlElement) -> str:
    """Return the page's own URL, if it states one."""
    for link in root.iter("link"):
        if link.get("rel", "").lower() == "canonical" and link.get("href"):
            return link.get("href").strip()
    bases = [each.get("href") for each in root.iter("base") if each.get("href")]
    return _meta(root, "og:url") or next(iter(bases), "").strip()


def _linked_data(root: html.HtmlElement) -> dict[str, Any]:
    """Return the first article that the page describes for search engines (schema.org)."""
    for script in root.iter("script"):
        if script.get("type", "").lower() != "application/ld+json":
            continue
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        graph = found.get("@graph", [found]) if isinstance(found, dict) else found
        for each in graph if isinstance(graph, list) else []:
            if isinstance(each, dict) and "datePublished" in each:
                return each
    return {}


def _moment(root: html.HtmlElement, main: html.HtmlElement, facts: dict[str, Any]) -> str:
    """Return the one date that the page states for programs; of several, none."""
    times = {each.get("datetime", "")[:25] for each in main.iter("time")} - {""}
    stated = [*times] if len(times) == 1 else []
    stated += [_meta(root, name) for name in _DATE_METAS]
    stated.append(str(facts.get("datePublished") or ""))
    found = (_ISO_DATE.match(value.strip()) for value in stated)
    return next((match[0] for match in found if match), "")


def _language(root: html.HtmlElement) -> str:
    stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return stated if _LANGUAGE.fullmatch(stated) else ""
