"""Columns of tables and keys of JSON objects: the field that each is read as."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from releases.importing.decoding import UnreadableFileError
from releases.importing.fields import KEYS
from releases.importing.stated_embargoes import names_a_time

DATE_ORDERS = {"us": "month first (US)", "eu": "day first (Europe)"}
MAX_NAMED = 20  # columns in a refusal
MAX_COLUMNS = 200  # of one table that can be mapped by hand
OF_A_RELEASE = KEYS - {"source", "url", "language"}
NOT_READ = " (not read)"


def fold(name: str) -> str:
    """Return the name in lowercase, without blanks and quotes."""
    return "".join(name.strip(" \t\r\n\ufeff\"'").casefold().split())


def columns_key(names: Sequence[str]) -> str:
    """Return an identifier of a set of columns."""
    # Of the columns that can be mapped: an import page shows no others.
    folded = sorted(map(fold, names[:MAX_COLUMNS]))
    return hashlib.sha256(json.dumps(folded).encode()).hexdigest()[:16]


def _ignore_table(name: str, columns: Sequence[str]) -> None:
    pass


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading files.

    `selector` names the element of a page that has the text. `columns` gives the field of a column
    by its folded name, "" to leave it out; `columns_of` does so for the tables with that
    `columns_key`. `date_order` is one of DATE_ORDERS; `orders_of` has that of tables by
    `columns_key`. `on_table` is called with the name and the columns of each table.
    """

    selector: str = ""
    date_order: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    columns_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders_of: Mapping[str, str] = field(default_factory=dict)
    on_table: Callable[[str, Sequence[str]], object] = _ignore_table

    def for_table(self, name: str, names: Sequence[str]) -> ReadOptions:
        """Call `on_table`, then return the options of the table with these columns."""
        self.on_table(name, names)
        key = columns_key(names)
        columns = self.columns_of.get(key, self.columns)
        order = self.orders_of.get(key, self.date_order)
        return replace(self, columns=columns, date_order=order)


DEFAULT = ReadOptions()


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Return the fields by folded column from pairs such as `title=Headline`. Raises ValueError
    with a sentence."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, column = pair.partition("=")
        if not column.strip() or fold(name) not in KEYS:
            fields = ", ".join(sorted(KEYS))
            raise ValueError(
                f"--map {pair}: write a field and the column that has it, such as title=Headline. "
                f"The fields are {fields}."
            )
        if fold(name) in found.values():
            raise ValueError(f"--map {pair}: {fold(name)} has a column already.")
        found[fold(column)] = fold(name)
    return found


def field_names(names: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Return what each column is read as: a field, or its own name if it is none.

    Of several columns for one field the first is read.
    Raises UnreadableFileError if the mapping names an absent column, or nothing names a release.
    """
    folded = list(map(fold, names))
    if absent := [column for column in mapping if column not in folded]:
        raise UnreadableFileError(
            f"It has no column “{absent[0][:60]}”: its columns are {_listed(names)}."
        )
    taken = set(mapping.values())
    read = once(names, [_field_of(name, mapping, taken) for name in names])
    require_release(read, names)
    return read


def once(names: Sequence[str], read: Sequence[str], fields: Set[str] = KEYS) -> list[str]:
    """Return what the columns are read as, each field once; further ones get a note."""
    first = {name: number for number, name in reversed(list(enumerate(read)))}
    return [
        name if first[name] == number or name not in fields else names[number] + NOT_READ
        for number, name in enumerate(read)
    ]


def _field_of(name: str, mapping: Mapping[str, str], taken: set[str]) -> str:
    known = fold(name)
    if mapping.get(known):
        return mapping[known]
    if known in KEYS:
        return name + NOT_READ if known in mapping or known in taken else known
    return name


def require_release(read: Sequence[str], names: Sequence[str]) -> None:
    """Raise UnreadableFileError if a release could not be read from these fields."""
    known = [name for name in read if name in KEYS]
    if "title" in known or "body" in known or ("id" in known and len(known) > 1):
        return
    raise UnreadableFileError(
        f"No column is named title or body, only {_listed(names)}: if it has "
        "releases, choose the column of each field on the import page, or with --map title=…."
    )


def unread(read: Sequence[str], fields: Set[str] = KEYS) -> tuple[str, ...]:
    """Return the names that nothing reads."""
    return tuple(name for name in read if name and name not in fields and not names_a_time(name))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name[:60]}”" for name in names[:MAX_NAMED])


class ObjectReader:
    """Fields of the JSON objects of one file, whose first one names its columns."""

    def __init__(self, name: str, options: ReadOptions) -> None:
        self.name, self.options = name, options
        self._mapping: Mapping[str, str] | None = None

    def fields(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the object's fields, and its keys that nothing reads. Raises
        UnreadableFileError."""
        if self._mapping is None:
            self.options = self.options.for_table(self.name, paths(value))
            self._mapping = self.options.columns
        taken = set(self._mapping.values())
        names = once(list(value), [_field_of(key, self._mapping, taken) for key in value])
        read = {name: _plain(key, value[key]) for name, key in zip(names, value, strict=True)}
        nested = {path: self._mapping[path] for path in self._mapping if "." in path}
        read |= {name: _plain(name, _at(value, path)) for path, name in nested.items() if name}
        if value and not {*read} & OF_A_RELEASE:
            require_release(list(read), list(value))
        heads = {path.partition(".")[0] for path in nested}
        return read, tuple(name for name in unread(list(read)) if fold(name) not in heads)


def paths(value: Mapping[str, Any], prefix: str = "", depth: int = 0) -> list[str]:
    """Return the object's keys, those of objects in it as `key.key`."""
    found: list[str] = []
    for key, part in value.items():
        inner = part[0] if isinstance(part, list) and part else part
        if isinstance(inner, dict) and depth < 3 and key not in KEYS:
            found += paths(inner, f"{prefix}{key}.", depth + 1)
        else:
            found.append(prefix + key)
    return found[:MAX_COLUMNS]


def _at(value: Any, path: str) -> Any:
    """Return the value at a path of folded keys; in lists of objects, of the first one."""
    for step in path.split("."):
        if isinstance(value, list) and value:
            value = value[0]
        if not isinstance(value, dict):
            return None
        value = next((part for key, part in value.items() if fold(key) == step), None)
    return value


def _plain(name: str, value: Any) -> Any:
    """Return the text of a value that Drupal or Plone wraps in an object."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(inner, dict) and fold(name) not in ("sections", "topics"):
        return next((inner[key] for key in ("value", "data") if key in inner), value)
    return value
