"""Valid and invalid values of MEDIA_STORAGE."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra import storage
from tests.programs import SECRET_KEY

PROJECT = Path(__file__).resolve().parents[3]


def test_without_it_files_lie_in_the_folder():
    assert storage.backend("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("s3://press", {"bucket_name": "press", "location": ""}),
        ("s3://press/", {"bucket_name": "press", "location": ""}),
        ("s3://press/site-1/media/", {"bucket_name": "press", "location": "site-1/media"}),
        (
            "s3://press?endpoint=https://storage.example.gov:9000&region=here-1",
            {
                "bucket_name": "press",
                "location": "",
                "endpoint_url": "https://storage.example.gov:9000",
                "region_name": "here-1",
            },
        ),
    ],
)
def test_bucket_prefix_server_and_region_are_read(address, options):
    assert storage.backend(address) == {"BACKEND": storage.BUCKET, "OPTIONS": options}


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("/srv/media", "it is not the address of a bucket"),
        ("https://press.s3.example/", "it is not the address of a bucket"),
        ("s3://", "'' is not the name of a bucket"),
        ("s3://press room", "'press room' is not the name of a bucket"),
        ("s3://press/../other", "'/../other' is not a prefix"),
        ("s3://press//media", "'//media' is not a prefix"),
        ("s3://press?endpint=https://x", "'endpint' is not a known parameter"),
        ("s3://press?endpoint=storage.example.gov", "endpoint must be only scheme and host"),
        ("s3://press?endpoint=https://x/path", "endpoint must be only scheme and host"),
        ("s3://press?region=", "'' is not a region"),
        ("s3://press?region", "bad query field"),
        ("s3://[press", "Invalid IPv6 URL"),
    ],
)
def test_wrong_value_is_named_with_the_remedy(address, fault):
    with pytest.raises(ImproperlyConfigured) as refused:
        storage.backend(address)

    assert str(refused.value).startswith(f"MEDIA_STORAGE: {fault}")
    assert "s3://BUCKET/PREFIX?endpoint=" in str(refused.value)


def test_keys_in_the_address_are_refused_and_not_repeated():
    with pytest.raises(ImproperlyConfigured, match="keys do not belong in it") as refused:
        storage.backend("s3://AKIAEXAMPLE:hush-hush@press")

    assert "hush" not in str(refused.value)


def run_python(code, **environment):
    own = {"PATH": os.environ["PATH"], "SECRET_KEY": SECRET_KEY, "HTTPS": "off", **environment}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True)


NOTHING_OF_S3 = "import sys, pressroom.wsgi; print({'boto3', 'storages'} & {*sys.modules})"
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(("address", "loaded"), [("", "set()"), ("s3://press", "{'")])
def test_s3_client_is_imported_only_if_used(tmp_path, address, loaded):
    (tmp_path / "static").mkdir()
    started = run_python(
        NOTHING_OF_S3, VAR_DIR=str(tmp_path), DATABASE_URL=NOWHERE, MEDIA_STORAGE=address
    )

    assert started.stdout.startswith(loaded), started.stderr


def test_front_end_server_cannot_send_bucket_files():
    refused = run_python(
        "import pressroom.settings", MEDIA_STORAGE="s3://press", MEDIA_HANDOVER="x-accel"
    )

    assert "MEDIA_HANDOVER and MEDIA_STORAGE are both set" in refused.stderr
