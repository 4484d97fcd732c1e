"""Release form data as pairs of name and value: merged with the stored release, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from releases.admin.form_fields import KEY_PATTERN
from releases.models import Release

Row = dict[str, str]

# Prefix of each inline, and the fields read from a stored row.
INLINES: dict[str, tuple[str, ...]] = {
    "sections": ("kind", "heading", "body", "after_end"),
    "images": (
        *("alt", "decorative", "caption", "credit", "rights"),
        *("is_lead", "focus_x", "focus_y", "after_paragraph", "position"),
    ),
    "attachments": ("title", "position"),
}
TEXT_FIELDS = Release.PRINTED_FIELDS
CHOSEN = "images_chosen"  # field for several new pictures at once
MAX_CHOSEN = 100  # pictures of one form
_NOT_USER_INPUT = re.compile(r"csrfmiddlewaretoken$|_|(?<!.)(?:.*-)?__prefix__-|read$|initial-")
_ROW = re.compile(r"(sections|images|attachments)-(\d{1,4})-(\w+)")


def user_input(post: QueryDict) -> list[tuple[str, str]]:
    """Return the pairs that a person typed, without buttons, tokens and empty template rows."""
    return [
        (name, value.replace("\0", ""))
        for name, values in post.lists()
        if not _NOT_USER_INPUT.match(name)
        for value in values
        if isinstance(value, str)
    ]


def to_querydict(pairs: Iterable[Sequence[str]]) -> QueryDict:
    """Return the pairs as a POSTed form."""
    form = QueryDict(mutable=True)
    for name, value in pairs:
        form.appendlist(name, value)
    return form


def inline_rows(form: QueryDict, prefix: str) -> list[Row]:
    """Return the rows of one inline, ordered by number."""
    found: dict[int, Row] = {}
    for name in form:
        match = _ROW.fullmatch(name)
        if match and match[1] == prefix:
            found.setdefault(int(match[2]), {})[match[3]] = form.get(name, "")
    return [row for _, row in sorted(found.items())]


def fit_to_release(form: QueryDict, release: Release | None) -> QueryDict:
    """Return the form, merged with the release's current rows.

    Adds rows created since, and re-creates deleted sections but not deleted files.
    """
    plain = [
        (name, value)
        for name, values in form.lists()
        if not _ROW.fullmatch(name) and not name.endswith("_FORMS")
        for value in values
        if name != "topics" or KEY_PATTERN.fullmatch(value)
    ]
    whole = to_querydict(plain)
    for prefix, names in INLINES.items():
        stored = _stored_rows(release, prefix, names)
        sent = inline_rows(form, prefix)
        known = {row["id"]: row for row in sent if row.get("id") in stored}
        new = [_without_ids(row) for row in sent if _is_new(row, stored, prefix)]
        both = [known.get(key, row) for key, row in stored.items()] + new
        _write_rows(whole, prefix, both, len(stored))
    return whole


def fitted_with_files(
    form: QueryDict, files: MultiValueDict[str, UploadedFile], release: Release | None
) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
    """Return the merged form, and its files by the names of their fields in it."""
    form, files = spread_chosen(form, files)
    marked = form.copy()
    for name in files:
        marked[name] = name
    whole = fit_to_release(marked, release)
    moved: MultiValueDict[str, UploadedFile] = MultiValueDict()
    for name in [name for name in whole if name.endswith("-upload")]:
        moved.setlist(name, files.getlist(str(whole[name])))
        del whole[name]
    return whole, moved


def spread_chosen(
    form: QueryDict, files: MultiValueDict[str, UploadedFile]
) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
    """Return the form with a row of its own for each of several chosen pictures."""
    chosen = files.getlist(CHOSEN)[:MAX_CHOSEN]
    count = form.get("images-TOTAL_FORMS", "")
    if not chosen or not (count.isascii() and count.isdecimal() and len(count) < 5):
        return form, files
    form, files = form.copy(), files.copy()
    for row, file in enumerate(chosen, start=int(count)):
        form[f"images-{row}-id"] = ""
        files[f"images-{row}-upload"] = file
    form["images-TOTAL_FORMS"] = str(int(count) + len(chosen))
    del files[CHOSEN]
    return form, files


def use(request: HttpRequest, form: QueryDict, files: MultiValueDict[str, UploadedFile]) -> None:
    """Replace what the request sent."""
    request.POST = form  # type: ignore[assignment]
    request._files = files  # type: ignore[attr-defined]


def form_from_snapshot(snapshot: Mapping[str, Any], release: Release) -> QueryDict:
    """Return a form that restores the snapshot's text, sections and topics, but no files."""
    form = to_querydict([(name, snapshot[name] or "") for name in (*TEXT_FIELDS, "slug")])
    topics = release.topics.model._default_manager.filter(slug__in=snapshot["topics"])
    form.setlist("topics", [str(topic.pk) for topic in topics])
    form["seen"] = release.updated_at.isoformat()
    stored = _stored_rows(release, "sections", INLINES["sections"])
    wanted = [
        {**_to_row(section), **_position_field(place)}
        for place, section in enumerate(snapshot["sections"], start=1)
    ]
    both = [{**row, "id": key} for key, row in zip(stored, wanted, strict=False)]
    both += [{"id": key, "DELETE": "on"} for key in list(stored)[len(wanted) :]]
    _write_rows(form, "sections", both + wanted[len(stored) :], len(stored))
    return fit_to_release(form, release)


