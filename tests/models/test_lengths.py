"""Text limits apply to forms, imports and the database alike."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from releases import publishing
from releases.importing import formats
from releases.importing.loader import Loader
from releases.models import ProposedCorrection, Release, Section, Topic
from releases.models.lengths import (
    MAX_LINES,
    REASON,
    RELEASE_LIMITS,
    SECTION_LIMITS,
    WHOLE_RELEASE_LIMITS,
    excess,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("field", "most"), RELEASE_LIMITS.items())
def test_text_of_a_release_has_at_most_so_many_characters(field, most):
    release = Release.objects.create(**{field: "é" * most})

    setattr(release, field, "é" * (most + 1))
    with pytest.raises(ValidationError, match=f"at most {most:,} characters"):
        release.validate_constraints()
    with pytest.raises(IntegrityError, match=f"release_{field}_is_bounded"), transaction.atomic():
        release.save()


@pytest.mark.parametrize(("field", "most"), SECTION_LIMITS.items())
def test_text_of_a_section_has_at_most_so_many_characters(field, most):
    section = Section(release=Release.objects.create(), position=1, **{field: "a" * (most + 1)})

    with pytest.raises(ValidationError, match=f"at most {most:,} characters"):
        section.validate_constraints()
    with pytest.raises(IntegrityError, match=f"section_{field}_is_bounded"), transaction.atomic():
        section.save()


def test_text_has_at_most_so_many_lines():
    release = Release.objects.create(body="a\n" * MAX_LINES + "a")

    release.body += "\na"
    with pytest.raises(ValidationError, match="at most 10,000 lines"):
        release.validate_constraints()
    with pytest.raises(IntegrityError, match="release_lines_are_bounded"), transaction.atomic():
        release.save()


def test_import_of_a_longer_text_is_rejected_by_name_and_costs_no_other(tmp_path):
    long, short = ({"id": name, "title": name, "body": name} for name in ("long", "short"))
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({**long, "body": "a b " * 70_000}) + "\n" + json.dumps(short))

    outcomes = list(Loader().load(formats.read_files([path])))

    assert [outcome.outcome for outcome in outcomes] == ["rejected", "draft"]
    assert outcomes[0].source.endswith("rows.jsonl:1")
    assert outcomes[0].warnings[0].message == (
        "The text of a release can have at most 250,000 characters: shorten it or split it."
    )


def test_records_of_a_batch_with_a_rejected_one_are_parsed_once(tmp_path):
    path = tmp_path / "rows.jsonl"
    bodies = ["a b " * 70_000, "short", "short, too"]
    rows = ({"id": body[:9], "title": body[:9], "body": body} for body in bodies)
    path.write_text("\n".join(map(json.dumps, rows)))
    parsed = []

    def counted(item):
        return replace(item, parse=lambda: parsed.append(item.name) or item.parse())

    list(Loader().load(counted(item) for item in formats.read_files([path])))

    assert [name.rpartition(":")[2] for name in parsed] == ["1", "2", "3"]


def sections(count, body="a"):
    return [{"kind": "body", "heading": "", "body": body} for _ in range(count)]


def add_sections(release, count, body="a"):
    Section.objects.bulk_create(
        Section(release=release, position=position, body=body) for position in range(1, count + 1)
    )


LARGEST = {
    "sections": {"sections": sections(300)},
    "topics": {"topics": ["a"] * 100},
    "images": {"images": [{}] * 100},
    "documents": {"attachments": [{}] * 100},
    "characters, sections included": {"body": "a" * 200_000, "sections": sections(2, "a" * 50_000)},
    "lines, sections included": {"body": "a\n" * 9_999 + "a", "sections": sections(2, "a\n" * 999)},
}


@pytest.mark.parametrize("bound", WHOLE_RELEASE_LIMITS, ids=lambda bound: bound.name)
def test_whole_release_is_bounded(bound):
    largest = LARGEST[bound.name]
    larger = {name: part + part[-1:] for name, part in largest.items()}

    assert excess(largest) == []
    assert [
        sentence for sentence in excess(larger) if f"{bound.maximum:,} {bound.name}" in sentence
    ]


def test_release_from_an_older_archive_stays_as_large_and_does_not_grow(make_release, staff):
    draft = make_release()
    add_sections(draft, 301)
    before = draft.snapshot()
    draft.title = "Other"
    draft.save()
    publishing.record_change(draft, before=before, by=staff("publisher"))

    before = draft.snapshot()
    Section.objects.create(release=draft, position=302, body="a")
    with pytest.raises(
        publishing.ActionRefusedError, match=r"at most 300 sections\. This one has 302: combine"
    ):
        publishing.record_change(draft, before=before)


def test_new_draft_is_bounded(make_release):
    draft = make_release()
    add_sections(draft, 301)

    with pytest.raises(publishing.ActionRefusedError, match="at most 300 sections"):
        publishing.record_creation(draft)


def test_topics_of_a_release_are_bounded(publish):
    release = publish()
    topics = [Topic.objects.create(name=f"T{n}", slug=f"t{n}") for n in range(101)]

    with pytest.raises(
        publishing.ActionRefusedError, match=r"at most 100 topics\. This one has 101: remove"
    ):
        publishing.add_topics(release, topics)
    assert len(publishing.add_topics(release, topics[:100]).snapshot()["topics"]) == 100


def test_proposed_correction_is_bounded(publish, staff):
    release = publish()
    content = ProposedCorrection.content_of(release.snapshot())
    content["sections"] = [{**each, "after_end": False} for each in sections(301)]

    with pytest.raises(publishing.ActionRefusedError, match="at most 300 sections"):
        publishing.propose_correction(release, content, "update", "Why.", by=staff("writer"))


def test_import_of_too_many_sections_is_rejected_by_name_and_costs_no_other(tmp_path):
    many, few = ({"id": name, "title": name, "body": name} for name in ("many", "few"))
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({**many, "sections": sections(301)}) + "\n" + json.dumps(few))

    outcomes = list(Loader().load(formats.read_files([path])))

    assert [outcome.outcome for outcome in outcomes] == ["rejected", "draft"]
    assert "at most 300 sections. This one has 301" in outcomes[0].warnings[0].message


def test_import_of_a_larger_text_changes_no_release(tmp_path):
    row = {"source": "s", "id": "1", "title": "One", "body": "one"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row))
    list(Loader().load(formats.read_files([path])))
    path.write_text(json.dumps({**row, "sections": sections(301)}))

    (outcome,) = Loader().load(formats.read_files([path]))

    assert "at most 300 sections" in str(outcome.warnings)
    assert not Section.objects.exists()


def test_reasons_and_notes_are_bounded(publish, make_release, staff):
    release, long = publish(), "a" * (REASON + 1)
    content = {**ProposedCorrection.content_of(release.snapshot()), "title": "Other"}

    with pytest.raises(
        publishing.ActionRefusedError, match=r"at most 5,000 characters\. This one has 5,001"
    ):
        publishing.withdraw(release, long)
    with pytest.raises(publishing.ActionRefusedError, match="at most 5,000 characters"):
        publishing.approve(make_release(), None, long)
    with pytest.raises(publishing.ActionRefusedError, match="at most 5,000 characters"):
        publishing.propose_correction(release, content, "update", long, by=staff("writer"))
    assert publishing.withdraw(release, "a" * REASON).status == Release.Status.WITHDRAWN
