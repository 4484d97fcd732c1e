"""Queue of imported drafts in the admin."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.models import Release
from tests.authority.walk import load

pytestmark = pytest.mark.django_db
START = reverse("admin:releases_release_queue")
BODY = "A bridge was closed. It was May 14, 2024.\n\nMore to come."


def queued(release):
    return reverse("admin:releases_release_queued", args=[release.pk])


def sent(page, **changed):
    form = page.context["form"]
    values = {bound.name: bound.value() for bound in form}
    return {name: value for name, value in {**values, **changed}.items() if value is not None}


@pytest.fixture
def drafts(db):
    """Two imported drafts, one without a title and one without a date."""
    load(
        {"id": "1", "source": "x", "body": "A bridge was closed.\n\nText.", "date": "2024-05-14"},
        {"id": "2", "source": "x", "title": "News", "body": BODY, "date": None},
    )
    return list(Release.objects.order_by("pk"))


def test_queue_opens_the_first_draft_and_is_empty_at_the_end(admin_client, drafts):
    assert admin_client.get(START).url == queued(drafts[0])

    Release.objects.update(title="News", date="2024-05-14", import_warnings=[])
    assert "No draft has import warnings" in admin_client.get(START).text


def test_line_of_the_source_is_taken_as_title(admin_client, drafts):
    page = admin_client.get(queued(drafts[0]))
    (first, *_) = page.context["suggestions"]
    assert (first.field, first.value, first.line) == ("title", "A bridge was closed.", 1)

    taken = admin_client.post(queued(drafts[0]), sent(page, take=f"title:{first.value}"))
    admin_client.post(queued(drafts[0]), sent(taken, save="yes"))

    drafts[0].refresh_from_db()
    assert (drafts[0].title, drafts[0].import_warnings) == ("A bridge was closed.", [])


def test_saving_opens_the_next_draft(admin_client, drafts):
    page = admin_client.get(queued(drafts[0]))

    answer = admin_client.post(queued(drafts[0]), sent(page, title="A Bridge", save="yes"))

    assert answer.url == queued(drafts[1])


def test_date_in_the_source_is_suggested(admin_client, drafts):
    page = admin_client.get(queued(drafts[1]))

    assert [(s.field, s.value) for s in page.context["suggestions"]] == [("date", "2024-05-14")]


def test_draft_is_published_as_of_its_printed_day(admin_client, drafts):
    page = admin_client.get(queued(drafts[1]))

    data = sent(page, date="2024-05-14", publish="yes", override="Checked against the paper.")
    admin_client.post(queued(drafts[1]), data)

    release = Release.objects.get(title="News")
    assert release.is_published()
    assert release.release_at == release.start_of_day()
    assert release.audit_entries.last().why == "Checked against the paper."


def test_own_change_is_not_published_without_a_reason_and_not_lost(admin_client, drafts):
    page = admin_client.get(queued(drafts[1]))

    answer = admin_client.post(queued(drafts[1]), sent(page, date="2024-05-14", publish="yes"))

    assert "nobody has approved it since" in answer.text
    assert answer.context["form"]["date"].value() == "2024-05-14"
    drafts[1].refresh_from_db()
    assert (drafts[1].status, drafts[1].date) == ("draft", None)


def test_outdated_form_is_refused(admin_client, drafts):
    page = admin_client.get(queued(drafts[0]))
    old = sent(page, title="A Bridge", seen="2024-05-14T19:00:00+00:00", save="yes")

    assert "after you opened it" in admin_client.post(queued(drafts[0]), old).text


def test_person_without_the_right_settles_nothing(client, staff, drafts):
    person = staff("writer")
    person.groups.clear()
    client.force_login(person)
    settle = reverse("admin:releases_release_queue_settle")

    assert client.post(settle, {"group": "left_out:Kept in the source only"}).status_code == 403


def test_same_warning_is_settled_in_all_drafts(admin_client, drafts):
    warning = {"field": "source_text", "code": "left_out", "message": "Kept: “Menu” (line {})."}
    for number, draft in enumerate(drafts):
        numbered = {**warning, "message": warning["message"].format(number)}
        draft.import_warnings = [*draft.import_warnings, numbered]
        draft.save()
    (group,) = admin_client.get(queued(drafts[0])).context["groups"]
    assert group["count"] == 2

    admin_client.post(reverse("admin:releases_release_queue_settle"), {"group": group["key"]})

    left = {w.code for row in Release.objects.all() for w in row.unresolved_warnings()}
    assert left == {"title_missing", "date_missing"}


def test_person_without_the_right_sees_no_source(client, staff, drafts):
    person = staff("writer")
    person.groups.clear()
    client.force_login(person)

    assert client.get(queued(drafts[0])).status_code == 403


def test_future_date_is_not_published_as_printed(admin_client, drafts):
    page = admin_client.get(queued(drafts[1]))

    data = sent(page, date="2099-05-14", publish="yes", override="Checked.")
    again = admin_client.post(queued(drafts[1]), data, follow=True)

    assert Release.objects.get(title="News").status == "draft"
    assert "The printed date is in the future" in again.text


def test_reason_typed_before_a_suggestion_is_taken_stays(admin_client, drafts):
    page = admin_client.get(queued(drafts[0]))

    again = admin_client.post(
        queued(drafts[0]), sent(page, take="title:A bridge", override="Only me here.")
    )

    assert 'value="Only me here."' in again.text


def test_text_typed_while_a_colleague_published_is_offered_in_the_form(admin_client, drafts):
    page = admin_client.get(queued(drafts[1]))
    publishing.approve(Release.objects.update(date="2024-05-14") and drafts[1], None)

    data = sent(page, body="Typed meanwhile.", date="2024-05-14", save="yes")
    again = admin_client.post(queued(drafts[1]), data, follow=True)

    assert "is no longer a draft" in again.text
    assert "Typed meanwhile.</textarea>" in again.text
