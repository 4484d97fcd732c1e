"""Set phrases of releases: labels, page chrome and end marks."""

import re

from releases.parsing import label_phrases
from releases.parsing.alternatives import STREETS, phrase_pattern

_FOR_RELEASE = (
    phrase_pattern(label_phrases.FOR_RELEASE)
    + r"|(?:for\s+)?release\W{1,4}(?:immediate(?:ly)?|(?:up)?on\s+receipt|at\s+will)"
)
_GENRE = phrase_pattern(label_phrases.GENRE)
# A serial number after a label, which is no date.
_SERIAL = (
    r"(?:\W{1,4}(?:(?:no|nr|num|number|número|núm)\b\.?|[#№]|n[º°])?:?\s*"
    r"(?!\d{1,4}[-./]\d{1,2}[-./]\d)(?:[A-Z]{1,6}-)?\d[\d-]{0,19}[A-Z]?)?"
)
_MENU = """
    sitemap, site map, site index, privacy policy, privacy notice, privacy statement, privacy,
    terms of use, terms of service, terms and conditions, accessibility, accessibility statement,
    contact us, rss, rss feeds, careers, disclaimer, copyright, legal notices, site feedback,
    mapa del sitio, política de privacidad, contáctenos, accesibilidad
"""
_PAGE_CHROME_PHRASES = phrase_pattern(
    _MENU,
    """
    skip to main content, skip to content, skip to navigation, scroll to top, back to top,
    follow us, search for, search, menu, home, inicio, press, press room, newsroom, news,
    press releases, news releases, latest, media, media center, print,
    print this page, share, share this, share this page, share on facebook, share on twitter,
    email, tweet, facebook, twitter, linkedin, author, published, posted, posted on, by, english,
    español, topics, filter by, archive, archives, news archive, back, go back, back to news,
    back to newsroom, back to press releases, previous, prev, next, you are here, select language,
    translate, translate this page, toggle navigation, sign up, sign up for updates, subscribe,
    follow us on twitter, follow us on facebook, font size, text size, a
    """,
)
_FOOTER_PHRASES = phrase_pattern(
    _MENU,
    """
    tagged with, tags, tag, etiquetas, filed under, posted in, permalink, share, share this,
    share on facebook, share on twitter, compartir, latest posts, recent posts, related posts,
    related news, related articles, latest news, recent news, more news, previous article,
    next article, next post, previous post, browse by, current record, print this page,
    email this page, back to top, back to news, return to news, volver arriba, follow us,
    follow us on twitter, follow us on facebook, connect with us, stay connected,
    leave a comment, leave a reply, comments are closed, no comments, subscribe to our newsletter,
    subscribe to updates, sign up for updates, questions? contact us
    """,
)
_CONTACT_LABEL = (
    r"(?:(?:for|para)\s+(?:more|further|additional|más|mayor)\s+informa(?:tion|ción),?\s*"
    r"(?:please\s+)?)?(?:(?:media|press|news|public|communications?)\s+)?"
    r"(?:contacts?|contact\s+(?:person|information|info)|contactos?(?:\s+(?:de|para)\s+(?:la\s+|los\s+)?(?:prensa|medios))?"
    r"|(?:(?:for\s+)?(?:e-?mail|press|media|general)\s+)?[ie]nquiries"
    rf"|{phrase_pattern(label_phrases.CONTACT)})"
)
_HASHES = r"[#＃](?:\s*[#＃])+"
_DASHES = "-‐‑‒–—―−"
_THIRTY = rf"[{_DASHES}]{{1,3}}\s*(?:30|0)\s*[{_DASHES}]{{1,3}}"

_EDGE = r"\W{0,9}"  # punctuation around a phrase; a bound keeps the search short

_START = r"(?<!.)"  # at a line's start only, which keeps a search short

