"""Words and format of a text's HTML, from the site or from the editor."""

from html.parser import HTMLParser

from markdown_it.common.normalize_url import normalizeLink

EMPHASIS = ("em", "strong", "a")
UNSEEN = ("thead", "tbody", "p", "br", "img")


class _Shown(HTMLParser):
    """Collects elements and the runs of their words, each with its emphasis."""

    def __init__(self):
        super().__init__()
        self.found, self.emphasis, self.words, self.stack = [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in EMPHASIS:
            self.emphasis.append(f"a {normalizeLink(given['href'])}" if tag == "a" else tag)
        elif tag == "br" and "ProseMirror-trailingBreak" not in given.get("class", ""):
            self.words.append(("\v", ""))
        elif tag == "p":
            self.flush()
            self.is_loose = self.stack[-1:] == ["li"] and "tight" not in self.stack[-2:-1]
        elif tag not in UNSEEN:
            self.flush()
            number = given.get("start", "1") if tag == "ol" else ""
            self.found.append(("open", tag, number))
            self.stack.append("tight" if given.get("class") == "tight" else tag)

    def handle_endtag(self, tag):
        if tag in EMPHASIS:
            self.emphasis = [each for each in self.emphasis if each.split()[0] != tag]
        elif tag == "p":
            self.flush(loose=self.is_loose)
        elif tag not in UNSEEN:
            self.flush()
            self.found.append(("close", tag))
            self.stack.pop()

    def handle_data(self, data):
        self.words += [(each, " ".join(sorted(self.emphasis))) for each in data]

    def flush(self, loose=False):
        runs, self.words = _runs(self.words), []
        if runs:
            self.found.append(("paragraph" if loose else "words", *runs))


def _runs(words):
    """Join characters of the same emphasis; collapse white space, which has none."""
    seen = []
    for each, emphasis in words:
        before = seen[-1][0] if seen else "\v"
        if each in " \t\n":
            seen += [] if before.isspace() else [(" ", "")]
        elif each.isspace():
            seen = seen[:-1] if before == " " else seen
            seen += [(each, "")] if seen else []
        else:
            seen.append((each, emphasis))
    while seen and seen[-1][0].isspace():
        seen.pop()
    runs = []
    for each, emphasis in seen:
        if runs and runs[-1][1] == emphasis:
            runs[-1] = (runs[-1][0] + each, emphasis)
        else:
            runs.append((each, emphasis))
    return runs


def shown(html):
    """Return what a reader sees, as comparable values."""
    parser = _Shown()
    parser.feed(html)
    parser.close()
    parser.flush()
    return parser.found
