import datetime

import pytest
from django.utils import timezone
from haystack import connections

from releases.models import Release, SearchChange
from releases.search.engine import Visibility
from releases.search.query.parser import parse

PAGE = "/admin/releases/searchchange/"


def test_staff_see_failures_with_their_reason(admin_client, publish):
    publish(title="Bad")
    SearchChange.objects.update(attempts=3, error="ValueError: unheard of")
    page = admin_client.get(PAGE)
    assert page.status_code == 200
    assert b"Bad" in page.content
    assert b"ValueError: unheard of" in page.content


def test_it_is_to_be_looked_at_only(admin_client, publish):
    publish()
    row = SearchChange.objects.get()
    assert admin_client.get(f"{PAGE}add/").status_code == 403
    assert admin_client.post(f"{PAGE}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert SearchChange.objects.exists()


@pytest.mark.usefixtures("past_the_actions")
@pytest.mark.django_db(transaction=True)
def test_failed_rows_are_retried_immediately(admin_client, publish):
    engine = connections["default"].get_backend()
    release, embargoed = publish(), publish(release_at=timezone.now() + datetime.timedelta(1))
    later = timezone.now() + datetime.timedelta(minutes=1)
    SearchChange.objects.filter(release=release).update(attempts=3, error="Disk", due_at=later)
    engine.rebuild()
    SearchChange.objects.filter(release=embargoed, since__lte=timezone.now()).delete()
    Release.objects.filter(pk=release.pk).update(title="Notice of a bulletin")
    rows = [row.pk for row in SearchChange.objects.all()]
    admin_client.post(PAGE, {"action": "retry", "_selected_action": rows}, follow=True)
    assert engine.find(parse("bulletin").tree, Visibility()).total == 1
    assert SearchChange.objects.get().release_id == embargoed.pk
