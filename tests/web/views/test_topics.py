"""List of topics, and the list of releases for one."""

import re

import pytest

from releases.models import Topic
from releases.search import worker


def test_topics_have_pages_and_counts(client, filed):
    page = client.get("/topics/")
    assert '<a href="/topics/water/">Water</a> <span class="muted">2<' in page.text
    page = client.get("/topics/water/?year=2023")
    assert "Agua" in page.text
    assert "Rivers" not in page.text


def test_topic_without_public_releases_is_404(client, publish, in_an_hour):
    topic = Topic.objects.create(name="Sealed", slug="sealed")
    publish(release_at=in_an_hour).topics.add(topic)
    assert client.get("/topics/sealed/").status_code == 404
    assert "Sealed" not in client.get("/topics/").text


def test_topics_are_listed_by_letter_without_accents(client, publish):
    release = publish()
    for name in ("Water", "Ética", "Energy", "911"):
        release.topics.create(name=name, slug=name.lower().replace("é", "e"))

    page = client.get("/topics/").text

    places = [
        page.index(f">{word}<") for word in ("#", "911", "E", "Energy", "Ética", "W", "Water")
    ]
    assert places == sorted(places)
    assert "Most used" not in page


@pytest.mark.parametrize("path", ["topics/", "topics/water/", "releases/", ""])
def test_topics_on_pages_in_another_language_are_marked(client, filed, path):
    topic = re.compile(r'<(?:a|h1|button)[^>]* lang="en">Water</')

    assert topic.search(client.get(f"/es/{path}").text)
    assert not topic.search(client.get(f"/{path}").text)


@pytest.mark.parametrize("path", ["releases/?topic=water", "search/?topic=water"])
def test_active_filter_of_a_topic_is_marked_in_another_language(client, filed, path):
    worker.sync()

    assert '</span><span lang="en">Water</span> <' in client.get(f"/es/{path}").text
    assert "</span>Water <" in client.get(f"/{path}").text
