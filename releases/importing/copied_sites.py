"""Earlier addresses of files in a copy of a site."""

from __future__ import annotations

import re

# As wget writes it. Other folders have points, too: press.releases, or the home of john.doe.
_HOST = re.compile(
    r"www\.(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}|(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:[a-z]{2}|gov|org|com|net|edu|mil|int|info|biz|city|nyc|news|agency|museum|example)"
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
        if _HOST.fullmatch(part) and not part.endswith(_ARCHIVES):
            address = "/".join(parts[index:])
            address = _ADDED_SUFFIX.sub("", address) if "?" in address else address
            return f"https://{_INDEX.sub('', address)}"
    return ""
