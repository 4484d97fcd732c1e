"""Whom to reach: the name, role, telephone numbers and addresses in a printed contact block."""

import re
from dataclasses import dataclass

# North American numbers as offices print them, "(916) 210-6000", "202/224-4513", "202.225.4876",
# with an extension; and international ones after a plus sign (ITU-T E.123).
_PHONE = re.compile(
    r"(?<![\w/.-])(?:\+?1[ .-])?(?:\(\d{3}\)|\d{3})[ ./–-]{0,2}\d{3}[ .–-]\d{4}(?!\d)"
    r"(?:,?\s*(?:x|ext\.?|extension)\s*\d{1,6})?"
    r"|\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}(?!\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_NUMBER_LABEL = re.compile(
    r"(?:direct|desk|main|cell|celular|mobile|móvil|office|oficina|phone|tel|teléfono|telephone|fax"
    r"|e-?mail|correo|[a-z])\.?",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"[;\n\0]|,(?!\s*(?:Jr|Sr|II|III|Esq|M\.?D)\b)")
_SEPARATOR = "\n\0\n"


@dataclass(frozen=True)
class Contact:
    """What could be read from a contact block; empty where it is not there.

    Numbers and addresses are as printed: "(916) 210-6000".
    """

    name: str
    role: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]


def parse(contact_block: str) -> Contact:
    """The first name and role, and every number and address, of a contact block as printed."""
    phones = tuple(dict.fromkeys(match[0] for match in _PHONE.finditer(contact_block)))
    emails = tuple(dict.fromkeys(match[0] for match in _EMAIL.finditer(contact_block)))
    words = _EMAIL.sub(_SEPARATOR, _PHONE.sub(_SEPARATOR, contact_block))
    person = _names_and_roles(words.partition(_SEPARATOR)[0])
    name, role = (*(person or _names_and_roles(words)[:1]), "", "")[:2]
    return Contact(name, role, phones, emails)


def has_phone_or_email(line: str) -> bool:
    """Whether the line holds a telephone number or an e-mail address."""
    return bool(_PHONE.search(line) or _EMAIL.search(line))


def _names_and_roles(words: str) -> list[str]:
    """Names and roles in the order of the block: what is not an address and not its label."""
    parts = (part.strip(" ,.;:()-–—") for part in _BOUNDARY.split(words))
    return [part for part in parts if part and not _NUMBER_LABEL.fullmatch(part)]
