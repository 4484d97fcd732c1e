"""Feeds (RSS, RDF, Atom, JSON Feed) and WordPress exports (WXR)."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from releases.content import html_text, rich_text
from releases.importing.converters import pages, pictures
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.converters.packages import parse_xml
from releases.importing.extracts import Extract, Picture

MAX_ITEMS = 100_000
_PARAGRAPH_TAG = re.compile(r"<(?:p|div)\b", re.IGNORECASE)
# A line end that is none between the tags of a list or a table.
_LINE = re.compile(
    r"(?<![>\s])\r?\n(?![ \t]{0,40}</?(?:ul|ol|li|t[rdh]|table|h\d|blockquote))", re.IGNORECASE
)
_CAPTION = re.compile(r"\[caption\b[^\]]{0,500}\](?P<inner>[^\[]{0,5000})\[/caption\]", re.I)
_SHORTCODE = re.compile(
    r"\[/?(?:gallery|embed|audio|video|playlist|contact-form-7|vc_\w{1,40}|et_pb_\w{1,40})\b"
    r"[^\]]{0,500}\]",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"<img\b[^>]{0,2000}>", re.I)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[\da-f]+|\w+);", re.IGNORECASE)
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*){2,}")
_TEXTS = ("encoded", "content", "description", "summary", "subtitle")
_NEVER = "0000-00-00"
_PARTIAL = re.compile(r"\[(?:\.\.\.|…|&hellip;|&#8230;)\]|(?:\.\.\.|…)\s*$|continue reading", re.I)
NOT_A_POST = "{} of other kinds were left out ({}): only posts are releases."
NOT_JSON = "It is not valid JSON: export the feed again."
NO_ITEMS = "The feed has no items."
SUMMARY_ONLY = "The feed has only a summary: the rest of the text is on the page"


class _Text(NamedTuple):
    """The text of an item, what it leaves out, and its pictures."""

    blocks: tuple[rich_text.Block, ...] = ()
    left_out: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


def convert_xml(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the release of each item of RSS 0.9 to 2.0 or Atom."""
    root = _root(data)
    items = [each for each in root.iter() if _local(each) in ("item", "entry")]
    if not items:
        raise RefusedError(NO_ITEMS)
    source, base = _source(root), _base(root)
    for number, item in enumerate(items[:MAX_ITEMS], 1):
        yield _named(_item(item, source, base), item, number)


