"""Mailboxes that reports come to: a Maildir folder or IMAP, by the standard library."""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

MAX_BYTES = 256 * 1024  # of a message: reports are short, and return headers first
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

    def __init__(self, path: str) -> None:
        try:
            self.box = mailbox.Maildir(path, create=False)
        except mailbox.NoSuchMailboxError as error:
            raise FileNotFoundError(f"There is no folder {path}.") from error

    def unread(self) -> list[str]:
        new = Path(self.box._path, "new")
        return sorted(each.name.partition(":")[0] for each in new.iterdir())[:MOST_AT_ONCE]

    def read(self, key: str) -> bytes:
        with self.box.get_file(key) as file:
            return bytes(file.read(MAX_BYTES))

    def remove(self, key: str) -> None:
        self.box.discard(key)

    def keep(self, key: str) -> None:
        message = self.box[key]
        message.set_subdir("cur")
        message.add_flag("S")
        self.box[key] = message


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
