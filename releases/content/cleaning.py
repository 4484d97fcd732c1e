(
    ""
    """Removal of what is invisible or not representable in some format: control and invisible
characters and, outside Markdown, HTML entities and tags.

Clean text is unchanged: `clean(clean(text).text)` finds nothing.
"""
)

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.entities import html5
from typing import Any

# Characters that a joiner may follow: scripts that need it (from Hebrew on) and emoji.
_JOINABLE = "\u0590-\u1cff\u2190-\u2bff\u2e80-\ud7ff\ufe0f\ufb1d-\ufdff\ufe70-\ufefc"
_JOINABLE += "\U00010000-\U0001fffd"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
# Directional marks: Hebrew and Arabic need them; in other text they can deceive readers.
_DIRECTIONAL_MARKS = "\u061c\u200e\u200f"

SURROGATE = re.compile("[\ud800-\udfff]")  # half of a pair, invalid in UTF-8
# C0 and C1 except tab and line ends, interlinear annotation, and noncharacters.
_NONCHARACTERS = "\ufdd0-\ufdef\ufff9-\ufffb" + "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)
)
CONTROL = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_NONCHARACTERS}]")
# Soft hyphens, zero-width spaces, fillers, direction overrides and isolates, tags outside flag
# emoji, joiners without a character to join.
_INVISIBLE = (
    "[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
    f"|(?<![{_JOINABLE}])[\u200c\u200d]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"
)
INVISIBLE = re.compile(_INVISIBLE)
_INVISIBLE_LEFT_TO_RIGHT = re.compile(f"{_INVISIBLE}|[{_DIRECTIONAL_MARKS}]")

# `&amp;lt;` was escaped twice: decoded at once, or cleaning again would change the text again.
ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0*+38|#[xX]0*+26);)*"
    r"(?P<name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
)
_INLINE_TAGS = (
    "a|abbr|b|big|cite|code|del|em|font|i|img|ins|mark|q|s|small|span|strike|strong|sub|sup|tt|u"
)
_BLOCK_TAGS = (
    "blockquote|br|center|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|script|style|table|tbody|td|th"
    "|thead|tr|ul"
)
_ATTRIBUTES = r"""(?:\s++[\w:-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))*+\s*+/?"""
TAG = re.compile(
    rf"</?+(?:(?P<block>{_BLOCK_TAGS})|{_INLINE_TAGS}){_ATTRIBUTES}>|<!--[^<>]*+>", re.IGNORECASE
)
_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_LINE_ENDS = re.compile(r"[\n\t]+")
# Characters without a visible form: a text of these alone is empty. Beyond those removed from every
# text: fillers, variation selectors, the blank braille pattern, a null note.
_PRINTS_NOTHING = (
    "\\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00016fe4"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNPRINTED = re.compile(f"[{_PRINTS_NOTHING}]")
_PRINTED = re.compile(f"[^{_PRINTS_NOTHING}]")
_MAX_PASSES = 4  # over entities that decode to entities
_DROP_MARKUP_SIGNS = str.maketrans("", "", "<&")

# Most texts have none of these and are clean.
_MAY_BE_UNCLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    f"\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f{_NONCHARACTERS}]"
)
_CLEAN_ASCII = bytes((*b"\t\n", *range(0x20, 0x7F)))
PRINTABLE_FILLERS = "\u3164\uffa0"  # those of the above that Unicode counts as letters


@dataclass(frozen=True)
class Finding:
    """One kind of removed text: its code, and a sentence with examples."""

    code: str
    message: str
    number: int = 0
    examples: str = ""


