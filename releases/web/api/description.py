"""OpenAPI description of the API (https://spec.openapis.org/oas/v3.1.0), also for its docs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from pressroom.infra import office
from releases.content.slugs import make_slug
from releases.models import Release, Version
from releases.output import corrections
from releases.output.renditions.json_document import ALL_FIELDS
from releases.output.tables import COLUMNS
from releases.search.results import MAX_RESULTS
from releases.web.api.parameters import CURSOR_PATTERN, DEFAULT_LIMIT, MAX_LIMIT

_TEXT: dict[str, Any] = {"type": "string"}
_INTEGER: dict[str, Any] = {"type": "integer"}
_URI: dict[str, Any] = {"type": "string", "format": "uri"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_DATE_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
_SLUG: dict[str, Any] = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
JSON_LINES = "application/jsonl"
_NUMBER: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{4,12}$"}
_COLUMN_SCHEMAS = {"string": _TEXT, "integer": _INTEGER, "date": _DATE, "datetime": _DATE_TIME}


def document(site: str) -> dict[str, Any]:
    """Return the OpenAPI document for the API at `site` (scheme and host)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{office.current().name}: press releases",
            "version": "1.0.0",
            "description": _(
                "Read-only, without a key; CORS is open. Releases under embargo are not "
                "included. Errors are problem details (RFC 9457)."
            ),
        },
        "servers": [{"url": site}],
        "paths": {path: {"get": operation} for path, operation in _operations().items()},
        "components": {"schemas": _schemas()},
    }


def sample(site: str) -> str:
    """Return an example of an answer, for people."""
    title = _("Agreement Ends Dumping in the River")
    release = {
        "number": "2012-0001",
        "title": title,
        "date": "2012-09-21",
        "url": f"{site}/releases/2012-0001/{make_slug(title)}/",
    }
    more = f"{site}/api/v1/releases/?year=2012&fields=number,title,date,url&cursor=…"
    page = {"releases": [release], "total": 214, "next": more, "ignored": []}
    return json.dumps(page, ensure_ascii=False, indent=2)


def _operations() -> dict[str, dict[str, Any]]:
    words = {"csv": ("Csv", "CSV", "text/csv"), "jsonl": ("Jsonl", "JSON Lines", JSON_LINES)}
    return {
        "/api/v1/releases/": _list(),
        "/api/v1/releases/{number}/": _detail(),
        **{f"/api/v1/releases.{kind}": _stream(*names) for kind, names in words.items()},
        "/api/v1/corrections/": _corrections(),
        **{f"/api/v1/corrections.{kind}": _log(*names) for kind, names in words.items()},
        "/api/v1/topics/": _topics(),
    }


