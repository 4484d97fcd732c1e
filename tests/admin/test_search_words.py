import datetime
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from releases.models import AuditEntry, MissedSearch, PinnedResult, Synonym, VocabularyWord
from releases.web import missed_searches
from tests.admin.sending import sent_from

LIST = reverse("admin:releases_missedsearch_changelist")
ADD = reverse("admin:releases_synonym_add")


def follow(client, page, label):
    """Return the page behind a link."""
    address = re.search(rf'<a href="([^"]+)"[^>]*>{label}</a>', page.text)[1]
    return client.get(unescape(address))


@pytest.fixture
def drout(db):
    VocabularyWord.objects.create(word="drought")
    missed_searches.counter.count("drout water", 0)
    VocabularyWord.objects.create(word="water")
    earlier = timezone.localdate() - datetime.timedelta(weeks=2)
    MissedSearch.objects.create(query="drout water", week=earlier, searches=7, results=0)


@pytest.mark.usefixtures("drout")
def test_a_missed_search_becomes_a_synonym_in_two_clicks(client, ada):
    page = client.get(LIST)
    assert 'class="field-total">8<' in page.text

    form = follow(client, page, "Make a synonym")
    sent = sent_from(form.context)
    assert (sent["words"], sent["finds"]) == ("drout", "drought")
    saved = client.post(form.wsgi_request.get_full_path(), sent)

    assert saved.status_code == 302
    assert str(Synonym.objects.latest("pk")) == "drout → drought"
    assert AuditEntry.objects.latest("pk").by == ada


@pytest.mark.usefixtures("drout")
def test_a_missed_search_becomes_a_pinned_result(client, ada, publish):
    form = follow(client, client.get(LIST), "Pin a release")
    sent = sent_from(form.context)
    assert sent["queries"] == "drout water"

    client.post(reverse("admin:releases_pinnedresult_add"), {**sent, "releases": publish().number})

    assert PinnedResult.objects.get().queries == "drout water"
    assert not MissedSearch.objects.exists()


@pytest.mark.usefixtures("drout", "ada")
def test_deleting_a_query_deletes_all_its_weeks(client):
    page = client.get(LIST)
    chosen = page.context["cl"].result_list[0].pk
    sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    client.post(LIST, sent)

    assert not MissedSearch.objects.exists()


@pytest.mark.usefixtures("ada")
def test_refused_entry_says_why(client):
    page = client.post(ADD, {"words": "phone, phones", "kind": "synonym", "is_used": "on"})

    assert "Search treats “phone” and “phones” as the same." in unescape(page.text)
    for odd in ("\0", "x" * 101, "é" * 100, "'%_\\"):
        assert client.get(ADD, {"query": odd}).status_code == 200


def test_publishers_see_the_report_and_writers_do_not(client, staff):
    for role, status in (("publisher", 200), ("writer", 403)):
        client.force_login(staff(role))
        assert client.get(LIST).status_code == status
