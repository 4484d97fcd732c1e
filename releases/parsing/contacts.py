"""Name, role, telephone numbers and email addresses of a printed contact block."""

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
_MAX_BLOCK = 300  # characters of a contact block that a text runs into
_MAX_BETWEEN = 60  # characters between two of its numbers
_SEPARATOR = "\n\0\n"


@dataclass(frozen=True)
class Contact:
    """Parts of a contact block, as printed; empty where missing."""

    name: str
    role: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]


def parse(contact_block: str) -> Contact:
    """Return the first name and role, and every number and email address, of a printed contact
    block."""
    phones = tuple(dict.fromkeys(match[0] for match in _PHONE.finditer(contact_block)))
    emails = tuple(dict.fromkeys(match[0] for match in _EMAIL.finditer(contact_block)))
    words = _EMAIL.sub(_SEPARATOR, _PHONE.sub(_SEPARATOR, contact_block))
    person = _names_and_roles(words.partition(_SEPARATOR)[0])
    name, role = (*(person or _names_and_roles(words)[:1]), "", "")[:2]
    return Contact(name, role, phones, emails)


def block_end(line: str) -> int:
    """Return where the numbers and addresses at the head of a line end; 0 if there are none."""
    head, end = line[:_MAX_BLOCK], 0
    found = [*_PHONE.finditer(head), *_EMAIL.finditer(head)]
    for match in sorted(found, key=re.Match.start):
        if end and match.start() - end > _MAX_BETWEEN:
            break
        end = max(end, match.end())
    return end


def has_phone_or_email(line: str) -> bool:
    return bool(_PHONE.search(line) or _EMAIL.search(line))


def _names_and_roles(words: str) -> list[str]:
    """Return names and roles in order, without addresses and their labels."""
    parts = (part.strip(" ,.;:()-–—") for part in _BOUNDARY.split(words))
    return [part for part in parts if part and not _NUMBER_LABEL.fullmatch(part)]