def _list() -> dict[str, Any]:
    page = {
        "sort": {"type": "string", "enum": ["newest", "relevance"], "default": "newest"},
        "page": {"type": "integer", "minimum": 1, "maximum": MAX_RESULTS // DEFAULT_LIMIT},
        "cursor": {"type": "string", "pattern": f"^{CURSOR_PATTERN}$"},
    }
    descriptions = {
        "sort": _("“relevance” lists the best matches of q first."),
        "page": _("Number of the page, up to 10,000 releases. To read on, follow “next”."),
        "cursor": _("Start of the page; “next” on the previous page contains it."),
    }
    return {
        "operationId": "listReleases",
        "summary": _("Releases that match, newest first"),
        "parameters": [
            *_filter_parameters(DEFAULT_LIMIT, ALL_FIELDS),
            *_query_parameters(page, descriptions),
        ],
        "responses": {
            "200": _response(_("A page of releases."), "Page"),
            **_error_responses("400", "409", "503"),
        },
    }


def _detail() -> dict[str, Any]:
    version = {"v": {"type": "integer", "minimum": 1, "maximum": 999_999_999}}
    meaning = {"v": _("The version. Default: the latest.")}
    path = {"name": "number", "in": "path", "required": True, "schema": _NUMBER}
    return {
        "operationId": "getRelease",
        "summary": _("One release, by its permanent number"),
        "parameters": [
            path | {"description": _("The release number, for example 2012-0001.")},
            *_query_parameters(version, meaning),
            *_field_parameter(ALL_FIELDS),
        ],
        "responses": {
            "200": _response(_("The release."), "Release"),
            "302": {"description": _("Withdrawn: redirects to the release that replaces it.")},
            **_error_responses("400", "404", "410", "451"),
        },
    }


def _stream(name: str, label: str, media_type: str) -> dict[str, Any]:
    return {
        "operationId": f"stream{name}",
        "summary": _("All releases that match, newest first, as %(format)s") % {"format": label},
        "parameters": _filter_parameters(None, COLUMNS if name == "Csv" else ALL_FIELDS),
        "responses": _streamed(media_type),
    }


def _corrections() -> dict[str, Any]:
    cursor = {"cursor": {"type": "string", "pattern": f"^{CURSOR_PATTERN}$"}}
    meaning = {"cursor": _("Start of the page; “next” on the previous page contains it.")}
    return {
        "operationId": "listCorrections",
        "summary": _("Corrections, withdrawals and reinstatements, newest first"),
        "parameters": [
            *_paging_parameters(DEFAULT_LIMIT),
            *_query_parameters(cursor, meaning),
        ],
        "responses": {
            "200": _response(_("A page of corrections."), "Corrections"),
            **_error_responses("400"),
        },
    }


def _log(name: str, label: str, media_type: str) -> dict[str, Any]:
    return {
        "operationId": f"streamCorrections{name}",
        "summary": _("All corrections, withdrawals and reinstatements as %(format)s")
        % {"format": label},
        "parameters": _paging_parameters(None),
        "responses": _streamed(media_type),
    }


def _topics() -> dict[str, Any]:
    return {
        "operationId": "listTopics",
        "summary": _("All topics, with the number of their releases"),
        "parameters": [],
        "responses": {"200": _response(_("All topics."), "Topics")},
    }


def _streamed(media_type: str) -> dict[str, Any]:
    meaning = _(
        "The file, streamed. If it is incomplete, the last line begins with INCOMPLETE, or is an "
        "object with “error”."
    )
    content = {media_type: {"schema": _TEXT}}
    return {
        "200": {"description": meaning, "content": content},
        **_error_responses("400", "409", "503"),
    }


def _filter_parameters(size: int | None, columns: Iterable[str]) -> list[dict[str, Any]]:
    schemas = {
        "q": _TEXT,
        "topic": _SLUG,
        "year": {"type": "integer", "minimum": 1, "maximum": 9999},
        "language": _SLUG,
        "from": _DATE,
        "to": _DATE,
        "status": {"type": "string", "enum": ["published", "withdrawn"], "default": "published"},
    }
    descriptions = {
        "q": _("A query, as in the site’s search box."),
        "topic": _("The slug of a topic."),
        "year": _("The year of the printed date."),
        "language": _("A language tag such as en, which includes en-US."),
        "from": _("First printed date."),
        "to": _("Last printed date."),
        "status": _(
            "“withdrawn” lists withdrawn releases without their text. Cannot be combined with q."
        ),
    }
    return [
        *_query_parameters(schemas, descriptions),
        *_field_parameter(columns),
        *_paging_parameters(size),
    ]


def _field_parameter(columns: Iterable[str]) -> list[dict[str, Any]]:
    name = {"type": "string", "enum": list(columns)}
    schema = {"type": "array", "items": name, "minItems": 1}
    meaning = _("Names of fields, separated by commas: %(names)s. Default: all but full_text.")
    if "full_text" not in columns:
        meaning = _("Names of columns, separated by commas: %(names)s. Default: all.")
    fields = _query_parameters(
        {"fields": schema}, {"fields": meaning % {"names": ", ".join(columns)}}
    )
    return [{**each, "style": "form", "explode": False} for each in fields]


def _paging_parameters(size: int | None) -> list[dict[str, Any]]:
    limit: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
    schemas = {
        "updated_since": {
            "anyOf": [_DATE, _DATE_TIME],
            "examples": ["2024-05-14", "2024-05-14T09:00:00Z"],
        },
        "limit": limit | ({"default": size} if size else {}),
    }
    descriptions = {
        "updated_since": _(
            "Only what was published or changed since that day or time. Cannot be combined with q."
        ),
        "limit": _("Maximum number of rows; pages of very long ones have fewer."),
    }
    return _query_parameters(schemas, descriptions)


def _query_parameters(
    schemas: dict[str, Any], descriptions: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "schema": schema, "description": descriptions[name]}
        for name, schema in schemas.items()
    ]


