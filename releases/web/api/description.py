"""OpenAPI description of the API (https://spec.openapis.org/oas/v3.1.0), also for its docs."""

from __future__ import annotations

from typing import Any

from pressroom.infra import office
from releases.models import Release, Version
from releases.web.api.parameters import CURSOR_PATTERN, DEFAULT_LIMIT, MAX_LIMIT

_TEXT: dict[str, Any] = {"type": "string"}
_INTEGER: dict[str, Any] = {"type": "integer"}
_URI: dict[str, Any] = {"type": "string", "format": "uri"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_DATE_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
_SLUG: dict[str, Any] = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
_NUMBER: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{4,12}$"}


def document(site: str) -> dict[str, Any]:
    """Return the OpenAPI document for the API at `site` (scheme and host)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{office.current().name}: press releases",
            "version": "1.0.0",
            "description": "Read-only, without a key; CORS is open. Releases under embargo are not "
            "included. Errors are problem details (RFC 9457).",
        },
        "servers": [{"url": site}],
        "paths": {
            "/api/v1/releases/": {"get": _list()},
            "/api/v1/releases/{number}/": {"get": _detail()},
            "/api/v1/releases.csv": {"get": _stream("Csv", "CSV", "text/csv")},
            "/api/v1/releases.jsonl": {"get": _stream("Jsonl", "JSON Lines", "application/jsonl")},
        },
        "components": {"schemas": _schemas()},
    }


def _list() -> dict[str, Any]:
    page = {"cursor": {"type": "string", "pattern": f"^{CURSOR_PATTERN}$"}}
    descriptions = {"cursor": "Start of the page; “next” on the previous page contains it."}
    return {
        "operationId": "listReleases",
        "summary": "Releases that match, newest first",
        "parameters": [*_filter_parameters(DEFAULT_LIMIT), *_query_parameters(page, descriptions)],
        "responses": {
            "200": _response("A page of releases.", "Page"),
            **_error_responses("400", "503"),
        },
    }


def _detail() -> dict[str, Any]:
    version = {"v": {"type": "integer", "minimum": 1, "maximum": 999_999_999}}
    path = {"name": "number", "in": "path", "required": True, "schema": _NUMBER}
    return {
        "operationId": "getRelease",
        "summary": "One release, by its permanent number",
        "parameters": [
            path,
            *_query_parameters(version, {"v": "The version. Default: the latest."}),
        ],
        "responses": {
            "200": _response("The release.", "Release"),
            "302": {"description": "Withdrawn: redirects to the release that replaces it."},
            **_error_responses("400", "404", "410", "451"),
        },
    }


def _stream(name: str, label: str, media_type: str) -> dict[str, Any]:
    content = {media_type: {"schema": _TEXT}}
    return {
        "operationId": f"stream{name}",
        "summary": f"All releases that match, newest first, as {label}",
        "parameters": _filter_parameters(None),
        "responses": {
            "200": {"description": _STREAMED, "content": content},
            **_error_responses("400", "503"),
        },
    }


_STREAMED = (
    "The file, streamed. If it is incomplete, the last line begins with INCOMPLETE, or is an "
    "object with “error”."
)


def _filter_parameters(size: int | None) -> list[dict[str, Any]]:
    limit: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
    schemas = {
        "q": _TEXT,
        "topic": _SLUG,
        "year": {"type": "integer", "minimum": 1, "maximum": 9999},
        "language": _SLUG,
        "from": _DATE,
        "to": _DATE,
        "limit": limit | ({"default": size} if size else {}),
    }
    descriptions = {
        "q": "A query, as in the site’s search box.",
        "topic": "The slug of a topic.",
        "year": "The year of the printed date.",
        "language": "A language tag such as en, which includes en-US.",
        "from": "First printed date.",
        "to": "Last printed date.",
        "limit": "Maximum number of releases; pages of very long ones have fewer.",
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
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": words, "content": {media_type: {"schema": reference}}}


def _error_responses(*statuses: str) -> dict[str, Any]:
    words = {
        "400": "A parameter is invalid.",
        "404": "No such release or version.",
        "410": "Removed.",
        "451": "Blocked by law.",
        "503": "Search is unavailable. Try again later.",
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
    release = {"$ref": "#/components/schemas/Release"}
    problem = {"type": _TEXT, "title": _TEXT, "status": _INTEGER, "detail": _TEXT}
    page = {
        "releases": _list_of(release),
        "next": {"type": ["string", "null"], "format": "uri"},
        "ignored": _list_of(_TEXT),
    }
    return {
        "Page": _object(page),
        "Release": _object(_release()),
        "Version": _object(_version()),
        "Problem": _object(problem, errors={"type": "object"}),
    }


def _version() -> dict[str, Any]:
    kinds = {"type": "string", "enum": [str(value) for value in Version.Kind.values]}
    return {"number": _INTEGER, "kind": kinds, "note": _TEXT, "at": _DATE_TIME, "sha256": _TEXT}


def _release() -> dict[str, Any]:
    version = {"$ref": "#/components/schemas/Version"}
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
        "images": _list_of(_object(image)),
        "attachments": _list_of(_object({**file, "title": _TEXT, "pages": _INTEGER})),
        "version": version,
        "is_latest_version": {"type": "boolean"},
        "changes": _list_of(version),
        "renditions": {"type": "object", "additionalProperties": _URI},
    }