def convert_fragment(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the formatted text of a field that has HTML."""
    blocks, left_out, shown = _read(data.decode("utf-8", "replace"), "")
    yield Extract(blocks, left_out=left_out, pictures=shown)


def convert_json(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the release of each item of a JSON Feed (https://jsonfeed.org/version/1.1)."""
    try:
        feed = json.loads(data)
        items = [each for each in feed["items"] if isinstance(each, dict)]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise RefusedError(NOT_JSON) from error
    if not items:
        raise RefusedError(NO_ITEMS)
    source = _site(
        str(feed.get("home_page_url") or feed.get("feed_url") or feed.get("title") or "")
    )
    for number, item in enumerate(items[:MAX_ITEMS], 1):
        yield _json_item(item, source, f"item {number}", str(feed.get("language") or ""))


def convert_wordpress(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the release of each post; pages, menus and files are counted in one refusal."""
    root = _root(data)
    source, language = _source(root), _first(next(iter(root), root), "language")
    others: dict[str, int] = {}
    for number, item in enumerate(list(root.iter("item"))[:MAX_ITEMS], 1):
        kind = _first(item, "post_type") or "post"
        if kind in _NOT_RELEASES:
            others[kind] = others.get(kind, 0) + 1
        else:
            yield replace(_named(_post(item, source), item, number), language=language)
    if others:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        refusal = NOT_A_POST.format(sum(others.values()), told)
        yield Extract((), name="other items", refusal=refusal)


_NOT_RELEASES = frozenset(
    (
        *("attachment", "nav_menu_item", "revision", "page", "custom_css", "oembed_cache"),
        *("customize_changeset", "wp_block", "wp_template", "wp_template_part", "wp_navigation"),
        *("wp_global_styles", "user_request", "wp_font_family", "wp_font_face", "acf-field"),
        *("acf-field-group", "elementor_library"),
    )
)


def _root(data: bytes) -> etree._Element:
    """Parse the XML; what no XML may have is dropped first, as feed readers do."""
    try:
        return parse_xml(data)
    except RefusedError:
        text = pages.decode(data)
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
        text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)", "&amp;", text)
        return parse_xml(text.encode("utf-8", "replace"))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _first(element: etree._Element, *names: str) -> str:
    """Return the text of the first child with one of the names, in their order."""
    for name in names:
        for child in element:
            if _local(child) == name and (text := "".join(child.itertext()).strip()):
                return text
    return ""


def _source(root: etree._Element) -> str:
    """Return the feed's site, which identifies its items."""
    channel = next((each for each in root if _local(each) == "channel"), root)
    return _site(_link(channel) or _first(channel, "id", "title"))


def _base(root: etree._Element) -> str:
    """Return the URL that relative links of the feed begin with."""
    channel = next((each for each in root if _local(each) == "channel"), root)
    stated = root.get("{http://www.w3.org/XML/1998/namespace}base")
    return stated or _link(channel)


def _site(address: str) -> str:
    return rich_text.collapse(re.sub(r"^https?://|/+$", "", address))


def _named(extract: Extract, item: etree._Element, number: int) -> Extract:
    raw = etree.tostring(item, encoding="unicode", with_tail=False)
    return replace(extract, raw=raw, name=f"item {number}", refusal="" if extract.blocks else EMPTY)


def _item(item: etree._Element, source: str, base: str) -> Extract:
    content = _content(item)
    link = urljoin(base, _link(item)) if _link(item) else ""
    blocks, left_out, shown = _read(content, link or base)
    is_cut = _first(item, "encoded", "content") == "" and bool(_PARTIAL.search(content[-200:]))
    identifier = _first(item, "guid", "id") or link
    return Extract(
        blocks,
        title=_words(_first(item, "title")),
        moment=_moment(_first(item, "pubDate", "published", "date", "issued", "updated")),
        language=_first(item, "language"),
        url=link,
        topics=_categories(item),
        key=f"{source}:{identifier}" if identifier else "",
        is_item=True,
        pictures=shown,
        left_out=(
            *left_out,
            *_other_titles(item),
            *_other_texts(_texts(item), content),
            *_enclosures(item),
            *([f"{SUMMARY_ONLY} {link}"] if is_cut else ()),
        ),
    )


def _content(item: etree._Element) -> str:
    """Return the fullest text of an item as HTML."""
    return next(iter(_texts(item)), "")


def _texts(item: etree._Element) -> list[str]:
    """Return the texts of an item as HTML, the fullest first."""
    found = []
    for name in _TEXTS:
        for child in item:
            if _local(child) == name and child.get("type") == "xhtml":
                found.append("".join(etree.tostring(each, encoding="unicode") for each in child))
            elif _local(child) == name:
                found.append("".join(child.itertext()).strip())
    return list(filter(None, found))


def _other_texts(texts: Iterable[str], content: str) -> Iterator[str]:
    """Yield the words of texts that the content does not have: a summary of its own."""
    has = _letters(_words(content))
    for text in texts:
        words = _words(text)
        if words and _letters(_PARTIAL.sub("", words)) not in has:
            yield words


def _other_titles(item: etree._Element) -> Iterator[str]:
    titles = [_words("".join(each.itertext())) for each in item if _local(each) == "title"]
    yield from dict.fromkeys(each for each in titles[1:] if each and each != titles[0])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _read(content: str, base: str) -> _Text:
    """Read HTML, or text whose blank lines separate paragraphs, as WordPress stores it."""
    if not _ANY_TAG.search(content):
        return _Text(_plain_blocks(content))
    if not _PARAGRAPH_TAG.search(content):
        content = _LINE.sub("<br>", _BLANK_LINES.sub("<p>", content))
    root = pages.parse(content)
    found, shown = html_text.read(root, base), tuple(pictures.in_page(root).found)
    return _Text(found.blocks, pictures.without(shown, found.left_out), shown)


def _words(text: str) -> str:
    """Return a title's plain words: feeds write entities and tags into it."""
    if _ANY_TAG.search(text):
        text = pages.parse(f"<div>{text}</div>").text_content()
    return rich_text.collapse(text)


def _link(element: etree._Element) -> str:
    """Return the item's page: RSS's link, Atom's alternate link, or a permanent guid."""
    for child in element:
        if _local(child) == "link":
            address = (child.get("href") or child.text or "").strip()
            if address and child.get("rel", "alternate") == "alternate":
                return address
    for child in element:
        if _local(child) == "guid" and child.get("isPermaLink", "true") != "false":
            text = (child.text or "").strip()
            return text if text.startswith("http") else ""
    return ""


def _categories(item: etree._Element) -> tuple[str, ...]:
    found = []
    for child in item:
        if _local(child) in ("category", "subject"):
            name = child.get("label") or child.text or child.get("term") or ""
            found.append(_words(name))
    named = (name for name in found if name and name.lower() != "uncategorized")
    return tuple(dict.fromkeys(named))


def _enclosures(item: etree._Element) -> Iterator[str]:
    for child in item:
        is_file = _local(child) == "enclosure" or child.get("rel") == "enclosure"
        if is_file and (address := child.get("url") or child.get("href")):
            yield f"file {address}"


def _moment(text: str) -> str:
    """Return an RFC 822 or ISO 8601 date as ISO 8601."""
    if not text:
        return ""
    try:
        return datetime.datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _post(item: etree._Element, source: str) -> Extract:
    found = _item(_without_shortcodes(item), source, "")
    status = _first(item, "status")
    printed = _first(item, "post_date")
    is_dated = status in ("publish", "private", "future", "") and not printed.startswith(_NEVER)
    number = _first(item, "post_id")
    return replace(
        found,
        moment=_wordpress_moment(item, status, printed) if is_dated else "",
        status="" if status == "publish" else status,
        key=f"{source}:{number}" if number else found.key,
        # A draft's address leads nowhere.
        url=found.url if status == "publish" else "",
        topics=_wordpress_topics(item),
    )


def _without_shortcodes(item: etree._Element) -> etree._Element:
    """Turn WordPress's captions into HTML's, and its galleries and the like into named objects."""
    for child in item:
        if _local(child) == "encoded" and child.text:
            text = _CAPTION.sub(_captioned, child.text)
            child.text = _SHORTCODE.sub(_named_shortcode, text)
    return item


def _captioned(found: re.Match[str]) -> str:
    inner = found["inner"]
    pictures = "".join(_PICTURE.findall(inner))
    words = _PICTURE.sub("", inner)
    return f"<figure>{pictures}<figcaption>{words}</figcaption></figure>"


def _named_shortcode(found: re.Match[str]) -> str:
    return f'<object data="{escape(found[0])}"></object>'


def _wordpress_moment(item: etree._Element, status: str, printed: str) -> str:
    """Return the day in the site's zone, and for a scheduled post its moment."""
    universal = _first(item, "post_date_gmt")
    if status == "future" and universal and not universal.startswith(_NEVER):
        return _moment(universal.replace(" ", "T") + "+00:00")
    return _moment(printed)[:10] or _moment(_first(item, "pubDate"))


def _wordpress_topics(item: etree._Element) -> tuple[str, ...]:
    found = [
        _words(child.text or "")
        for child in item
        if _local(child) == "category" and child.get("domain") in (None, "category", "post_tag")
    ]
    return tuple(dict.fromkeys(each for each in found if each and each != "Uncategorized"))


def _json_item(item: dict[str, Any], source: str, name: str, language: str) -> Extract:
    values = {key: str(value) for key, value in item.items() if isinstance(value, str | int)}
    link = values.get("url") or values.get("external_url") or ""
    rich, plain = values.get("content_html", ""), values.get("content_text", "")
    summary = values.get("summary", "")
    content = rich or plain or summary
    blocks, left_out, shown = _read(content, link) if rich else _Text(_plain_blocks(content))
    tags = item.get("tags")
    topics = (
        [rich_text.collapse(tag) for tag in tags if isinstance(tag, str)]
        if isinstance(tags, list)
        else []
    )
    identifier = values.get("id") or link
    attached = item.get("attachments")
    files = (
        [f"file {each.get('url')}" for each in attached if isinstance(each, dict)]
        if isinstance(attached, list)
        else []
    )
    return Extract(
        blocks,
        title=_words(values.get("title", "")),
        moment=_moment(values.get("date_published", "")),
        language=values.get("language") or language,
        url=link,
        topics=tuple(dict.fromkeys(filter(None, topics))),
        key=f"{source}:{identifier}" if identifier else "",
        name=name,
        raw=json.dumps(item, ensure_ascii=False),
        is_item=True,
        pictures=shown,
        left_out=(*left_out, *_other_texts(filter(None, (plain, summary)), content), *files),
        refusal="" if blocks else EMPTY,
    )


def _plain_blocks(content: str) -> tuple[rich_text.Block, ...]:
    texts = _BLANK_LINES.split(content)
    return tuple(rich_text.paragraph(text.strip()) for text in texts if text.strip())
