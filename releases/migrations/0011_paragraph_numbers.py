"""Add permanent paragraph numbers, number existing versions, and reserve slugs such as p3."""

from collections.abc import Iterator
from itertools import groupby

import django.contrib.postgres.fields
from django.db import migrations, models

from releases.content import paragraph_ids

# Only the new column is written; digests do not cover it.
ALLOW = "ALTER TABLE releases_version DISABLE TRIGGER versions_stay_as_written"
REFUSE = "ALTER TABLE releases_version ENABLE TRIGGER versions_stay_as_written"
FREE_SLUGS = "UPDATE releases_release SET slug = slug || '-release' WHERE slug ~ '^p[0-9]+$'"


def number_paragraphs(apps, schema_editor):
    """Number existing versions, with the algorithm of `Version.number_paragraphs`."""
    versions = apps.get_model("releases", "Version").objects
    changed = versions.exclude(kind="issued").values("release")
    rows = versions.filter(release__in=changed).order_by("release_id", "number")
    for _, history in groupby(rows.iterator(), key=lambda row: row.release_id):
        for version, numbers in _numbered(history):
            versions.filter(pk=version.pk).update(paragraph_numbers=numbers)


def _numbered(history) -> Iterator[tuple]:
    """Yield the versions whose paragraphs are not 1, 2, 3 …, with their numbers."""
    before: dict[int, str] = {}
    given = 0
    for version in history:
        texts = paragraph_ids.texts(version.snapshot)
        numbers = plain = list(range(1, len(texts) + 1))
        if version.kind == "issued":
            given = len(texts)
        else:
            numbers = paragraph_ids.carry(before, texts, given)
            given = max([given, *numbers])
        before = dict(zip(numbers, texts, strict=True))
        if numbers != plain:
            yield version, numbers


class Migration(migrations.Migration):
    dependencies = [("releases", "0010_previews")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="paragraph_numbers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(),
                null=True,
                size=None,
                help_text="Of the snapshot's paragraphs, where they are not 1, 2, 3 …",
            ),
        ),
        migrations.RunSQL(ALLOW, REFUSE),
        migrations.RunPython(number_paragraphs, migrations.RunPython.noop),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(FREE_SLUGS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="release", name="slug_is_no_page_of_its_own"),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                name="slug_is_no_page_of_its_own",
                condition=~models.Q(slug__in=("cite", "preview", "versions"))
                & ~models.Q(slug__regex="^p[0-9]+$"),
                violation_error_message="That slug is the address of another page.",
            ),
        ),
    ]