@dataclass(frozen=True)
class CleanedText:
    """A clean text, or JSON value, and the findings."""

    text: Any
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A kind of unwanted text and its replacement."""

    code: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]
    message: str

    def apply(self, text: str) -> tuple[str, Finding | None]:
        """Return the text after the rule, and the finding if it changed."""
        clean, number = self.pattern.subn(self.replacement, text)
        if clean == text:
            return text, None
        examples = ", ".join(_examples(self.pattern, text))
        message = self.message.format(number=number, examples=examples)
        return clean, Finding(self.code, message, number, examples)


def _decode_entity(match: re.Match[str]) -> str:
    """Return the character of the entity, or the entity itself if HTML does not define it."""
    name = match["name"]
    is_known = name.startswith("#") or f"{name};" in html5
    return html.unescape(f"&{name};") if is_known else match[0]


def _replace_tag(match: re.Match[str]) -> str:
    return "\n" if match["block"] else ""


ENTITIES = Rule(
    "html_entities",
    ENTITY,
    _decode_entity,
    "HTML entities converted to characters: {number} ({examples}).",
)
_TAGS = Rule("html_tags", TAG, _replace_tag, "HTML tags removed: {number} ({examples}).")
BROKEN_CHARACTERS = Rule(
    "unreadable_characters",
    SURROGATE,
    "\ufffd",
    "Broken characters replaced with “\ufffd”: {number}. Compare with the printed release.",
)
CONTROL_CHARACTERS = Rule(
    "control_characters", CONTROL, "", "Control characters removed: {number} ({examples})."
)
_INVISIBLE_MESSAGE = "Invisible characters removed: {number} ({examples})."

_NOTHING_PRINTED = Rule(
    "invisible_characters",
    _UNPRINTED,
    "",
    "Left empty, because it had only invisible characters: {examples}.",
)


def invisible_characters_rule(text: str) -> Rule:
    """Return the rule for this text: right-to-left text keeps its directional marks."""
    pattern = INVISIBLE if _RIGHT_TO_LEFT.search(text) else _INVISIBLE_LEFT_TO_RIGHT
    return Rule("invisible_characters", pattern, "", _INVISIBLE_MESSAGE)


def may_be_unclean(text: str) -> bool:
    """Return whether the text may have characters that the rules remove or replace, or unusual line
    ends; False if it has none."""
    # Bytes are looked through in a fourth of the time, and printable characters ten times as fast
    # as by the pattern, which finds only two fillers among them.
    if text.isascii():
        return bool(text.encode().translate(None, _CLEAN_ASCII))
    if text.replace("\n", "").replace("\t", "").isprintable():
        return any(filler in text for filler in PRINTABLE_FILLERS)
    return bool(_MAY_BE_UNCLEAN.search(text))


def is_blank(text: str) -> bool:
    """Return whether the text has no visible character."""
    return not _PRINTED.search(text)


def clean(text: str, *, is_markdown: bool = False, is_one_line: bool = True) -> CleanedText:
    """Return the text as a field stores it: LF line ends, or spaces if it is one line; empty if
    nothing in it prints.

    Markdown keeps entities and tags: the dialect prints them as words.
    """
    cleaned = _clean(text, is_markdown, is_one_line)
    if not cleaned.text.strip() or not is_blank(cleaned.text):
        return cleaned
    _, finding = _NOTHING_PRINTED.apply(cleaned.text)
    kept = (each for each in cleaned.findings if each.code != _NOTHING_PRINTED.code)
    return CleanedText("", (*kept, *filter(None, [finding])))


def _clean(text: str, is_markdown: bool, is_one_line: bool) -> CleanedText:
    has_markup = not is_markdown and ("&" in text or "<" in text)
    if not (has_markup or may_be_unclean(text) or (is_one_line and _LINE_ENDS.search(text))):
        return CleanedText(text)
    found: dict[str, Finding] = {}
    for _ in range(_MAX_PASSES):
        before, text = text, _apply_rules(text, is_markdown, found)
        if text == before:
            break
    else:
        text = _apply_rules(text.translate(_DROP_MARKUP_SIGNS), is_markdown, found)
    return CleanedText(_LINE_ENDS.sub(" ", text) if is_one_line else text, tuple(found.values()))


def clean_json(value: Any) -> CleanedText:
    """Clean every text of a JSON value as Markdown; its keys are unchanged."""
    found: dict[str, Finding] = {}

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        if isinstance(part, list | tuple):
            return [walk(inner) for inner in part]
        if not isinstance(part, str):
            return part
        cleaned = clean(part, is_markdown=True, is_one_line=False)
        for finding in cleaned.findings:
            earlier = found.setdefault(finding.code, replace(finding, number=0))
            found[finding.code] = replace(earlier, number=earlier.number + finding.number)
        return cleaned.text

    return CleanedText(walk(value), tuple(found.values()))


def clean_for_comparison(value: Any) -> Any:
    """Clean every text of a JSON value as strictly as any field."""
    # Older values were stored before texts were cleaned.
    if isinstance(value, str):
        return clean(value).text
    if isinstance(value, dict):
        return {key: clean_for_comparison(part) for key, part in value.items()}
    return [clean_for_comparison(part) for part in value] if isinstance(value, list) else value


def _apply_rules(text: str, is_markdown: bool, found: dict[str, Finding]) -> str:
    rules = [BROKEN_CHARACTERS, CONTROL_CHARACTERS, invisible_characters_rule(text)]
    for rule in rules if is_markdown else [*rules, ENTITIES, _TAGS]:
        text, finding = rule.apply(text)
        if finding:
            found.setdefault(finding.code, finding)
    return _LINE_END.sub("\n", text)


def _examples(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the first three distinct matches, as text or, if invisible, as a code point."""
    seen: dict[str, None] = {}
    for match in pattern.finditer(text):
        seen[match[0]] = None
        if len(seen) == 3:
            break
    for words in seen:
        yield f"“{words[:60]}”" if len(words) > 1 else f"U+{ord(words):04X}"
