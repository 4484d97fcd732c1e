"""manifest.csv overrules what was read, in folders, archives and uploads."""

import datetime

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.records import RejectedRecord
from tests.importing.formats.documents import zipped

TEXT = "City Opens a Pool\n\nOAKFIELD – The city opened a pool today.\n"
MANIFEST = """File;Title;Date;URL;Topics;ID
news/pool.txt;The Pool Is Open;2024-05-14;https://city.example/7;Pools|City;7
news/gone.txt;Gone;;;;
"""
FILES = {"manifest.csv": MANIFEST, "news/pool.txt": TEXT, "news/rink.txt": TEXT}


def by_name(found):
    return {each.name.rpartition("/")[2]: each for each in found}


def check(found):
    files = by_name(found)
    pool, rink, gone = (files[f"{name}.txt"] for name in ("pool", "rink", "gone"))

    assert len(files) == 3
    assert (pool.parsed.title, pool.parsed.date) == ("The Pool Is Open", datetime.date(2024, 5, 14))
    assert (pool.parsed.url, pool.key) == ("https://city.example/7", "7")
    assert pool.parsed.topics == ("Pools", "City")
    assert pool.parsed.body == "OAKFIELD – The city opened a pool today."
    assert "date_missing" not in {each.code for each in pool.parsed.warnings}
    assert rink.parsed.title == "City Opens a Pool"
    assert "manifest" in {each.code for each in rink.parsed.warnings}
    assert isinstance(gone, RejectedRecord)


def test_manifest_of_a_folder_overrules_its_files(tmp_path):
    (tmp_path / "news").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    check(formats.read_files([tmp_path]))


def test_manifest_of_an_archive_or_its_only_folder_overrules():
    check(formats.read_all([InputFile("x.zip", zipped(FILES))]))
    inner = {f"site/{name}": text for name, text in FILES.items()}
    check(formats.read_all([InputFile("x.zip", zipped(inner))]))


def test_manifest_among_uploaded_files_overrules_them():
    check(formats.read_all([InputFile(name, text.encode()) for name, text in FILES.items()]))


def test_table_that_names_no_files_is_a_table():
    files = {"manifest.csv": "title,body\nA Title,Some text.\n"}

    [record] = formats.read_all([InputFile("x.zip", zipped(files))])

    assert record.parsed.title == "A Title"


def test_columns_that_no_field_reads_are_named():
    files = {"manifest.csv": "file,title,Title,body,Mood\na.txt,One,Two,x,Glad\n", "a.txt": TEXT}

    [record] = formats.read_all([InputFile("x.zip", zipped(files))])

    assert record.parsed.title == "One"
    assert record.unread == ("title (not read)", "body", "mood")
