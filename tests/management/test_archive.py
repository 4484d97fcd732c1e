"""Commands that export and restore."""

import pytest
from django.core.management import CommandError, call_command

from releases.models import Release

pytestmark = pytest.mark.django_db(transaction=True)


def test_export_and_restore_report_their_results(publish, tmp_path, capsys):
    publish()
    call_command("export_archive", tmp_path / "out")
    out = capsys.readouterr().out
    assert "1 releases" in out
    assert f"The archive is in {tmp_path / 'out'}." in out

    call_command("flush", interactive=False, verbosity=0)
    call_command("restore_archive", tmp_path / "out")
    assert "1 versions" in capsys.readouterr().out
    assert Release.objects.published().count() == 1


def test_refusal_has_a_message_and_an_exit_code(publish, tmp_path):
    publish()
    call_command("export_archive", tmp_path / "out", verbosity=0)

    with pytest.raises(CommandError, match="Nothing was exported"):
        call_command("export_archive", tmp_path / "out")
    with pytest.raises(CommandError, match=r"Nothing was restored.*not empty"):
        call_command("restore_archive", tmp_path / "out")


def test_existing_damage_fails_the_command_but_not_the_export(
    make_release, attach_image, media_folder, tmp_path
):
    attach_image(make_release())
    next(media_folder.rglob("original")).write_bytes(b"damaged")

    with pytest.raises(CommandError, match=r"some data was damaged before:\nThe stored file"):
        call_command("export_archive", tmp_path / "out")

    assert (tmp_path / "out" / "manifest.json").is_file()
    assert Release.objects.exists()
