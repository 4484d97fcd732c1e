"""Files move between folder and bucket with none lost or overwritten."""

from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command

from releases.media import stored_files

FILES = {"a/original": b"one", "a/480.jpg": b"two" * 50_000, "b/deep/er.pdf": b"", "top": b"3"}


def fill(storage):
    for name, data in FILES.items():
        storage.save(name, ContentFile(data))


def contents(storage):
    found = {}
    for name in stored_files.list_names(storage):
        with storage.open(name) as file:
            found[name] = file.read()
    return found


def run(source):
    out = StringIO()
    call_command("copy_files", str(source), stdout=out)
    return out.getvalue()


def test_folder_into_the_storage_and_again(either_storage, tmp_path):
    fill(FileSystemStorage(tmp_path / "old"))

    assert "4 copied" in run(tmp_path / "old")
    assert contents(default_storage) == FILES
    assert "4 already in the target" in run(tmp_path / "old")
    assert contents(default_storage) == FILES


def test_bucket_into_another_and_into_the_folder(keep_files_in, bucket, s3_server, settings):
    fill(default_storage)
    before = settings.MEDIA_STORAGE

    keep_files_in(s3_server.address("test-copied"))
    run(before)
    assert contents(default_storage) == FILES

    keep_files_in("")
    run(before)
    assert contents(default_storage) == FILES


def test_different_content_in_the_target_is_reported_and_kept(either_storage, tmp_path, capsys):
    fill(FileSystemStorage(tmp_path / "old"))
    default_storage.save("top", ContentFile(b"another"))

    with pytest.raises(CommandError, match="other content there"):
        run(tmp_path / "old")

    assert "top exists in the target with different content" in capsys.readouterr().err
    assert contents(default_storage) == {**FILES, "top": b"another"}


@pytest.mark.parametrize("source", ["/no/such/folder", "s3://", "gs://press"])
def test_missing_source_folder_is_named(source, tmp_path):
    with pytest.raises(CommandError, match=f"There is no folder {source}. FROM: "):
        run(source)
