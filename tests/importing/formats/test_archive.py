"""The files in zip and tar archives are read like files in a folder."""

import io
import tarfile
import zipfile

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


@pytest.mark.parametrize("pack", [zipped, in_tar])
def test_upload_counts_the_unpacked_size_of_archives_in_archives(monkeypatch, pack):
    inner = zipped({"b.zip": pack({"a.txt": "a" * 200_000})})
    monkeypatch.setattr(posted, "MAX_UPLOAD_BYTES", 100_000)

    with pytest.raises(posted.UploadTooLargeError, match="decompressed"):
        posted.check_size([InputFile("x.zip", inner)])


def test_links_and_paths_upward_are_named_or_read_never_followed():
    link = tarfile.TarInfo("a.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as packed:
        packed.addfile(link)
    zip_link = zipfile.ZipInfo("a.txt")
    zip_link.external_attr = 0o120777 << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archived:
        archived.writestr(zip_link, "/etc/passwd")

    for name, packed_bytes in (("x.tar", data.getvalue()), ("x.zip", linked.getvalue())):
        [rejected] = read(name, packed_bytes)
        assert (rejected.name, rejected.reason) == (f"{name}/a.txt", archive.NO_FILE)
    for packed_bytes in (in_tar({"../a.txt": TEXT}), zipped({"../a.txt": TEXT})):
        [record] = read("x", packed_bytes)
        assert record.parsed.title == "City Opens a Pool"


def test_links_out_of_a_folder_are_named_and_not_followed(tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text(TEXT)
    for name, target in {
        "a.txt": tmp_path / "secret.txt",
        "b": tmp_path,
        "c.txt": folder / "absent",
        "d.txt": folder / "d.txt",
        "e.txt": folder / "inside.txt",
    }.items():
        (folder / name).symlink_to(target)
    (folder / "inside.txt").write_text(TEXT)

    *rejected, linked, inside = formats.read_files([folder])

    assert [each.reason == formats.LEADS_OUT for each in rejected] == [True, True, False, False]
    assert linked.parsed.title == inside.parsed.title == "City Opens a Pool"
    assert formats.count([folder]) == 6
