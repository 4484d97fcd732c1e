"""Fixtures: a full archive, an emptied one, and helpers that compare exports."""

import datetime
import hashlib
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from releases import archive, publishing
from releases.media import intake, stored_files
from releases.models import (
    Boilerplate,
    Contact,
    LegacyURL,
    Office,
    PinnedResult,
    Redirect,
    ReleaseTemplate,
    Section,
    Synonym,
    TemplateSection,
    Topic,
    TopicRedirect,
)
from releases.publishing import previews
from tests.media import samples


@pytest.fixture
def full_archive(
    transactional_db, corrected, publish, make_release, staff, attach_image, attach_pdf
):
    """One of everything: a corrected release with a section and a renamed topic, its translation
    with a proposed correction, a shared one under embargo, a withdrawn one with source bytes,
    drafts with files, and the audit entry of a deleted draft."""
    publisher = staff("publisher", "Ana")
    publisher.user_permissions.add(publisher.groups.get().permissions.first())
    topic = Topic.objects.create(name="Consumer Protection", slug="former")
    publishing.add_topics(corrected, [topic])
    with transaction.atomic():
        Section.objects.create(release=corrected, position=1, body="Hours are posted.")
        publishing.record_change(corrected, "update", "With hours.")
    Topic.objects.update(slug="consumers")
    LegacyURL.objects.create(release=corrected, url="http://old.example/1", key="/1")
    pictured = make_release(title="A draft with a “picture” and a \u2028 line separator")
    attach_image(pictured, is_lead=True, focus_x=20, after_paragraph=1)
    attach_pdf(make_release(title="A draft with a document"), "Text of the complaint")
    spanish = publish(title="El condado abre una oficina", language="es", translation_of=corrected)
    proposed = {**spanish.snapshot(), "title": "El condado abre dos oficinas"}
    publishing.propose_correction(spanish, proposed, "correction", "Son dos.", by=publisher)
    embargoed = publish(timezone.now() + datetime.timedelta(days=1), title="Not yet")
    link, _ = previews.create_preview(
        embargoed, "Jane Roe, Daily Example", embargoed.release_at, by=publisher
    )
    previews.record_preview_use(link, timezone.now())
    withdrawn = publish(title="Wrong from the start", source_bytes=b"\x00\xff bytes")
    publishing.withdraw(withdrawn, "It was wrong.")
    fill_parts(publisher, topic)
    draft = make_release(title="Soon gone")
    publishing.record_deletion(draft, by=staff("administrator"))
    draft.delete()


def fill_parts(by, topic) -> None:
    """A contact, a boilerplate and a template with a topic and a section."""
    contact = Contact.objects.create(name="Jane Roe", phone="(555) 010-0100")
    about = Boilerplate(name="About the county")
    publishing.save_boilerplate(about, "About", "It serves all.", by)
    named = {"name": "Statement", "contact": contact, "boilerplate": about}
    template = ReleaseTemplate.objects.create(**named)
    TopicRedirect.objects.create(slug="older", topic=topic)
    template.topics.add(topic)
    publishing.save_redirect(Redirect(address="/old/feed.php", target="/releases/"))
    publishing.save_synonym(Synonym(words="cell phone, mobile phone"))
    number = topic.releases.exclude(number=None).values_list("number", flat=True)[0]
    publishing.save_pinned(PinnedResult(queries="hours", releases=number))
    seal = intake.prepare_seal(samples.upload(samples.photograph()))
    publishing.save_office(Office(name="County", languages=["en"], seal_alt="Seal"), seal)
    TemplateSection.objects.create(template=template, body="Text.")


@pytest.fixture
def empty_archive(transactional_db, media_folder):
    """Return a function that empties database and storage, as after `migrate`."""

    def empty() -> None:
        call_command("flush", interactive=False, verbosity=0)
        for name in list(stored_files.list_names(default_storage)):
            default_storage.delete(name)
        shutil.rmtree(media_folder, ignore_errors=True)

    return empty


@pytest.fixture
def exported(full_archive, empty_archive, tmp_path) -> Path:
    archive.export(tmp_path / "out")
    empty_archive()
    return tmp_path / "out"


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rewrite(folder: Path, name: str, old: bytes, new: bytes) -> None:
    """Change a file and its checksum, as an attacker would."""
    before = (folder / name).read_bytes()
    after = before.replace(old, new, 1)
    assert after != before
    (folder / name).write_bytes(after)
    sums = (folder / "SHA256SUMS").read_text()
    was, becomes = (hashlib.sha256(data).hexdigest() for data in (before, after))
    (folder / "SHA256SUMS").write_text(sums.replace(was, becomes))
