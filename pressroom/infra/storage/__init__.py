"""Settings of the media storage: a folder, or a bucket on an S3-compatible server.

This module must not import boto3: a site with a folder does not load it.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
BUCKET = "pressroom.infra.storage.bucket.BucketStorage"
URL_FORMAT = "s3://BUCKET/PREFIX?endpoint=https://…&region=…; only BUCKET is required"

_BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")


def backend(address: str, setting_name: str = "MEDIA_STORAGE") -> dict[str, Any]:
    """Return the STORAGES entry for a bucket's URL, or for the folder if `address` is "".

    Raises ImproperlyConfigured, whose message starts with `setting_name` and has no password.
    """
    if not address:
        return FOLDER
    try:
        options = _bucket_options(urlsplit(address))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{setting_name}: {error}. It has the form {URL_FORMAT}."
        ) from None
    if not find_spec("boto3"):
        raise ImproperlyConfigured(
            f"{setting_name} names a bucket, but boto3 and django-storages are not installed: "
            "pip install --require-hashes -r requirements-s3.txt"
        )
    return {"BACKEND": BUCKET, "OPTIONS": options}


def _bucket_options(parts: SplitResult) -> dict[str, str]:
    """Return the arguments of BucketStorage. Raises ValueError."""
    if parts.scheme != "s3" or parts.fragment:
        raise ValueError("it is not the address of a bucket")
    if "@" in parts.netloc:
        raise ValueError(
            "keys do not belong in it, but in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if not _BUCKET_NAME.fullmatch(parts.netloc):
        raise ValueError(f"{parts.netloc!r} is not the name of a bucket")
    if not _PREFIX.fullmatch(parts.path):
        raise ValueError(f"{parts.path!r} is not a prefix: use letters, digits, - . _ and /")
    return {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        **_server_options(parts.query),
    }


def _server_options(query: str) -> dict[str, str]:
    """Return `endpoint_url` and `region_name`, if given. Raises ValueError."""
    given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    if unknown := sorted(given.keys() - {"endpoint", "region"}):
        raise ValueError(f"{unknown[0]!r} is not a known parameter")
    found = {f"{name}_name" if name == "region" else f"{name}_url": given[name] for name in given}
    if "endpoint" in given and not re.fullmatch(r"https?://[^/@?#\s]+/?", given["endpoint"]):
        raise ValueError("endpoint must be only scheme and host, such as https://s3.example.gov")
    if "region" in given and not re.fullmatch(r"[A-Za-z0-9-]+", given["region"]):
        raise ValueError(f"{given['region']!r} is not a region")
    return found
