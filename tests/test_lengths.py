"""Each text of a release has a most, for forms, imports and the database alike."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from releases.importing import formats
from releases.importing.loader import Loader
from releases.models import Release, Section
from releases.models.lengths import LINES, OF_RELEASE, OF_SECTION

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("field", "most"), OF_RELEASE.items())
def test_text_of_a_release_has_at_most_so_many_characters(field, most):
    release = Release.objects.create(**{field: "é" * most})

    setattr(release, field, "é" * (most + 1))
    with pytest.raises(ValidationError, match=f"at most {most:,} characters"):
        release.validate_constraints()
    with pytest.raises(IntegrityError, match=f"release_{field}_is_bounded"), transaction.atomic():
        release.save()


@pytest.mark.parametrize(("field", "most"), OF_SECTION.items())
def test_text_of_a_section_has_at_most_so_many_characters(field, most):
    section = Section(release=Release.objects.create(), position=1, **{field: "a" * (most + 1)})

    with pytest.raises(ValidationError, match=f"at most {most:,} characters"):
        section.validate_constraints()
    with pytest.raises(IntegrityError, match=f"section_{field}_is_bounded"), transaction.atomic():
        section.save()


def test_text_has_at_most_so_many_lines():
    release = Release.objects.create(body="a\n" * LINES + "a")

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
        "The text of a release has at most 250,000 characters: shorten it or split it."
    )


def test_records_of_a_batch_with_a_rejected_one_are_parsed_once(tmp_path):
    path = tmp_path / "rows.jsonl"
    bodies = ["a b " * 70_000, "short", "short, too"]
    rows = ({"id": body[:9], "title": body[:9], "body": body} for body in bodies)
    path.write_text("\n".join(map(json.dumps, rows)))
    parsed = []

    def counted(item):
        return replace(item, read=lambda: parsed.append(item.source.name) or item.read())

    list(Loader().load(counted(item) for item in formats.read_files([path])))

    assert [name.rpartition(":")[2] for name in parsed] == ["1", "2", "3"]
