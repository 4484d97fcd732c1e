"""The history of a release in one place, for who may see the release."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.admin.timeline import PAGE_SIZE
from releases.models import OutgoingMail


@pytest.fixture
def history(client, staff):
    """Request the history as Ana, a publisher: `history(release, compare=…)`."""
    client.force_login(staff("publisher", "Ana"))

    def get(release, **query):
        return client.get(reverse("admin:releases_release_history", args=[release.pk]), query)

    return get


def test_actions_and_opened_previews_are_in_one_list(
    history, client, change_url, publish, in_an_hour
):
    release, ana = publish(release_at=in_an_hour), User.objects.get(username="Ana")
    link, _ = publishing.create_preview(release, "Jane Roe", in_an_hour, by=ana)
    publishing.record_preview_use(link, timezone.now())

    page = history(release).text

    in_order = [
        "<strong>Jane Roe</strong> opened the preview",
        "<strong>Ana</strong> shared a preview of it: With Jane Roe",
        "<strong>The system</strong> approved it",
    ]
    places = [page.index(words) for words in in_order]
    assert places == sorted(places)
    assert "UTC)" in page


def test_saved_draft_shows_what_changed_and_is_restored(
    history, admin_client, save, client, make_release
):
    release = make_release(slug="records-office")
    save(release, body="SPRINGFIELD – The county opened two records offices today.")
    state = release.draft_states.first()

    page = history(release, compare=f"state-{state.pk}").text

    assert re.search(r"<ins[^>]*>.{0,60}two", page, re.DOTALL)
    assert page.count("edited it: Text") == 1
    assert "saved this draft" not in page  # the same save
    assert f"/change/?restore=state-{state.pk}" in page


def test_correction_shows_what_changed(history, corrected):
    page = history(corrected, compare=f"version-{corrected.versions.last().pk}").text

    assert "<ins>" in page
    assert "Two offices, not one." in page


@pytest.mark.parametrize("name", ["state-999", "version-x", "state-" + "9" * 30, "x", "audit-1"])
def test_change_that_does_not_exist_shows_the_list(history, make_release, name):
    answer = history(make_release(), compare=name)

    assert answer.status_code == 200
    assert "What changed" not in answer.text


def own_queries(captured):
    """Return the number of queries but those that note the session's activity once a minute."""
    beside = ("SAVEPOINT", '"django_session"')
    return sum(not any(word in query["sql"] for word in beside) for query in captured)


def test_long_history_comes_in_pages_with_few_queries(history, publish):
    release = publish()
    for number in range(PAGE_SIZE + 5):
        publishing.rename(release, f"office-{number}")

    with CaptureQueriesContext(connection) as first:
        page = history(release)
    with CaptureQueriesContext(connection) as second:
        older = history(release, page="2")

    assert own_queries(second) <= own_queries(first) <= 15
    assert page.text.count("<time") >= PAGE_SIZE // 2
    assert "Older" in page.text
    assert older.text.count("<time") > 5


def test_mails_show_whom_they_reached_and_what_failed(history, make_release, staff, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1?tls=off"
    for name in ("Ben", "Cleo", "Dan"):
        User.objects.filter(pk=staff("publisher", name).pk).update(email=f"{name}@example.gov")
    release = make_release(title="Wells")
    publishing.submit(release, by=staff("writer", "Eve"))
    mails = OutgoingMail.objects.order_by("person__username")
    ben, cleo, _ = mails
    mails.filter(pk=ben.pk).update(sent_at=timezone.now(), next_try_at=None)
    mails.filter(pk=cleo.pk).update(attempts=1, error="451 Try later")

    page = history(release).text

    assert "e-mailed Ben (sent" in page
    assert "e-mailed Cleo (failing: 451 Try later): To approve: Wells" in page
    assert "e-mailed Dan (waiting to be sent)" in page
    assert {mail.release for mail in mails} == {release}


def test_history_of_no_release_is_404(history, make_release):
    release = make_release()
    release.pk = 10**17

    assert history(release).status_code == 404


def test_audit_list_is_searched_and_filtered(client, staff, publish, make_release):
    ana = staff("publisher", "Ana")
    client.force_login(ana)
    publishing.rename(publish(), "new-office", by=ana)
    publishing.record_creation(make_release(title="Bridge closed"))
    page = reverse("admin:releases_auditentry_changelist")

    by_title = client.get(page, {"q": "Bridge"}).context["cl"].queryset
    by_person = client.get(page, {"q": "Ana"}).context["cl"].queryset
    by_number = client.get(page, {"q": "2024-0001", "action__exact": "renamed"})

    assert [entry.action for entry in by_title] == ["created"]
    assert [entry.action for entry in by_person] == ["renamed"]
    assert by_number.context["cl"].result_count == 1
