"""Lists, release times and links offer only what exists."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from releases.admin.moment_forms import NO_SUCH_YEAR, NUMBER_GAP_NOTE
from releases.models import Release

LIST = reverse("admin:releases_release_changelist")


@pytest.mark.parametrize("name", ["approve", "previews"])
@pytest.mark.parametrize("at", ["9999-12-31 23:59", "0001-01-01 00:00"])
def test_moment_outside_the_calendar_is_refused(
    admin_client, make_release, publish, in_an_hour, name, at
):
    if name == "approve":
        page = reverse("admin:releases_release_verb", args=[make_release().pk, name])
    else:
        page = reverse("admin:releases_release_previews", args=[publish(in_an_hour).pk])

    typed = dict(zip(("release_day", "release_time"), at.split(), strict=True))
    answer = admin_client.post(page, {**typed, "expires_at": at, "recipient": "Jane"})

    assert NO_SUCH_YEAR in answer.text


def test_list_runs_no_regular_expression(admin_client):
    for lookup in ("title__regex", "title__iregex"):
        assert admin_client.get(LIST, {lookup: "(("}).status_code == 400


def test_lookup_refused_by_the_database_shows_the_list(admin_client):
    answer = admin_client.get(LIST, {"id__gt": "9" * 30})

    assert answer.status_code < 500


def test_autocompletion_takes_nul(admin_client):
    asked = {"app_label": "releases", "model_name": "release", "field_name": "topics"}

    answer = admin_client.get(reverse("admin:autocomplete"), {**asked, "term": "\0"})

    assert answer.status_code == 200


def test_only_public_releases_are_viewed_on_the_site(
    admin_client, change_url, make_release, publish
):
    draft, public = make_release(number="2024-0900", slug="draft"), publish()

    assert not admin_client.get(change_url(draft)).context["has_absolute_url"]
    assert admin_client.get(change_url(public)).context["has_absolute_url"]


@pytest.mark.parametrize(("number", "is_said"), [("2024-0900", False), (None, True)])
def test_next_number_is_shown_if_there_is_none(admin_client, make_release, number, is_said):
    draft = make_release(number=number, slug="draft")
    chosen = {"action": "approve_many", "_selected_action": [draft.pk]}

    assert (NUMBER_GAP_NOTE in admin_client.post(LIST, chosen).text) == is_said


def test_numbered_draft_has_no_page(admin_client, make_release):
    kind = ContentType.objects.get_for_model(Release)
    draft = make_release(number="2024-0900", slug="draft")

    answer = admin_client.get(reverse("admin:view_on_site", args=[kind.pk, draft.pk]), follow=True)

    assert "It has no public page yet" in answer.text
