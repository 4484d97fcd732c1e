"""The files in zip and tar archives are read like files in a folder."""

import io
import tarfile

import pytest

from releases.importing import formats, posted
from releases.importing.decoding import InputFile
from releases.importing.formats import archive
from releases.importing.records import RejectedRecord
from tests.importing.formats.documents import zipped

TEXT = "City Opens a Pool\n\nMay 14, 2024\n\nOAKFIELD – The city opened a pool today.\n"
ROWS = "id,title,date,body\n1,City Opens a Road,2024-05-15,It is open.\n"
FILES = {"b/pool.txt": TEXT, "a.csv": ROWS, "__MACOSX/x.txt": TEXT, ".hidden": TEXT, "s.css": "a{}"}


def in_tar(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as packed:
        for name, content in files.items():
            part = tarfile.TarInfo(name)
            part.size = len(content)
            packed.addfile(part, io.BytesIO(content.encode()))
    return data.getvalue()


def read(name, data):
    return list(formats.read_all([InputFile(name, data)]))


def test_each_file_is_read_by_its_own_format():
    for name, data in (("x.zip", zipped(FILES)), ("x.tar.gz", in_tar(FILES))):
        found = read(name, data)

        titles = {each.parsed.title for each in found if not isinstance(each, RejectedRecord)}
        assert titles == {"City Opens a Pool", "City Opens a Road"}
        assert [each.name for each in found if isinstance(each, RejectedRecord)] == [
            f"{name}/s.css"
        ]


def test_archives_in_archives_end(monkeypatch):
    data = zipped(FILES)
    for _ in range(archive.MAX_DEPTH):
        data = zipped({"inner.zip": data})

    [rejected] = read("x.zip", data)

    assert rejected.reason == archive.TOO_DEEP


def test_bomb_is_refused_by_its_stated_size():
    data = zipped({"a.txt": b"\0" * (archive.MAX_FILE_BYTES + 1)})

    [rejected] = read("x.zip", data)

    assert rejected.reason == archive.TOO_LARGE


def test_damaged_archive_is_rejected():
    for data in (in_tar(FILES)[:-40], zipped(FILES)[:-40]):
        *_, rejected = read("x", data)

        assert isinstance(rejected, RejectedRecord)


def test_upload_counts_the_unpacked_size(monkeypatch):
    monkeypatch.setattr(posted, "MAX_UPLOAD_BYTES", 1_000)
    data = zipped({"a.txt": "a" * 1_001})

    with pytest.raises(posted.UploadTooLargeError, match="decompressed"):
        posted.read([InputFile("x.zip", data)])
