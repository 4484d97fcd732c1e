"""Drafts that need attention are listed; warnings are next to their fields until resolved."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from releases.parsing.warnings import ParseWarning

DATE = ParseWarning("date", "ambiguous_date", "“3/4/2012” can be read as two dates.")
BODY = ParseWarning("body", "unfinished_sentence", "“please visit” stops before its link.")
SOURCE = ParseWarning(
    "source_text", "left_out", "Ignored (the stored source still has it): “<b>Home</b>”."
)
LIST = reverse("admin:releases_release_changelist")


@pytest.fixture
def flagged(make_release):
    """A draft with a warning about its date, one about its body and one about its source."""
    return make_release(import_warnings=[vars(warning) for warning in (DATE, BODY, SOURCE)])


def tick(page, warning):
    """Return name and value of the checkbox of a warning."""
    box = re.search(rf"<input[^>]*>[^<]*{re.escape(warning.message)}", page)[0]
    name, value = (re.search(rf'{key}="([^"]+)"', box)[1] for key in ("name", "value"))
    return {name: [value]}


def test_view_lists_and_counts_drafts_needing_attention(admin_client, flagged, make_release):
    make_release(title="A sound draft")

    every, some = (admin_client.get(LIST, {"view": view}).text for view in ("", "attention"))

    assert 'Attention <span class="count">1</span>' in every
    assert "A sound draft" in every
    assert "A sound draft" not in some
    assert flagged.title in some


def test_list_asks_the_database_no_more_often_for_more_drafts(admin_client, flagged, make_release):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(LIST, {"view": "attention"})
        return len(captured)

    queries()  # the first request updates the session
    few = queries()
    for _ in range(5):
        make_release(import_warnings=flagged.import_warnings)
    assert queries() == few


def test_warning_describes_its_field(admin_client, flagged, change_url):
    page = admin_client.get(change_url(flagged)).content.decode()

    described = re.search(r'<input[^>]*name="date"[^>]*>', page)[0]
    described_by = re.search(r'aria-describedby="([^"]+)"', described)[1].split()
    assert described_by == ["id_date_helptext", "id_warnings_date"]
    block = page[page.index('<div id="id_warnings_date"') :]
    assert DATE.message in block[: block.index("</div>\n")]


def test_warning_without_a_field_is_above_the_form_and_escaped(admin_client, flagged, change_url):
    page = admin_client.get(change_url(flagged)).content.decode()

    assert page.index("Import warnings") < page.index("&lt;b&gt;Home&lt;/b&gt;")
    assert page.index("&lt;b&gt;Home&lt;/b&gt;") < page.index('name="title"')
    assert "<b>Home</b>" not in page


def test_ticked_warning_is_resolved_and_logged(admin_client, admin_user, flagged, change_url, save):
    page = admin_client.get(change_url(flagged)).content.decode()

    save(flagged, **tick(page, BODY))

    flagged.refresh_from_db()
    assert flagged.unresolved_warnings() == [DATE, SOURCE]
    entry = LogEntry.objects.get(change_message__startswith="Checked")
    assert (entry.user, entry.get_change_message()) == (admin_user, f"Checked: {BODY.message}")


def test_changed_date_resolves_its_warning(flagged, save):
    save(flagged, date="2024-05-15")

    flagged.refresh_from_db()
    assert flagged.unresolved_warnings() == [BODY, SOURCE]


def test_changed_word_of_the_body_keeps_its_warnings(flagged, save):
    save(flagged, body="Another text.")

    flagged.refresh_from_db()
    assert flagged.unresolved_warnings() == [DATE, BODY, SOURCE]


def test_unknown_tick_settles_nothing(flagged, save):
    save(flagged, warnings_date=["something else"])

    flagged.refresh_from_db()
    assert flagged.unresolved_warnings() == [DATE, BODY, SOURCE]


def test_viewer_can_read_the_warnings(client, django_user_model, flagged, change_url):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_release"))
    client.force_login(reader)

    page = client.get(change_url(flagged)).content.decode()

    assert DATE.message in page
    assert "tick when done" not in page
