"""Redirects of other web servers' configuration: CSV, nginx, Apache and Netlify.

Only rules for single addresses become redirects: patterns and conditions are named, not guessed.
"""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PERMANENT, GONE = 301, 410
STATUSES = {
    **dict.fromkeys(("301", "302", "303", "307", "308"), PERMANENT),
    **dict.fromkeys(("permanent", "temp", "seeother", "redirect"), PERMANENT),
    **dict.fromkeys(("410", "gone"), GONE),
}
HAS_PATTERN = "Its pattern matches many addresses."
HAS_VARIABLE = "Its target depends on the request."
HAS_CONDITION = "It applies under a condition."
NO_STATUS = "Its answer is neither a redirect nor 410."
UNREADABLE = "It cannot be read: expected an old address and where it leads."
_SPECIAL = re.compile(r"[\\^$*+?()\[\]{}|]")
_ESCAPED = re.compile(r"\\([./\-_ ?=&])")
_PLACEHOLDER = re.compile(r"\A(?:\w+://[^/]*)?[^?#]*?/:")
_OWN_HOST = re.compile(r"(?:\$scheme|https?)://\$(?:host|server_name|http_host)(?=/|$)")
_TOKEN = re.compile(r"""#[^\n]*|"[^"]*"|'[^']*'|[{};]|[^\s{};"'#]+(?:\{\d+\}[^\s{};"']*)?""")
_CSV_NAMES = {*("from", "old", "source", "address", "url", "old address", "old url")}


@dataclass(frozen=True)
class Rule:
    """Redirect as a file states it; `reason` says why it cannot become one here."""

    line: int
    address: str
    target: str = ""
    status: int = PERMANENT
    reason: str = ""


def read_rules(text: str, kind: str) -> Iterator[Rule]:
    """Yield the rules of a file of that kind, a key of READERS. Other directives are skipped."""
    for rule in READERS[kind](text):
        yield rule if rule.reason else _checked(rule)


def detect_kind(name: str, text: str) -> str:
    """Return the kind of the file, by name and first words; csv if nothing else fits."""
    if name.endswith((".csv", ".tsv")):
        return "csv"
    if name.endswith("_redirects"):
        return "netlify"
    words = {line.split()[0].lower() for line in text.splitlines() if line.split()}
    if any(word.startswith(("redirect", "rewriterule", "<ifmodule")) for word in words):
        return "apache"
    if {"rewrite", "location", "map", "server", "return"} & words:
        return "nginx"
    first = next((line for line in text.splitlines() if line.strip()[:1] not in ("", "#")), "")
    is_table = "," in first or "\t" in first or not first.startswith(("/", "http"))
    return "csv" if is_table else "netlify"


def _checked(rule: Rule) -> Rule:
    """Return the rule, without our own host; refuse what matches several addresses."""
    target = _OWN_HOST.sub("", rule.target) or ("/" if rule.target else "")
    reason = ""
    if "*" in rule.address or "/:" in rule.address or "$" in rule.address:
        reason = HAS_PATTERN
    elif "$" in target or "%{" in target or ":splat" in target or _PLACEHOLDER.search(target):
        reason = HAS_VARIABLE
    elif rule.status == PERMANENT and not target:
        reason = UNREADABLE
    return Rule(rule.line, rule.address, target, rule.status, reason)


def _literal(pattern: str) -> str | None:
    """Return the one address that a regular expression matches, None if several."""
    plain = pattern.removeprefix("^").removesuffix("$").removesuffix("/?")
    plain = _ESCAPED.sub("\0\\1", plain)
    # A marked character was escaped, so it is itself.
    bare = re.sub("\0.", "", plain)
    if _SPECIAL.search(bare):
        return None
    return "/" + plain.replace("\0", "").lstrip("/")


def _of_pattern(line: int, pattern: str, target: str, status: int) -> Rule:
    literal = _literal(pattern)
    reason = HAS_PATTERN if literal is None else ""
    return Rule(line, literal or pattern, target, status, reason)


def _csv(text: str) -> Iterator[Rule]:
    first = text.partition("\n")[0]
    separator = max("\t;,", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=separator)
    for cells in reader:
        values = [cell.strip() for cell in cells]
        if not any(values) or (reader.line_num == 1 and values[0].lower() in _CSV_NAMES):
            continue
        yield _of_cells(reader.line_num, values)


def _of_cells(line: int, values: list[str]) -> Rule:
    address, target, status, *_ = [*values, "", "", ""]
    known = STATUSES.get((status or "301").lower())
    if status == "" and target.lower() in ("410", "gone"):
        target, known = "", GONE
    if known is None:
        return Rule(line, address, target, reason=NO_STATUS)
    return Rule(line, address, target, known)


def _netlify(text: str) -> Iterator[Rule]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition(" #")[0].split()
        if words and not words[0].startswith("#"):
            yield _of_netlify(number, words)


def _of_netlify(line: int, words: list[str]) -> Rule:
    address, *rest = words
    query = [rest.pop(0) for _ in list(rest) if rest and _is_parameter(rest[0])]
    if any("=:" in each for each in query):
        return Rule(line, address, reason=HAS_PATTERN)
    if query:
        address += "?" + "&".join(query)
    target, status, *conditions = [*rest, "301"] if len(rest) == 1 else (rest or ["", "301"])
    known = STATUSES.get(status.rstrip("!"))
    reason = HAS_CONDITION if conditions else "" if known else NO_STATUS
    return Rule(line, address, "" if known == GONE else target, known or PERMANENT, reason)


