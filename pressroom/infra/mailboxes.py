"""Mailboxes that reports come to: a Maildir folder or IMAP, by the standard library."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

MAX_BYTES = 64 * 1024  # of a message: reports are short, and return headers first
MOST_AT_ONCE = 500  # messages
TIMEOUT = 30  # seconds


class Mailbox(Protocol):
    """Unread messages. `remove` deletes one, `keep` leaves it for a person, as read."""

    def unread(self) -> list[str]: ...
    def read(self, key: str) -> bytes: ...
    def remove(self, key: str) -> None: ...
    def keep(self, key: str) -> None: ...


class MaildirBox:
    """Folder of one file a message, as Postfix and Dovecot deliver them."""

    # By file names only: the standard library's Maildir parses a message to move it.
    def __init__(self, path: str) -> None:
        self.new, self.cur = Path(path, "new"), Path(path, "cur")
        if not self.new.is_dir():
            raise FileNotFoundError(f"There is no Maildir folder {path}.")

    def unread(self) -> list[str]:
        return sorted(each.name for each in self.new.iterdir() if each.is_file())[:MOST_AT_ONCE]

    def read(self, key: str) -> bytes:
        with (self.new / key).open("rb") as file:
            return file.read(MAX_BYTES)

    def remove(self, key: str) -> None:
        (self.new / key).unlink(missing_ok=True)

    def keep(self, key: str) -> None:
        self.cur.mkdir(exist_ok=True)
        (self.new / key).rename(self.cur / f"{key.partition(':')[0]}:2,S")


class IMAPBox:
    """Folder of an IMAP server, over TLS."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self) -> list[str]:
        _, found = self.server.uid("search", "UNSEEN")
        return [key.decode() for key in (found[0] or b"").split()][:MOST_AT_ONCE]

    def read(self, key: str) -> bytes:
        _, found = self.server.uid("fetch", key, f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")

    def remove(self, key: str) -> None:
        self.server.uid("store", key, "+FLAGS", r"(\Deleted)")

    def keep(self, key: str) -> None:
        self.server.uid("store", key, "+FLAGS", r"(\Seen)")


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """Open the mailbox. Raises OSError or imaplib.IMAP4.error if it cannot be reached."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield MaildirBox(unquote(parts.path))
        return
    host, port = parts.hostname or "", parts.port
    server: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL(
            host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        )
        if parts.scheme == "imaps"
        else imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
    )
    with server:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answer: Any = server.select(f'"{unquote(parts.path.lstrip("/")) or "INBOX"}"')
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("There is no such folder.")
        yield IMAPBox(server)
        server.expunge()
