"""Files in a bucket of a real S3-compatible server: private, streamed, and during an outage."""

import datetime
import math
import os
import time
import tracemalloc
import uuid
from contextlib import closing

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.test import Client
from django.utils import timezone

from pressroom.infra import circuit_breaker, storage
from pressroom.infra.storage import bucket as bucket_module
from pressroom.infra.storage.errors import StorageUnreachableError
from releases import publishing
from releases.management.commands.serve import THREADS
from releases.media import orphaned_files, storage_migration, stored_files
from tests.admin.test_files import again as again_sent
from tests.admin.test_files import picture, save
from tests.s3_server import BUCKET, S3Server

LARGE = 25_000_000  # bytes
LITTLE = 5_000_000


def objects(s3_server, prefix):
    with closing(s3_server.client()) as client:
        listed = client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        for each in listed:
            acl = client.get_object_acl(Bucket=BUCKET, Key=each["Key"])
            yield each["Key"], acl["Grants"]


def test_nothing_in_the_bucket_is_readable_without_credentials(
    bucket, s3_server, publish, attach_image
):
    attach_image(publish())

    found = dict(objects(s3_server, bucket.location))

    assert len(found) > 5
    for key, grants in found.items():
        assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
        assert grants[0]["Grantee"]["Type"] == "CanonicalUser"
        assert s3_server.status_for_a_stranger(key) == 403


def test_public_bucket_would_be_readable(bucket, s3_server):
    """Proves that the previous test can fail."""
    bucket.default_acl = "public-read"
    name = bucket.save("public", ContentFile(b"x"))

    assert s3_server.status_for_a_stranger(f"{bucket.location}/{name}") == 200


def test_no_page_links_to_the_bucket(bucket, client, publish, attach_image, s3_server):
    image = attach_image(release := publish())

    for address in (release.get_absolute_url(), image.address("full.jpg")):
        answer = client.get(address)
        shown = str(dict(answer.headers)) + ("" if answer.streaming else answer.text)
        assert bucket.location not in shown
        assert s3_server.base not in shown


def test_file_of_a_withdrawn_release_is_gone_immediately(bucket, client, publish, attach_image):
    image = attach_image(release := publish())
    assert client.get(image.address("full.jpg")).status_code == 200

    publishing.withdraw(release, "It was wrong.")

    assert client.get(image.address("full.jpg")).status_code == 404
    assert bucket.exists(image.stored()[0].file)


def test_name_is_never_used_twice(bucket):
    first = bucket.save("a/full.jpg", ContentFile(b"first"))
    second = bucket.save("a/full.jpg", ContentFile(b"second"))

    assert first != second
    with bucket.open(first) as file:
        assert file.read() == b"first"


def test_path_outside_the_prefix_is_refused(bucket):
    with pytest.raises(Exception, match=r"denied|traversal"):
        bucket.exists("../elsewhere")


