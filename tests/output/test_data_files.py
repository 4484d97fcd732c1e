"""Data files have everything public, and nothing else, also after a later withdrawal."""

import csv
import datetime
import fcntl
import gzip
import hashlib
import io
import json
import sqlite3

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from releases import publishing
from releases.output import data_build, data_files
from tests.test_embargo import LIFT

SITE = "https://press.example.gov"
NOON = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC)


@pytest.fixture
def build():
    """Return a function that builds the files, by default now, and returns the texts by name."""

    def make(at=None):
        built = data_build.build(SITE, at or timezone.now())
        return {file.name: _text(data_files.root() / built.path(file.name)) for file in built.files}

    return make


def _text(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


def records(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_file_has_every_public_release_and_its_text(publish, build, monkeypatch):
    monkeypatch.setattr(data_build, "BATCH", 2)
    numbers = [publish(body=f"Text {n}.\n\n=SUM({n})").number for n in range(5)]
    publish(title="=A1").topics.create(name="Water", slug="water")

    texts = build()

    lines = [json.loads(line) for line in texts["releases.jsonl.gz"].splitlines()]
    rows = records(texts["releases.csv.gz"])
    assert {row["number"] for row in lines} > set(numbers)
    assert [row["number"] for row in rows] == [row["number"] for row in lines]
    assert (rows[0]["title"], lines[0]["title"]) == ("'=A1", "=A1")
    assert (rows[0]["topics"], lines[0]["topics"]) == ("Water", ["Water"])
    assert lines[1]["text"] == "Text 4.\n\n=SUM(4)"
    assert lines[1]["url"].startswith(f"{SITE}/releases/")
    assert "Text 4." in texts["releases.sqlite"]


def test_withdrawn_embargoed_and_removed_text_is_in_no_file(publish, build, make_release):
    publishing.withdraw(publish(LIFT, body="Gluxmark"), "It was wrong.")
    publishing.remove(publish(LIFT, body="Gluxmark", title="Gluxmark"), "A minor.", True)
    publish(timezone.now() + datetime.timedelta(hours=1), body="Gluxmark")
    make_release(body="Gluxmark")

    texts = build()

    assert [name for name, text in texts.items() if "Gluxmark" in text] == []
    reasons = [row["note"] for row in records(texts["corrections.csv.gz"])]
    assert sorted(reasons) == ["A minor.", "It was wrong."]


def test_files_are_described_by_size_and_checksum(client, publish, build):
    publish()
    build()
    package = client.get("/data/datapackage.json").json()

    for resource in package["resources"]:
        address = resource["path"].removeprefix("http://testserver")
        content = b"".join(client.get(address))
        assert len(content) == resource["bytes"]
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]
    fields = package["resources"][0]["schema"]["fields"]
    assert all(field["description"] for field in fields)
    page = client.get("/data/").text
    assert resource["hash"].removeprefix("sha256:") in page


@pytest.mark.parametrize(
    "act",
    [
        lambda release: publishing.withdraw(release, "It was wrong."),
        lambda release: publishing.remove(release, "It named a minor."),
        lambda release: publishing.block(release, "A court order."),
    ],
)
def test_files_are_withheld_until_made_again_after_a_withdrawal(client, publish, build, act):
    release = publish(body="Gluxmark")
    build()
    address = "/data/releases.jsonl.gz"
    etag = client.get(address).headers["ETag"]
    act(release)

    again = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.headers["Retry-After"]) == (503, "900")
    assert client.get("/data/datapackage.json").status_code == 503
    page = client.get("/data/")
    assert page.status_code == 200
    assert "being made again" in page.text
    assert "Gluxmark" not in str(build())
    assert client.get(address).status_code == 200


def test_removed_after_withdrawn_withholds_files_again(client, publish, build):
    release = publishing.withdraw(publish(), "It quoted Gluxmark.")
    build()
    publishing.remove(release, "It named a minor.")

    assert client.get("/data/corrections.csv.gz").status_code == 503


def test_other_changes_leave_the_files_available(client, publish, build):
    release = publish()
    build()
    publish()
    publishing.rename(release, "another-slug")

    assert client.get("/data/releases.csv.gz").status_code == 200


def test_page_says_before_the_first_build_when_files_come(client, db):
    assert "made every night" in client.get("/data/").text
    assert client.get("/data/releases.csv.gz").status_code == 404
    assert "cada noche" in client.get("/es/data/").text


def test_build_replaces_the_last_one_and_an_interrupted_one_does_not(
    client, publish, build, data_folder, monkeypatch
):
    publish()
    build()
    first = data_files.current()
    monkeypatch.setattr(data_build, "_describe", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build()
    assert data_files.current() == first
    monkeypatch.undo()
    monkeypatch.setattr("django.conf.settings.DATA_DIR", data_folder)

    build()

    assert data_files.current() != first
    assert [path.name for path in data_folder.iterdir() if path.is_dir()] == [
        data_files.current().folder
    ]


def test_part_of_a_file_can_be_requested(client, publish, build):
    publish()
    build()
    whole = b"".join(client.get("/data/releases.sqlite"))

    part = client.get("/data/releases.sqlite", headers={"Range": "bytes=10-19"})

    assert (part.status_code, b"".join(part)) == (206, whole[10:20])
    beyond = client.get("/data/releases.sqlite", headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


def test_command_builds_once_a_day_and_after_a_withdrawal(publish, settings, monkeypatch):
    settings.SITE_ORIGIN = SITE
    release = publish()
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    builds = []

    def run():
        call_command("build_data_files", "--if-needed")
        builds.append(data_files.current().folder)

    run()
    run()
    publishing.withdraw(release, "It was wrong.")
    run()
    monkeypatch.setattr(timezone, "now", lambda: NOON + datetime.timedelta(days=1))
    run()

    assert builds[0] == builds[1]
    assert len(set(builds)) == 3


def test_command_refuses_without_the_address_of_the_site(db):
    with pytest.raises(CommandError, match="SITE_ORIGIN"):
        call_command("build_data_files")


def test_second_build_at_the_same_time_leaves_the_first_one(settings, publish, build):
    settings.SITE_ORIGIN = SITE
    publish()
    build()

    with (data_files.root() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="another build is under way"):
            call_command("build_data_files")

    assert len([path for path in data_files.root().iterdir() if path.is_dir()]) == 1
