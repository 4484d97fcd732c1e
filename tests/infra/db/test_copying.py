"""Copied rows read as rows that Django creates."""

import datetime

import pytest
from django.db import DataError, IntegrityError, transaction

from pressroom.infra.db import copying
from pressroom.infra.db.copying import copy_columns, copy_rows, copy_values, set_keys
from releases.models import Release, Topic, Version

pytestmark = pytest.mark.django_db

TEXTS = ["", "\\N", "\\.", "a\tb\nc\\d", "“é”\N{GRINNING FACE}", "NULL", "\\x41"]


def drafts():
    return [
        Release(
            title="Office Opens",
            body=text,
            date=datetime.date(2024, 5, number + 1),
            source_text=f"{text}\r\n",
            source_key=text or None,
            source_bytes=text.encode() if number % 2 else None,
            proposed_release_at=datetime.datetime(2037, 1, 1, number, tzinfo=datetime.UTC),
            import_warnings=[{"field": "body", "message": text}] if text else [],
        )
        for number, text in enumerate(TEXTS)
    ]


def stored():
    other = ("id", "created_at", "updated_at", "source_key")
    names = [each.attname for each in Release._meta.concrete_fields if each.name not in other]
    return [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row}
        for row in (each.items() for each in Release.objects.order_by("pk").values(*names))
    ]


def test_copied_rows_have_the_values_of_created_ones():
    Release.objects.bulk_create(drafts())
    created = stored()
    Release.objects.update(source_key=None)
    copy_rows(drafts())

    assert stored()[len(TEXTS) :] == created


def test_copied_texts_are_cleaned_also_in_memory():
    (release,) = rows = [Release(title="Old\u200b Charts", body="a\x01b")]
    copy_rows(rows)

    assert (release.title, release.body) == ("Old Charts", "ab")
    assert Release.objects.get().title == "Old Charts"


def test_keys_rise_in_the_order_of_the_rows():
    rows = drafts()
    set_keys(rows)
    copy_rows(rows)

    keys = [row.pk for row in rows]
    assert keys == sorted(keys)
    assert [Release.objects.get(pk=row.pk).body for row in rows] == [row.body for row in rows]
    assert not any(row._state.adding for row in rows)


def test_row_against_a_constraint_raises_djangos_error():
    rows = [Release(title="Office", body=text, source_key="county:1") for text in "ab"]
    with pytest.raises(IntegrityError, match="source_key_is_unique"), transaction.atomic():
        copy_rows(rows)

    assert not Release.objects.exists()


def test_no_rows_take_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        set_keys([])
        copy_rows([])
        copy_columns(Topic, {"name": [], "slug": []})
        copy_values(Topic, ("name", "slug"), iter(()))


def test_copied_columns_have_their_values_in_order():
    slugs = [f"topic-{number}" for number in range(len(TEXTS))]
    columns = {"slug": slugs, "name": TEXTS, "description": TEXTS}
    copy_columns(Topic, {**columns, "asks_for_spanish": [number % 2 == 0 for number in range(7)]})

    stored = Topic.objects.order_by("slug").values_list("name", "description", "asks_for_spanish")
    assert list(stored) == [(text, text, at % 2 == 0) for at, text in enumerate(TEXTS)]


def test_copied_values_are_those_of_the_rows(monkeypatch):
    monkeypatch.setattr(copying, "CHUNK", 2)
    rows = [(f"topic-{at}", text, text, at % 2 == 0) for at, text in enumerate(TEXTS)]
    names = ("slug", "name", "description", "asks_for_spanish")

    copy_values(Topic, names, iter(rows))

    assert list(Topic.objects.order_by("slug").values_list(*names)) == rows


def test_text_with_nul_is_refused_by_the_database():
    rows = [Release(source_text=text) for text in ("a\0b\nc", "d")]
    with pytest.raises(DataError), transaction.atomic():
        copy_rows(rows)


def test_lists_are_not_copied():
    with pytest.raises(TypeError, match="list"):
        copy_rows([Version(number=1, paragraph_numbers=[1])])


def test_rows_are_made_while_earlier_ones_are_sent(monkeypatch):
    monkeypatch.setattr(copying, "CHUNK", 2)
    rows = drafts()
    cleaned = []

    def made():
        for row in rows:
            cleaned.append([each.title for each in rows].count("Office Opens"))
            yield row

    for row in rows:
        row.title = "Office\u200b Opens"
    copy_rows(made())

    # Cleaned as they are sent, two at once.
    assert cleaned == [0, 0, 2, 2, 4, 4, 6]


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt, SystemExit])
def test_error_while_rows_are_made_is_raised_as_it_is(monkeypatch, error):
    monkeypatch.setattr(copying, "CHUNK", 2)

    def made():
        yield from drafts()
        raise error("no more")

    with pytest.raises(error, match="no more"), transaction.atomic():
        copy_rows(made())

    assert not Release.objects.exists()