def test_missing_file_raises_as_in_a_folder(bucket):
    with pytest.raises(FileNotFoundError), bucket.open("nothing") as file:
        file.read()
    for ask in (bucket.size, bucket.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask("nothing")
    assert not bucket.exists("nothing")


@pytest.fixture
def large(either_storage):
    data = os.urandom(LARGE)
    return either_storage.save("large", ContentFile(data)), data


def peak(do):
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_large_file_is_streamed_in_little_memory(large, tmp_path):
    name, data = large
    (tmp_path / "again").write_bytes(data)

    def send():
        for place, piece in enumerate(stored_files.FilePart(default_storage, name, range(LARGE))):
            start = place * stored_files.CHUNK_SIZE
            assert piece == data[start : start + stored_files.CHUNK_SIZE]

    def keep():
        with (tmp_path / "again").open("rb") as file:
            default_storage.save("again", file)

    assert peak(send) < LITTLE
    assert peak(keep) < LITTLE


def test_part_of_a_large_file_is_read_alone(large):
    name, data = large

    def read():
        with closing(
            stored_files.FilePart(default_storage, name, range(20_000_000, 20_000_010))
        ) as part:
            assert b"".join(part) == data[20_000_000:20_000_010]

    assert peak(read) < LITTLE


def test_only_the_requested_range_is_fetched(bucket, s3_server):
    name = bucket.save("large", ContentFile(os.urandom(1_000_000)))

    list(stored_files.FilePart(bucket, name, range(999_990, 1_000_000)))

    assert '" 206 ' in s3_server.requests()[-1]


@pytest.fixture
def own_server(tmp_path, keep_files_in, monkeypatch):
    """A separate server with this test's files, to be disturbed; timeouts are short."""
    monkeypatch.setattr(bucket_module, "READ_TIMEOUT", 0.5)
    monkeypatch.setattr(circuit_breaker, "OPEN_SECONDS", 0.3)
    server = S3Server(tmp_path / "log")
    server.start()
    keep_files_in(server.address("press"))
    yield server
    server.go_on()
    server.kill()


@pytest.fixture
def visitor():
    """Client that gets error pages instead of exceptions."""
    return Client(raise_request_exception=False)


def eventually(status, client, address):
    deadline = time.monotonic() + 5
    while (answer := client.get(address)).status_code != status:
        assert time.monotonic() < deadline, answer.status_code
        time.sleep(0.1)


def test_outage_leaves_pages_up_and_files_503_until_it_ends(
    own_server, visitor, admin_client, publish, attach_image, tmp_path
):
    image = attach_image(release := publish())
    kept = FileSystemStorage(tmp_path / "kept")
    assert {o for _, o in storage_migration.copy_files(default_storage, kept)} == {
        storage_migration.Outcome.COPIED
    }

    own_server.kill()

    assert visitor.get(release.get_absolute_url()).status_code == 200
    for address in (image.address("full.jpg"), f"/releases/{release.number}/kit.zip"):
        answer = visitor.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "Back in a moment" in answer.text
    refused = save(admin_client, release, images=[{"upload": picture(), "alt": "Typed just now"}])
    assert "File storage is unavailable right now" in refused.text
    assert "Typed just now" in refused.text
    assert release.images.get() == image

    own_server.start()
    again = storages.create_storage(storage.backend(own_server.address("press")))
    assert {o for _, o in storage_migration.copy_files(kept, again)} == {
        storage_migration.Outcome.COPIED
    }

    eventually(200, visitor, image.address("full.jpg"))
    assert visitor.get(f"/releases/{release.number}/kit.zip").status_code == 200
    change = {"change_kind": "update", "change_note": "A picture was added."}
    page = save(
        admin_client, release, images=[{"upload": picture(), "alt": "Typed again"}], **change
    )
    assert again_sent(admin_client, release, page).status_code == 302
    assert release.images.count() == 2


def test_hanging_server_delays_one_request_only(own_server, visitor, publish, attach_image):
    address = attach_image(publish()).address("full.jpg")
    own_server.hang()

    assert visitor.get(address).status_code == 503
    started = time.monotonic()
    assert visitor.get(address).status_code == 503
    assert time.monotonic() - started < 0.3

    own_server.go_on()
    eventually(200, visitor, address)


def test_keys_that_are_refused_make_a_503(own_server, visitor, publish, attach_image):
    address = attach_image(publish()).address("full.jpg")
    own_server.refuse_after(0)

    assert visitor.get(address).status_code == 503

    own_server.refuse_after(math.inf)
    assert visitor.get(address).status_code == 200


def test_missing_bucket_is_not_a_missing_file(s3_server, keep_files_in):
    keep_files_in(s3_server.address("press").replace(f"/{BUCKET}/", f"/{BUCKET}-2/"))

    with (
        pytest.raises(StorageUnreachableError, match="NoSuchBucket"),
        default_storage.open("a") as file,
    ):
        file.read()


def test_interrupted_upload_leaves_no_row_and_sweepable_files(own_server, publish, admin_client):
    release = publish()
    own_server.refuse_after(5)

    answer = save(admin_client, release, images=[{"upload": picture(), "alt": "Half"}])

    own_server.refuse_after(math.inf)
    assert "so nothing was saved" in answer.text
    assert not release.images.exists()
    assert len(list(stored_files.list_names(default_storage))) in (1, 2, 3)
    in_two_days = timezone.now() + datetime.timedelta(days=2)
    for orphan in orphaned_files.find_orphans(in_two_days):
        orphan.remove()
    assert list(stored_files.list_names(default_storage)) == []


def test_health_reports_the_bucket_and_stays_ready(own_server, client, db, monkeypatch):
    monkeypatch.setattr("releases.web.views.health.BUCKET_CHECK_TTL", 0)
    status = client.get("/health/ready").status_code
    assert client.get("/health/ready").json()["files"] == "up"

    own_server.hang()
    started = time.monotonic()
    answer = client.get("/health/ready")

    assert answer.json()["files"] == "down"
    assert answer.status_code == status
    assert time.monotonic() - started < 3


def test_health_does_not_report_a_folder(client, db):
    assert "files" not in client.get("/health/ready").json()


def test_threads_of_a_process_outnumber_those_that_wait_for_the_bucket():
    assert bucket_module.MAX_CONCURRENT == THREADS - 1


def test_location_is_a_prefix(s3_server, keep_files_in):
    prefix = uuid.uuid4().hex
    keep_files_in(s3_server.address(f"{prefix}/one"))
    default_storage.save("a", ContentFile(b"x"))

    keep_files_in(s3_server.address(f"{prefix}/o"))
    assert list(stored_files.list_names(default_storage)) == []
