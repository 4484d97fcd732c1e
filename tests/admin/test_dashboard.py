"""First page of the admin: what waits for each person, and nothing they may not see."""

import pytest
from django.contrib.auth.models import User

from releases import publishing
from releases.models import OutgoingCall, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, staff):
    """Sign in with a role and return the panels by title: `desk("writer")`."""

    def show(role):
        client.force_login(User.objects.filter(username=role).first() or staff(role))
        panels = client.get("/admin/").context["panels"]
        return {panel.title: [entry.title for entry in panel.entries] for panel in panels}

    return show


def test_release_in_review_waits_for_the_publisher_only(desk, make_release):
    publishing.submit(make_release(title="Wells"))

    assert desk("publisher")["To approve"] == ["Wells"]
    assert "To approve" not in desk("writer")


def test_embargo_is_shown_with_its_moment_and_time_left(client, desk, publish, in_an_hour):
    publish(in_an_hour, title="Bridge")

    assert desk("writer")["Coming"] == ["Bridge"]
    assert "UTC), in 59" in client.get("/admin/").text.replace("\xa0", " ")


def test_rows_have_badges_and_views_have_counts(client, desk, publish, make_release):
    publish(title="Bridge")
    make_release(title="Wells")
    desk("writer")

    page = client.get("/admin/")

    assert [(tab.name, tab.count) for tab in page.context["tabs"] if tab.count] == [
        ("All", 2),
        ("Published", 1),
    ]
    assert '<span class="badge badge--draft">Draft</span> changed <time' in page.text


def test_long_list_leads_to_its_saved_view(client, desk, make_release, staff):
    person = staff("writer")
    for number in range(11):
        make_release(title=f"Draft {number}", edited_by=person)

    assert len(desk("writer")["Drafts of yours"]) == 10
    assert (
        '<a href="/admin/releases/release/?view=mine">All in Mine</a>' in client.get("/admin/").text
    )


def test_who_has_no_role_sees_no_title(client, make_release, db):
    make_release(title="Wells")
    client.force_login(User.objects.create_user("nobody", password="x", is_staff=True))

    page = client.get("/admin/")

    assert page.context["panels"] == []
    assert "Wells" not in page.text


def test_drafts_are_told_apart_by_author(desk, make_release, staff):
    make_release(title="Mine", edited_by=staff("writer"))
    make_release(title="Theirs")

    shown = desk("writer")

    assert shown["Drafts of yours"] == ["Mine"]
    assert shown["Drafts of others"] == ["Theirs"]


def test_unsettled_warnings_need_attention(desk, make_release):
    make_release(title="Odd", import_warnings=["No date was found."])

    shown = desk("writer")

    assert shown["Needs attention"] == ["Odd"]
    assert shown["Drafts of others"] == []


def test_guide_is_shown_until_the_first_release_is_out(client, desk, publish):
    desk("writer")
    assert "Your first release" in client.get("/admin/").text

    publish()

    assert "Your first release" not in client.get("/admin/").text


def test_failing_mail_is_shown_to_administrators_only(client, desk, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1?tls=off"
    OutgoingMail.objects.create(kind="t", key="t", to="a@example.gov", next_try_at=None)

    desk("administrator")
    assert "E-mails given up in the last week: 1" in client.get("/admin/").text
    desk("writer")
    assert "given up" not in client.get("/admin/").text


def test_failing_calls_are_shown_with_the_remedy(client, desk, publish):
    version = publish().versions.last()
    given = {"kind": "webhook", "version": version, "attempts": 1}
    OutgoingCall.objects.create(url="https://a.example/", **given)
    OutgoingCall.objects.create(url="https://b.example/", next_try_at=None, **given)

    desk("administrator")
    page = client.get("/admin/").text

    assert "Webhooks and pings that failed: 1. They are tried again by themselves." in page
    assert "given up in the last week: 1. Superusers find the causes under Outgoing calls" in page


def test_number_of_queries_does_not_grow_with_the_releases(
    client, desk, make_release, django_assert_max_num_queries
):
    for number in range(15):
        make_release(title=f"Notice {number}")
    desk("administrator")

    with django_assert_max_num_queries(30):
        client.get("/admin/")


def test_office_and_product_are_named_instead_of_django(client, desk):
    desk("writer")

    page = client.get("/admin/").text

    assert "Pressroom" in page
    assert "Office of the Attorney General" in page
    assert "Django" not in page
