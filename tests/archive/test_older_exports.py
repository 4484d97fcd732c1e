"""Restoring exports of older versions."""

import json
from pathlib import Path

from django.contrib.auth.models import Group

from releases import archive
from releases.archive.tables import TABLES
from releases.models import FeedAuthority, Image, ProposedCorrection, Release
from releases.publishing import roles
from tests.archive.conftest import rewrite


def test_export_without_proposed_release_times_is_restored():
    [releases] = [table for table in TABLES if table.name == "releases"]

    assert releases.row({"id": 1, "title": "Old"}).proposed_release_at is None


def without_table(folder: Path, name: str) -> Path:
    """Remove a table from the export, as a Pressroom without that table wrote it."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["tables"].pop(name)["rows"] == 1
    data = (json.dumps(manifest, indent=2) + "\n").encode()
    rewrite(folder, "manifest.json", (folder / "manifest.json").read_bytes(), data)
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if name not in line))
    (folder / f"{name}.jsonl").unlink()
    return folder


def test_export_from_before_proposals_is_restored(exported):
    archive.restore(without_table(exported, "proposed_corrections"))

    assert Release.objects.exists()
    assert not ProposedCorrection.objects.exists()


def test_export_from_before_lead_images_is_restored(exported):
    images = exported / "images.jsonl"
    before = images.read_bytes()
    line = json.loads(before)
    for name in ("is_lead", "focus_x", "focus_y", "after_paragraph"):
        del line[name]
    rewrite(exported, "images.jsonl", before, json.dumps(line).encode() + b"\n")

    archive.restore(exported)

    image = Image.objects.get()
    assert (image.is_lead, image.focus, image.after_paragraph) == (False, (50, 50), None)


def test_export_without_feed_authority_gets_it_from_the_settings(exported, settings):
    settings.FEED_ID_AUTHORITY = "first.example"

    archive.restore(without_table(exported, "feed_authority"))

    assert FeedAuthority.stored() == "first.example"


def test_renamed_models_keep_their_names_in_exported_permissions(exported):
    writer = json.loads((exported / "roles.jsonl").read_text().splitlines()[-2])
    assert (writer["group"], "releases.auditline.view_auditline" in writer["may"]) == ("writer", 1)

    archive.restore(exported)

    assert Group.objects.get(name="writer").permissions.filter(codename="view_auditentry").exists()


def test_older_export_gets_the_roles_newer_permissions(exported):
    lines = (exported / "roles.jsonl").read_bytes()
    rewrite(exported, "roles.jsonl", lines, lines.replace(b'"releases.contact.add_contact",', b""))
    as_known(exported, lambda known: [])

    archive.restore(exported)

    for role in roles.PERMISSIONS_BY_ROLE:
        granted = Group.objects.get(name=role).permissions.all()
        assert set(roles.standard_permissions(role)) <= set(granted), role


def test_permission_that_the_office_took_from_a_role_stays_taken(exported):
    lines = (exported / "roles.jsonl").read_bytes()
    rewrite(exported, "roles.jsonl", lines, lines.replace(b'"releases.contact.add_contact",', b""))

    archive.restore(exported)

    publisher = Group.objects.get(name="publisher").permissions
    assert not publisher.filter(codename="add_contact").exists()
    assert publisher.filter(codename="change_contact").exists()


def as_known(folder: Path, known) -> None:
    """Change the list of permissions that the exporting site knew."""
    before = (folder / "manifest.json").read_bytes()
    manifest = json.loads(before)
    manifest["permissions"] = known(manifest["permissions"])
    rewrite(folder, "manifest.json", before, (json.dumps(manifest, indent=2) + "\n").encode())


def test_new_installation_gives_the_roles_their_standard_permissions(db):
    for role in roles.PERMISSIONS_BY_ROLE:
        granted = Group.objects.get(name=role).permissions.all()
        assert set(granted) == set(roles.standard_permissions(role)), role