def _is_parameter(word: str) -> bool:
    return "=" in word and not word.startswith(("/", "http:", "https:"))


def _apache(text: str) -> Iterator[Rule]:
    has_condition = False
    for number, line in enumerate(text.splitlines(), 1):
        try:
            name, *words = shlex.split(line, comments=True, posix=True) or [""]
        except ValueError:  # an open quotation mark
            yield Rule(number, line.strip(), reason=UNREADABLE)
            continue
        # POSIX quoting eats the backslashes of patterns.
        if "\\" in line and '"' not in line and "'" not in line:
            name, *words = line.split()
        if name.lower() in _APACHE:
            condition = has_condition and name.lower() == "rewriterule"
            yield from _APACHE[name.lower()](number, words, condition)
        has_condition = name.lower() == "rewritecond"


def _redirect(
    line: int, words: list[str], condition: bool, status: int = PERMANENT
) -> Iterator[Rule]:
    found = _split_status(words, status)
    yield Rule(line, found[1], found[2], found[0]) if found else _unreadable(line, words)


def _redirect_match(line: int, words: list[str], condition: bool) -> Iterator[Rule]:
    found = _split_status(words, PERMANENT)
    yield _of_pattern(line, found[1], found[2], found[0]) if found else _unreadable(line, words)


def _split_status(words: list[str], status: int) -> tuple[int, str, str] | None:
    """Return status, address and target; None if the words are others."""
    if words and words[0].lower() in STATUSES:
        status, words = STATUSES[words[0].lower()], words[1:]
    is_complete = len(words) == (1 if status == GONE else 2)
    return (status, words[0], "" if status == GONE else words[1]) if is_complete else None


def _unreadable(line: int, words: list[str]) -> Rule:
    return Rule(line, " ".join(words), reason=NO_STATUS if len(words) == 3 else UNREADABLE)


def _rewrite_rule(line: int, words: list[str], condition: bool) -> Iterator[Rule]:
    if len(words) < 3:
        return  # rewrites within the server
    pattern, target, flags = words[0], words[1], words[2].strip("[]").lower().split(",")
    is_gone = "g" in flags or "gone" in flags
    if not is_gone and not any(flag.partition("=")[0] in ("r", "redirect") for flag in flags):
        return
    if condition:
        yield Rule(line, pattern, reason=HAS_CONDITION)
        return
    yield _of_pattern(line, pattern, "" if is_gone else target, GONE if is_gone else PERMANENT)


_APACHE: dict[str, Callable[[int, list[str], bool], Iterator[Rule]]] = {
    "redirect": _redirect,
    "redirectpermanent": _redirect,
    "redirecttemp": _redirect,
    "redirectmatch": _redirect_match,
    "rewriterule": _rewrite_rule,
}


def _nginx(text: str) -> Iterator[Rule]:
    blocks: list[list[str]] = []
    for line, words, end in _statements(text):
        if end == "{":
            blocks.append(words or [""])
        elif words:
            yield from _of_directive(line, words, blocks)
        if end == "}" and blocks:
            blocks.pop()


def _statements(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, words and the mark that ends each statement: ; { or }"""
    words: list[str] = []
    line, last, start = 1, 0, 1
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last, token = match.start(), match[0]
        if token.startswith("#"):
            continue
        if token in ("{", "}", ";"):
            yield start, words, token
            words = []
            continue
        start = start if words else line
        words.append(token.strip("\"'"))


def _of_directive(line: int, words: list[str], blocks: list[list[str]]) -> Iterator[Rule]:
    block = blocks[-1] if blocks else [""]
    name = words[0]
    if block[0] == "map":
        yield from _of_map(line, words)
    elif name == "rewrite" and words[-1] in ("permanent", "redirect") and len(words) == 4:
        yield _of_pattern(line, words[1], words[2], PERMANENT)
    elif name == "return" and len(words) > 1 and words[1] in STATUSES:
        yield _of_return(line, words, block)


def _of_map(line: int, words: list[str]) -> Iterator[Rule]:
    if len(words) != 2 or words[0] in ("default", "include", "volatile", "hostnames"):
        return
    if words[0].startswith("~"):
        yield _of_pattern(line, words[0].lstrip("~*"), words[1], PERMANENT)
    elif words[0].startswith(("/", "http")):
        yield Rule(line, words[0], words[1])


def _of_return(line: int, words: list[str], block: list[str]) -> Rule:
    status, target = STATUSES[words[1]], " ".join(words[2:])
    if block[0] != "location":
        return Rule(line, " ".join(block) or "server", target, reason=HAS_CONDITION)
    modifier, path = block[1:] if len(block) == 3 else ("", block[-1])
    if modifier.startswith("~"):
        return _of_pattern(line, path, target, status)
    if modifier == "=":
        return Rule(line, path, target, status)
    # A prefix: all that begins with it, which may be a page of its own alone if it has a suffix.
    is_one = "." in path.rpartition("/")[2]
    return Rule(line, path, target, status, "" if is_one else HAS_PATTERN)


READERS: dict[str, Callable[[str], Iterator[Rule]]] = {
    "csv": _csv,
    "nginx": _nginx,
    "apache": _apache,
    "netlify": _netlify,
}