def with_image(release: Release | None, values: Mapping[str, Any]) -> QueryDict:
    """Return the form as saved, with a new image at the end."""
    empty = fit_to_release(QueryDict(mutable=True), None)
    form = form_from_snapshot(release.snapshot(), release) if release else empty
    row = int(form.get("images-TOTAL_FORMS", "0"))
    for name, value in _to_row(values).items():
        form[f"images-{row}-{name}"] = value
    form["images-TOTAL_FORMS"] = str(row + 1)
    return form


def snapshot_from_form(form: QueryDict, release: Release) -> dict[str, Any]:
    """Return the snapshot as if the form were saved, files and topics unchanged."""
    now = release.snapshot()
    texts = {name: form.get(name, now[name]) for name in TEXT_FIELDS}
    sections = [
        {"heading": row.get("heading", ""), "body": row.get("body", "")}
        for row in inline_rows(fit_to_release(form, release), "sections")
        if "DELETE" not in row
    ]
    return {**now, **texts, "sections": sections}


def _stored_rows(release: Release | None, prefix: str, names: Sequence[str]) -> dict[str, Row]:
    """Return the stored rows by key, as an unchanged form sends them."""
    if release is None:
        return {}
    objects = getattr(release, prefix).all()
    values = {row.pk: {name: getattr(row, name) for name in names} for row in objects}
    places = {row.pk: row.position for row in objects} if prefix == "sections" else {}
    return {
        str(key): {"id": str(key), **_to_row(row), **_position_field(places.get(key))}
        for key, row in values.items()
    }


def _position_field(position: int | None) -> Row:
    return {} if position is None else {"place": str(position)}


def _to_row(values: Mapping[str, Any]) -> Row:
    # Browsers do not send unticked checkboxes.
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value is not False and value is not None
    }


def _is_new(row: Row, stored: Mapping[str, Row], prefix: str) -> bool:
    if row.get("id"):
        return prefix == "sections" and row["id"] not in stored and "DELETE" not in row
    return "DELETE" not in row


def _without_ids(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "release")}


def _write_rows(form: QueryDict, prefix: str, both: Sequence[Row], stored: int) -> None:
    """Write the rows into the form; `stored` is how many of them, at the start, have a key."""
    form[f"{prefix}-TOTAL_FORMS"] = str(len(both))
    form[f"{prefix}-INITIAL_FORMS"] = str(stored)
    form[f"{prefix}-MIN_NUM_FORMS"], form[f"{prefix}-MAX_NUM_FORMS"] = "0", "1000"
    for number, row in enumerate(both):
        for name, value in row.items():
            form[f"{prefix}-{number}-{name}"] = value
