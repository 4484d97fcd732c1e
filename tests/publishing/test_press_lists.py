"""Import and export of journalists as CSV."""

import pytest

from releases.models import AuditEntry, Journalist, PressTag
from releases.publishing import ActionRefusedError, export_press_list, import_press_list

pytestmark = pytest.mark.django_db
HEADER = "name,outlet,beat,language,address,consent_on,consent_how,lists\n"
ROW = "Jane Roe,Gazette,Water,es,Jane@Example.org,2026-11-02,By e-mail,Water; State\n"


def imported(text, **context):
    return import_press_list(text.encode(), **context)


def test_rows_are_added_changed_and_left_unchanged():
    assert str(imported(HEADER + ROW)) == "1 added, 0 changed, 0 unchanged, 0 refused"
    assert str(imported(HEADER + ROW)) == "0 added, 0 changed, 1 unchanged, 0 refused"
    assert imported(HEADER + ROW.replace("Gazette", "Herald")).changed == 1
    assert imported(HEADER + ROW.replace("Gazette", "Herald").replace("; State", "")).changed == 1

    person = Journalist.objects.get()
    assert (person.address, person.outlet, person.language) == ("jane@example.org", "Herald", "es")
    assert [tag.name for tag in person.tags.all()] == ["Water"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,,ben@example.org,,,", "cannot be blank"),
        ("Ben,,,,ben,,,", "valid email"),
        ("Ben,,,,ben@example.org,11/02/26,,", "“11/02/26” is not a date"),
        ("Ben,,,,ben@example.org,2026-11-02,,", "both when and how"),
        ("Ben,,,tlh,ben@example.org,,,", "“tlh” is not a language of this site: en, es."),
        ("Ben,,,,jane@example.org,,,", "earlier row"),
        ("Ben", "cannot be blank"),
        ("Ben,,,,ben@example.org,2026-11-02,By phone,Water,State", "more cells than named columns"),
    ],
)
def test_refused_rows_are_named_and_the_others_saved(row, reason):
    found = imported(HEADER + ROW + row + "\n")

    assert found.added == 1
    [(number, why)] = found.refused
    assert number == 3
    assert reason in why


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Missing: address, name"),
        (HEADER.encode(), "no rows"),
        (b"name,address\nJos\xe9,jose@example.org\n", "UTF-8"),
        (b"name,address,fax\nA,a@example.org,1\n", "Unknown columns: fax"),
        (b"name,address,Name\nA,a@example.org,B\n", "names a column twice: name"),
        ("name,address\nJosé,jose@example.org\n".encode("utf-16"), "not CSV in UTF-8"),
        (b'name,address\n"A,a@example.org\n', "not CSV"),
    ],
)
def test_unreadable_files_are_refused_in_words(data, reason):
    with pytest.raises(ActionRefusedError, match=reason):
        import_press_list(data)
    assert not Journalist.objects.exists()


def test_each_row_more_takes_no_query_more(django_assert_max_num_queries):
    rows = [
        f"N{each},,,en,n{each}@example.org,2026-11-02,Letter,Water; State\n" for each in range(60)
    ]

    with django_assert_max_num_queries(40):
        assert imported(HEADER + "".join(rows)).added == 60
        assert imported(HEADER + "".join(rows).replace("Letter", "Phone")).changed == 60
        assert imported(HEADER + "".join(rows).replace("; State", "")).changed == 60
        assert imported(HEADER + "".join(rows)).changed == 60

    assert PressTag.objects.get(name="State").journalists.count() == 60


def test_semicolons_and_missing_columns_are_read():
    assert imported("﻿Name;Address;Lists\nBen;ben@example.org;Water\n").added == 1
    assert imported("name,address\nBen,ben@example.org\n").unchanged == 1
    assert imported("name,address,,\nBen,ben@example.org,,\n").unchanged == 1


def test_export_reads_back_and_runs_no_formula(staff):
    imported(HEADER + ROW + "=1+1,,,en,b@example.org,,,\n")
    person = staff("administrator")

    text = export_press_list(Journalist.objects.all(), by=person)

    assert "'=1+1" in text
    assert imported(text).unchanged == 2
    assert AuditEntry.objects.get(action="press exported").why == "2 journalists"


def test_export_needs_an_administrator_and_import_a_publisher(staff):
    with pytest.raises(ActionRefusedError, match="administrator"):
        export_press_list([], by=staff("publisher"))
    with pytest.raises(ActionRefusedError, match="publisher"):
        imported(HEADER + ROW, by=staff("writer", "Ben"))