# Above the body.
FOR_RELEASE = re.compile(rf"{_START}{_EDGE}(?:{_FOR_RELEASE}){_EDGE}", re.IGNORECASE)
RELEASE_LABEL = re.compile(
    rf"{_START}{_EDGE}(?:{_FOR_RELEASE}|(?:{_GENRE}){_SERIAL}"
    rf"|(?:release|pr|nr|mr)(?=\W{{1,4}}(?:n|#|№|\d)){_SERIAL}){_EDGE}",
    re.IGNORECASE,
)
GENRE_WORD = re.compile(
    rf"{_START}{_EDGE}(?:{phrase_pattern(label_phrases.GENRE_WORDS)}){_EDGE}", re.IGNORECASE
)
ATTENTION = re.compile(
    rf"{_START}{_EDGE}(?:(?:attention|attn|atención|à l['’]attention)\b\.?\s*:?|to:"
    r"|to(?=\s+(?:all|the)\b))\s+"
    rf"(?:(?:all|the|news|assignment|city|los|las|de|des)\W+)*+(?:and\W+|\w+\W+){{0,5}}?"
    rf"(?:{phrase_pattern(label_phrases.EDITORS)})\W{{0,9}}",
    re.IGNORECASE,
)
RELEASE_DAY = re.compile(rf"{_EDGE}for\s+release{_EDGE}", re.IGNORECASE)  # a day may follow
_RUN_IN_LABEL = re.compile(
    rf"{_START}(?P<label>{_EDGE}(?:{_FOR_RELEASE})(?:\b|(?-i:(?=[A-Z][a-z])))\s*[:|–—-]*)\s*"
    r"(?P<rest>\S.*)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    rf"{_EDGE}(?:{_CONTACT_LABEL})\s*(?:[:：–]|(?={_EDGE}$)|(?<=(?:press|media)\scontact)\s"
    rf"(?-i:(?=[A-Z].{{0,100}}(?:\d{{3}}[).-]\s?\d{{3}}|@))))\s*(?P<rest>.*)",
    re.IGNORECASE,
)
CONTACT_OR_HEADING = re.compile(phrase_pattern(label_phrases.CONTACT_OR_HEADING), re.IGNORECASE)
INFORMATION = re.compile(
    rf"{_EDGE}(?:{phrase_pattern(label_phrases.INFORMATION)})"
    r"(?:,?\s(?:please\s)?(?:call|contact|e-?mail|comuníquese con|contacte a|llame a|llame al))?"
    r"\s*[:：]\s*(?P<rest>.*)",
    re.IGNORECASE,
)
CONTACT_INSIDE = re.compile(rf"\s(?=(?:{_CONTACT_LABEL})\s*[:：])", re.IGNORECASE)
FIELD = re.compile(
    r"(?P<name>title|headline|título|titular|subtitle|sub-?headline|subtítulo|date|fecha"
    r"|release\s+date|date\s+issued|issued|released|published|posted|contents?|body|contenido|texto"
    r"|(?:pr\s+)?tags?|categor(?:y|ies)|topics?|issues?|author|by|source|url|link|subject|re|asunto|objet|from)"
    r"\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
CONTENT_LABEL = re.compile(r"(?:contents?|body|contenido|texto)\s*:", re.IGNORECASE)
POSTED = re.compile(
    rf"{_EDGE}(?:posted|published|publicado)(?:\s+on)?(?:\s+(?:by|por)(?:\s[^\s,]{{1,30}}){{1,4}})?{_EDGE}",
    re.IGNORECASE,
)
UPDATED = re.compile(
    rf"{_EDGE}(?:last\s+)?(?:updated|modified|revised|actualizado)\b.{{0,40}}\d{{4}}.{{0,20}}",
    re.IGNORECASE,
)
CASE_NUMBER = re.compile(
    r"(?:court\s+)?(?:case|caso|docket)s?\s*(?:#|no\b|nos\b|number|núm).*", re.IGNORECASE
)
NUMBER_LABEL = re.compile(
    r"(?:office|oficina|cell|celular|phone|tel|teléfono|fax|direct|main|email|e-mail)\s*[.:]+\s*",
    re.IGNORECASE,
)
PAGE_CHROME = re.compile(
    rf"{_EDGE}(?:{_PAGE_CHROME_PHRASES})(?:\W{{1,9}}(?:{_PAGE_CHROME_PHRASES}))*{_EDGE}|(?<!\d)\d++\s+min\s+read"
    r"|(?:home|inicio)\s*[/>»|].*|.{1,80}\s[:|–-]\s(?:press room|newsroom|press releases?)"
    r"|(?:you are here|est[áa]s? aquí)\s*:.*|[←«‹<]{1,2}\s?(?:back|volver)\b.{0,40}"
    r"|(?:published|posted|written)\sby\s[^\s,]{1,30}(?:\s[^\s,]{1,30}){0,5}|\[(?:image|photo|logo|imagen|foto)\b[^\[\]]{0,100}\]"
    r"|(?:an?\s|the\s)?official\s(?:web\s?)?site\sof\s(?:the\s(?:\S{1,20}\s){0,2})?"
    r"(?:united\sstates|state|county|city|town|village|commonwealth|government|office|department|agency|mayor)\b.{0,60}",
    re.IGNORECASE,
)
BYLINE = re.compile(rf"{_EDGE}(?:author|by|written by|posted by|autor|por){_EDGE}", re.IGNORECASE)
# Above and below a newsletter, and words of which each such line has one.
_NEWSLETTER = re.compile(
    r"\b(?:(?:view|read|open|see)\s(?:this|it)(?:\s[a-z-]{1,20}){0,2}\sin\s(?:your|a)\s(?:web\s?)?browser"
    r"|having\strouble\s(?:viewing|reading)\sthis"
    r"|removed?\sfrom\s(?:(?:this|our)\s(?:e-?mail\s|mailing\s)?|the\smailing\s)list\b(?!\sof\b)"
    r"|(?<!.)you\s(?:were|have\sbeen)\sremoved\sfrom\s(?:the|our)\smailing\slist\b"
    r"|unsubscribe\sfrom\b|\b(?:you|be|been|are)\sunsubscribed\sfrom\b"
    r"|(?<!.)unsubscribed\sfrom\s[^?]{1,40}\?(?:\s\S{1,20}){0,4}\Z"
    r"|to\sunsubscribe|unsubscribe\s(?:here|\W)|(?:(?:update|manage)\s(?:your\s)?(?:e-?mail\s"
    r"|subscription\s|subscriber\s)|(?:update|manage)\syour\s|(?<!.)(?:update|manage)\s)"
    r"(?:preferences|subscriptions?)"
    r"|opt\sout\sof\s(?:these|this|our|future)\s(?:e-?mails?|messages?|list)"
    r"|you(?:['’]re|\sare)\sreceiving\sthis\s(?:e-?mail|message|newsletter)"
    r"|you\sreceived\sthis\s(?:e-?mail|message|newsletter)"
    r"|this\s(?:e-?mail|message)\swas\ssent\s(?:to|by|from)(?=\s*(?:$|:)|\s(?:you|your)\b"
    rf"|.{{1,200}}(?:@|\b\d{{5}}\b|,\s\d{{1,6}}(?:\s(?-i:[A-Z])\S{{0,20}}){{1,3}}\s(?:{phrase_pattern(STREETS)})\b)"
    r"|.{1,100}\s(?:using\s|via(?:\s(?-i:[A-Z])\S{0,20}){1,3}\Z)"
    r"|\sa\snotification-only\saddress\b|\san?\s.{0,40}address\sthat\s(?:cannot|is\snot)\b)"
    r"|forward\s(?:this\s(?:e-?mail\s)?)?to\sa\sfriend|our\smailing\saddress\sis"
    r"|all\srights\sreserved|no\slonger\s(?:wish|want)\sto\sreceive\s(?:[\w’'-]{1,15}\s){0,2}"
    r"(?:e-?mails?|messages?|newsletters?|updates?)\b"
    r"|\bthis\s(?:web\s?)?(?:site|page)\b.{0,60}\buses?\s(?:of\s)?cookies\b"
    r"|\buses?\s(?:of\s)?cookies\b.{0,60}\bthis\s(?:web\s?)?(?:site|page)\b"
    r"|(?<!.)cookies\shelp\sus\s(?:deliver|improve|provide|understand|offer)\b"
    r"|was\sthis\s(?:page|information|article)\s(?:helpful|useful)"
    r"(?:\sto\syou)?(?=\W{0,9}(?:\Z|(?:yes|no)\b))"
    r"|to\syour\saddress\sbook|ver\s(?:este\s)?correo\sen\s(?:su|el|tu)\snavegador"
    r"|darse\sde\sbaja|cancelar\s(?:su|la)\ssuscripción)|(?<!.)unsubscribe(?!.)",
    re.IGNORECASE,
)
_NEWSLETTER_WORDS = (
    *("browser", "having trouble", "from this", "from our", "mailing list", "unsubscribe"),
    *("preferences", "subscription", "opt out", "receiving this", "received this", "was sent"),
    *("to a friend", "mailing address", "address book", "navegador", "de baja", "suscripción"),
    *("rights reserved", "no longer", "cookies", "was this"),
)
_MAX_NEWSLETTER = 300  # characters
# A line above a corrected copy, and the note on what is corrected.
CORRECTION = re.compile(
    r"\W{0,9}(?:(?:corrected|revised)(?:\s(?:copy|release|version))?|corrections?|clarification"
    r"|rectificatif|corrección|comunicado\scorregido|correção)\W{0,9}",
    re.IGNORECASE,
)
CORRECTION_NOTE = re.compile(
    r"(?:this\s(?:release|version|copy|corrected)|an\searlier|a\sprevious"
    r"|the\s(?:release|original|earlier)|correct(?:s|ed|ing)|revis(?:es|ed)|adds|fixes|changes"
    r"|updates|clarifies|corrige|esta\sversión)\b.*\.",
    re.IGNORECASE,
)
PUNCTUATION = re.compile(r"[\W_]+")

# In the body.
ADVISORY = re.compile(
    r"(?:who|what|when|where|why|how|quién(?:es)?|quien(?:es)?|qué|que|cuándo|cuando|dónde|donde"
    r"|por\s+qué)\s*:",
    re.IGNORECASE,
)
EVENT_DETAIL = re.compile(r"(?:time|hora|location|lugar|place|where)\s*:", re.IGNORECASE)

# Below the body, including page chrome: tags, share links, other news, a truncated link.
_END_WORDS = (
    r"(?:the\s+)?(?:end|ends|fin|fim|fine|ende|xxx|koniec|конец|кінець|hết|wakas|النهاية|انتهى|完|終|끝)"
    r"(?:\s+of\s+(?:the\s+)?(?:(?:press|news|media)\s+)?(?:release|statement|text|advisory))?"
)
END_LINE = re.compile(
    rf"\\?[-–—\[(]{{0,3}}\s?{_HASHES}\s?[-–—\])]{{0,3}}|{_THIRTY}|\(30\)|[-–—]?\s?o0o\s?[-–—]?"
    rf"|(?i:(?<![-–—*~=<#/.…])[-–—*~=<#/.…]++\s*+{_END_WORDS}\s*+[-–—*~=>#/.…]+|[(\[<]{_END_WORDS}[)\]>])"
    r"|(?i:(?:the\s+)?end\s+of\s+(?:the\s+)?(?:(?:press|news|media)\s+)?(?:release|statement))"
    r"|ENDS?|Ends|XXX|xxx|FIN|FIM|ENDE|KONIEC|HẾT|WAKAS|КОНЕЦ|КІНЕЦЬ|完|終|끝|النهاية|انتهى"
)
_GLUED_HASHES = re.compile(r"[#＃](?:\s?[#＃]){2,}")
_GLUED_THIRTY = re.compile(rf"(?<=[.!?”\"’)])\s*{_THIRTY}$")
# An end mark where nothing or a well-known heading follows.
ORNAMENT = re.compile(r"(?P<mark>[*■♦◆❖•▪●])(?:\s?(?P=mark)){2,9}|[■♦◆❖]")
HORIZONTAL_RULE = re.compile(r"(?!\*(?:\s*\*){2,}$)[=_~|*•\[\]\s–—-]+")
_ARROWS = r"[\s|/·•:←→«»‹›<>-]{0,9}"
_POST = r"(?:\s(?:article|post))?"
PAGE_FOOTER = re.compile(
    rf"(?:{_FOOTER_PHRASES})"
    rf"(?:\s?[|/·•]\s?(?:{_FOOTER_PHRASES}|home|about|about us|contact|news)){{0,9}}"
    r"[.!]?\s*(?:[:»>«<].*|$)|(?:issues|categories|topics)\s*:\s*\S.*"
    r"|(?:copyright\s)?\s?(?:©|\(c\))\s?(?:copyright\s)?\d{4}.{0,120}"
    r"|copyright\s\d{4}(?:[-–,.|: ]{1,3}(?:\d{4}|(?-i:(?=[A-Z]))|(?:by|the)\b).{0,120})?\.?"
    r"|(?:this\s)?(?:page\s|site\s)?last\s(?:updated|modified|reviewed|changed)\b"
    r"(?=.*\d)[^,]{0,40}(?:,\s[a-z]{3,9}\.?\s\d{1,2})?(?:,\s\d{4}\b.{0,20})?"
    rf"|{_ARROWS}(?:previous|prev)\b{_POST}{_ARROWS}next\b{_POST}{_ARROWS}"
    r"|powered\sby\s[^\s,]{1,30}(?:\s[^\s,]{1,30}){0,2}"
    r"|\[[^\[\]]*\]\s*(?:\.\.\.|…)$",
    re.IGNORECASE,
)


def is_newsletter(text: str) -> bool:
    """Return whether the line is what a mailing list adds to a text."""
    if len(text) > _MAX_NEWSLETTER:
        return False
    lower = text.lower()
    return any(map(lower.__contains__, _NEWSLETTER_WORDS)) and bool(_NEWSLETTER.search(text))


def split_run_in_label(text: str) -> tuple[str, str] | None:
    """Split a label from the words it runs into: "FOR IMMEDIATE RELEASE: May 3, 2012"."""
    match = None if RELEASE_LABEL.fullmatch(text) else _RUN_IN_LABEL.fullmatch(text)
    return (match["label"].strip(), match["rest"]) if match else None


def split_at_end_mark(text: str) -> tuple[str, str, str] | None:
    """Split text at an end mark without a space before it: the text before, the mark, the text
    after."""
    may_have_mark = "#" in text or "＃" in text or text.endswith(tuple(_DASHES))
    if not may_have_mark or END_LINE.fullmatch(text):
        return None
    match = _GLUED_HASHES.search(text) or _GLUED_THIRTY.search(text, max(0, len(text) - 20))
    if match is None or match[0].strip() == text:
        return None
    return text[: match.start()].rstrip(), match[0].strip(), text[match.end() :].lstrip()
