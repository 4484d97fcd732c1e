"""Bytes become text with a named encoding, or are rejected with a reason."""

import gzip

import pytest

from releases.importing import decoding
from releases.importing.decoding import InputFile, UnreadableFileError


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Ibáñez".encode(), "utf-8"),
        ("Ibáñez".encode("utf-8-sig"), "utf-8-sig"),
        ("Ibáñez".encode("utf-16"), "utf-16"),
        ("Ibáñez “accord”".encode("cp1252"), "cp1252"),
    ],
)
def test_encoding_is_found(data, encoding):
    source = decoding.decode(data, "a.txt")

    assert source.encoding == encoding
    assert source.text.startswith("Ibáñez")


def test_windows_1252_is_decoded_with_a_warning_naming_the_byte():
    source = decoding.decode(b"Ib\xe1\xf1ez", "a.txt")

    assert [warning.code for warning in source.warnings] == ["encoding"]
    assert "Byte 2 (0xE1)" in source.warnings[0].message


def test_undefined_windows_byte_becomes_a_control_character():
    assert decoding.decode(b"caf\xe9 \x81", "a.txt").text == "café \x81"


def test_utf8_raises_no_warning():
    assert decoding.decode("Ibáñez".encode(), "a.txt").warnings == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "It is empty"),
        (b" \r\n\t", "It is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "binary data"),
        (b"\xff\xfea", "byte"),
    ],
)
def test_binary_data_is_rejected_with_a_reason(data, reason):
    with pytest.raises(UnreadableFileError, match=reason):
        decoding.decode(data, "a.txt")


def test_missing_file_is_rejected_with_a_reason(tmp_path):
    with pytest.raises(UnreadableFileError, match="No such file"):
        decoding.read(InputFile.at(tmp_path / "nowhere.txt"))


def test_folders_are_listed_in_a_stable_order(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("b.txt", "a.txt", "below/c.txt"):
        (tmp_path / name).write_text("x")

    found = list(decoding.find_files([tmp_path]))

    assert [path.name for path in found] == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_bom_is_detected_by_its_nuls(encoding):
    source = decoding.decode("The county’s office".encode(encoding), "a.txt")

    assert (source.text, source.encoding) == ("The county’s office", encoding)


def test_gzipped_file_is_decompressed(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"The county"))

    assert decoding.read(InputFile.at(path)).text == "The county"


def test_broken_gzip_is_rejected_with_a_reason(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"The county")[:-9])

    with pytest.raises(UnreadableFileError, match="cannot be read to the end"):
        decoding.read(InputFile.at(path))


def test_uploaded_bytes_are_read_like_a_file():
    assert decoding.read(InputFile("a.txt", b"The county")).text == "The county"
    assert decoding.read(InputFile("a.txt.gz", gzip.compress(b"The county"))).text == "The county"


def test_gzip_bomb_is_rejected_before_it_fills_memory():
    bomb = InputFile("a.txt.gz", gzip.compress(b"a" * (decoding.MAX_FILE_BYTES + 1)))

    with pytest.raises(UnreadableFileError, match="larger than 20 MB"):
        decoding.read(bomb)


def test_mojibake_is_repaired_with_a_warning():
    broken = "The countyâ€™s office in CaÃ±ada".encode()

    text, warnings = decoding.fix_mojibake(decoding.decode(broken, "a.txt").text)

    assert text == "The county’s office in Cañada"
    assert [warning.code for warning in warnings] == ["mojibake"]
    assert "countyâ€™s" in warnings[0].message


@pytest.mark.parametrize(
    "text", ["Ibáñez “accord” — año", "Ã is a letter", "«CAFÉ»", "½ – ¾", "plain"]
)
def test_text_without_mojibake_is_unchanged(text):
    assert decoding.fix_mojibake(text) == (text, ())
