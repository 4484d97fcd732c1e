"""Earlier addresses of files in a copy of a site."""

from __future__ import annotations

import re

# As wget writes it. Other folders have points, too: press.releases, john.doe, or
# press.es for a language.
_HOST = re.compile(
    r"www\.(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}|(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:gov|org|com|net|edu|mil|int|info|biz|city|nyc|news|agency|museum|example)"
    r"|(?:[a-z0-9-]{1,63}\.){2,5}(?!en|js)[a-z]{2}"
)
_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".d", ".html", ".htm")
_IN_WEB_ARCHIVE = re.compile(r"/(?P<address>https?://.*+)", re.DOTALL)
_ADDED_SUFFIX = re.compile(r"\.html?$")
_INDEX = re.compile(r"(?<=/)index\.html?$")


def address_of(path: str) -> str:
    """Return the URL of a file that wget stored in a folder named for its site, or that a web
    archive names; "" for any other."""
    if found := _IN_WEB_ARCHIVE.search(path):
        return found["address"]
    parts = path.replace("\\", "/").split("/")
    for index, part in enumerate(parts[:-1]):
        host = part.lower()
        if _HOST.fullmatch(host) and not host.endswith(_ARCHIVES):
            address = "/".join([host, *parts[index + 1 :]])
            address = _ADDED_SUFFIX.sub("", address) if "?" in address else address
            return f"https://{_INDEX.sub('', address)}"
    return ""
