"""JSON Lines and CSV become records; a bad one does not affect the others."""

import gzip
import json
import os

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.records import RejectedRecord

RECORD = {
    "source": "county",
    "id": "17",
    "title": "County Opens a Records Office",
    "date": "2024-05-14",
    "contact": "(555) 010-0100",
    "body": "SPRINGFIELD – The county opened a records office.\n\nIt is open to all.",
    "language": "en",
    "url": "https://county.example/News/Office.htm",
    "topics": ["Records", "County"],
    "unknown": 1,
}


def write_jsonl(folder, *lines):
    path = folder / "records.jsonl"
    path.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    )
    return path


def read(path):
    """Return each record of a file, or its rejection."""
    return list(formats.read_files([path]))


def test_json_line_becomes_a_record(tmp_path):
    [record] = read(write_jsonl(tmp_path, RECORD))

    assert record.parsed.title == RECORD["title"]
    assert record.parsed.date.isoformat() == "2024-05-14"
    assert record.parsed.dateline == "SPRINGFIELD"
    assert record.parsed.body == RECORD["body"]
    assert record.parsed.topics == ("Records", "County")
    assert record.parsed.url == RECORD["url"]
    assert '"unknown": 1' in record.source.text
    assert [w.code for w in record.parsed.warnings] == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "It is not JSON"),
        (b"[1]", "It is not a JSON object"),
        (b"[" * 100_000, "It is not JSON"),
        (b"\x00\x01\x02\x03\x04\x05", "binary data"),
    ],
)
def test_bad_line_is_rejected_by_number_alone(tmp_path, line, reason):
    rejected, record = read(write_jsonl(tmp_path, line, RECORD))

    assert isinstance(rejected, RejectedRecord)
    assert rejected.name.endswith("records.jsonl:1")
    assert reason in rejected.reason
    assert record.key == "county:17"


@pytest.mark.parametrize(
    ("field", "value"),
    [("date", "soon"), ("title", {"a": 1}), ("topics", [1]), ("sections", "x"), ("language", "?!")],
)
def test_field_of_the_wrong_type_is_left_out_with_a_warning(tmp_path, field, value):
    [record] = read(write_jsonl(tmp_path, {**RECORD, field: value}))

    assert (field, "left_out") in [(w.field, w.code) for w in record.parsed.warnings]


def test_source_and_id_are_the_key(tmp_path):
    [found] = formats.read_files([write_jsonl(tmp_path, RECORD)])

    assert found.key == "county:17"


def test_mojibake_in_a_field_is_repaired_with_a_warning(tmp_path):
    [record] = read(write_jsonl(tmp_path, {**RECORD, "title": "The Mayorâ€™s CafÃ©"}))

    assert record.parsed.title == "The Mayor’s Café"
    assert [(w.field, w.code) for w in record.parsed.warnings] == [("title", "mojibake")]


@pytest.mark.parametrize("field", ["title", "body", "topics", "sections"])
def test_broken_characters_become_replacement_characters_with_a_warning(tmp_path, field):
    broken = {"topics": ["A \ud800"], "sections": [{"heading": "", "body": "A \ud800"}]}

    [record] = read(write_jsonl(tmp_path, {**RECORD, field: broken.get(field, "A \ud800")}))

    assert "A \ufffd" in f"{record.parsed}"
    assert "unreadable_characters" in [w.code for w in record.parsed.warnings]
    assert "\ud800" not in repr(record.parsed)


def test_printed_date_is_read(tmp_path):
    [record] = read(write_jsonl(tmp_path, {**RECORD, "date": "May 14, 2024"}))

    assert record.parsed.date.isoformat() == "2024-05-14"


def test_gzipped_lines_are_read(tmp_path):
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(RECORD).encode()))

    assert [record.key for record in read(path)] == ["county:17"]


@pytest.mark.parametrize("name", ["records.jsonl", "records.jsonl.gz", "records.csv"])
def test_uploaded_bytes_are_read_like_a_file(tmp_path, name):
    rows = "id,title\n17,One\n" if name.endswith("csv") else json.dumps(RECORD)
    data = gzip.compress(rows.encode()) if name.endswith("gz") else rows.encode()
    path = tmp_path / name
    path.write_bytes(data)

    [sent] = formats.read_all([InputFile(name, data)])
    [on_disk] = read(path)

    assert sent.parsed == on_disk.parsed
    assert sent.source.name.startswith(name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_row_becomes_a_record(tmp_path, encoding):
    path = tmp_path / "records.csv"
    rows = 'id,title,date,body,topics\n1,"Café, Opened",2024-05-14,"One.\n\nTwo.",A|B\n'
    path.write_bytes(rows.encode(encoding))

    [record] = read(path)

    assert (record.key, record.parsed.title, record.parsed.topics) == (
        "1",
        "Café, Opened",
        ("A", "B"),
    )
    assert record.parsed.body == "One.\n\nTwo."


def test_csv_row_of_another_width_is_rejected_alone(tmp_path):
    path = tmp_path / "records.csv"
    path.write_text("id,title\n1\n2,Two\n")

    rejected, record = read(path)

    assert rejected.name.endswith("row 1")
    assert record.key == "2"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "title\n".encode("utf-16") + b"\x00\xd8"),
        ("a.csv.gz", gzip.compress(b"id,title\n1,One\n", mtime=0)[:-9]),
        ("a.jsonl.gz", gzip.compress(json.dumps(RECORD).encode(), mtime=0)[:-9]),
        ("a.jsonl.gz", b"no gzip"),
    ],
)
def test_broken_file_is_rejected_by_name_and_never_raises(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)

    rejected = read(path)[-1]

    assert rejected.name == str(path)
    assert "cannot be read to the end" in rejected.reason


def test_releases_of_one_text_file_are_records_of_their_own(tmp_path):
    path = tmp_path / "two.txt"
    texts = [f"May {day}, 2024\n\nCounty Opens Hall {day}\n\n{RECORD['body']}" for day in (1, 2)]
    path.write_text("\n\n###\n\n".join(texts))

    records = read(path)

    assert [record.parsed.title for record in records] == [
        "County Opens Hall 1",
        "County Opens Hall 2",
    ]
    assert [record.name for record in records] == [f"{path}, release 1", f"{path}, release 2"]
    assert "".join(record.source.text for record in records) == path.read_text()


def test_pipe_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to("pipe")
    os.mkfifo(tmp_path / "folder" / "pipe")

    found = [*formats.read_files([pipe]), *formats.read_files([tmp_path / "folder"])]

    assert [each.reason for each in found] == [formats.NO_FILE] * 2
    assert formats.count([pipe]) == 1