def _response(words: str, schema: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": words, "content": {media_type: {"schema": _reference(schema)}}}


def _error_responses(*statuses: str) -> dict[str, Any]:
    words = {
        "400": _("A parameter is invalid."),
        "404": _("No such release or version."),
        "409": _("Two parameters cannot be combined."),
        "410": _("Removed."),
        "451": _("Blocked by law."),
        "503": _("Search is unavailable. Try again later."),
    }
    return {s: _response(words[s], "Problem", "application/problem+json") for s in statuses}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
    }


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _schemas() -> dict[str, Any]:
    problem = {"type": _TEXT, "title": _TEXT, "status": _INTEGER, "detail": _TEXT}
    more = {"total": _INTEGER, "next": {"type": ["string", "null"], "format": "uri"}}
    page = {"releases": _list_of(_reference("Release")), **more, "ignored": _list_of(_TEXT)}
    entry = {name: _COLUMN_SCHEMAS[column.kind] for name, column in corrections.COLUMNS.items()}
    topic = {"slug": _SLUG, "name": _TEXT, "releases": _INTEGER, "url": _URI}
    return {
        "Page": _object(page),
        # With `fields`, only those are there.
        "Release": _object({}, **_release()),
        "Version": _object(_version()),
        "Corrections": _object({"corrections": _list_of(_object(entry)), **more}),
        "Topics": _object({"topics": _list_of(_object(topic))}),
        "Problem": _object(problem, errors={"type": "object"}),
    }


def _reference(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _version() -> dict[str, Any]:
    kinds = {"type": "string", "enum": [str(value) for value in Version.Kind.values]}
    return {"number": _INTEGER, "kind": kinds, "note": _TEXT, "at": _DATE_TIME, "sha256": _TEXT}


def _release() -> dict[str, Any]:
    version = _reference("Version")
    file = {"url": _URI, "media_type": _TEXT, "byte_size": _INTEGER, "sha256": _TEXT}
    words = ("alt", "caption", "credit", "rights")
    image = {
        **file,
        **dict.fromkeys(("width", "height"), _INTEGER),
        **dict.fromkeys(words, _TEXT),
        "is_lead": {"type": "boolean"},
        "focus": _object(dict.fromkeys(("x", "y"), _INTEGER)),
        "after_paragraph": {"type": ["integer", "null"]},
    }
    section = {"kind": _TEXT, "heading": _TEXT, "body": _TEXT, "after_end": {"type": "boolean"}}
    statuses = [str(Release.Status.APPROVED), str(Release.Status.WITHDRAWN)]
    return {
        "number": _NUMBER,
        "url": _URI,
        "status": {"type": "string", "enum": statuses},
        **dict.fromkeys(("notice", "publisher", "title", "subtitle"), _TEXT),
        "date": _DATE,
        "released_at": _DATE_TIME,
        "updated_at": _DATE_TIME,
        **dict.fromkeys(("language", "dateline", "contact", "body"), _TEXT),
        "sections": _list_of(_object(section)),
        "end_mark": _TEXT,
        "text": _list_of(_TEXT),
        "paragraph_numbers": _list_of(_INTEGER),
        "topics": _list_of(_object({"slug": _SLUG, "name": _TEXT})),
        "translations": _list_of(_object({"number": _NUMBER, "language": _TEXT, "url": _URI})),
        "images": _list_of(_object(image)),
        "attachments": _list_of(_object({**file, "title": _TEXT, "pages": _INTEGER})),
        "version": version,
        "is_latest_version": {"type": "boolean"},
        "changes": _list_of(version),
        "renditions": {"type": "object", "additionalProperties": _URI},
        "full_text": _TEXT,
    }
