"""Feeds have the same complete content in three formats, with permanent ids."""

import datetime
import json

import feedparser
import pytest

from releases import publishing
from releases.models import FeedAuthority, Topic
from releases.output import edition
from releases.search import worker
from releases.web import feeds

KINDS = ["atom", "rss", "json"]
ID = "tag:localhost,2026:release/2024-0001"


def read(client, address, kind="atom"):
    """Return the feed as feedparser reads it, JSON feeds under the same names."""
    answer = client.get(address)
    assert answer.status_code == 200
    if kind == "json":
        feed = json.loads(answer.content)
        feed["entries"] = [
            feedparser.FeedParserDict(
                {
                    "id": item["id"],
                    "link": item["url"],
                    "title": item["title"],
                    "content": [{"value": item["content_html"]}],
                    "published_parsed": moment(item["date_published"]),
                    "updated_parsed": moment(item["date_modified"]),
                    "links": [
                        {"rel": "enclosure", "href": file["url"], "type": file["mime_type"]}
                        for file in item["attachments"]
                    ],
                }
            )
            for item in feed["items"]
        ]
        return feedparser.FeedParserDict(feed | {"feed": {"title": feed["title"]}})
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    return feed


def moment(text):
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC).timetuple()


@pytest.mark.parametrize("kind", KINDS)
def test_entry_has_title_permalink_number_time_and_full_text(client, publish, kind):
    release = publish(body="SPRINGFIELD – *One* & two.\n\nThe last words.", title="A <b> & C")

    (entry,) = read(client, f"/feeds/releases.{kind}", kind).entries

    assert entry.id == ID
    assert entry.link == f"http://testserver{release.get_absolute_url()}"
    assert "<em>One</em> &amp; two." in entry.content[0]["value"]
    assert "The last words." in entry.content[0]["value"]
    assert entry.published_parsed[:5] == (2024, 5, 14, 19, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_correction_is_an_update_under_the_same_id(client, corrected, kind):
    (entry,) = read(client, f"/feeds/releases.{kind}", kind).entries

    assert entry.id == ID
    assert entry.published_parsed[:3] == (2024, 5, 14)
    assert entry.updated_parsed > entry.published_parsed
    assert "Two offices, not one." in entry.content[0]["value"]
    assert "two records offices" in entry.content[0]["value"]


@pytest.mark.parametrize("kind", KINDS)
def test_images_are_enclosures_at_addresses_that_answer(client, make_release, attach_image, kind):
    release = make_release()
    attach_image(release)
    publishing.approve(release, datetime.datetime(2024, 5, 14, tzinfo=datetime.UTC))

    (entry,) = read(client, f"/feeds/releases.{kind}", kind).entries

    assert entry.enclosures[0]["type"] == "image/jpeg"
    assert client.get(entry.enclosures[0]["href"]).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_feed_makes_the_text_of_each_release_once(client, publish, monkeypatch, kind):
    for _ in range(3):
        publish()
    made = []
    original = edition.ParsedRelease
    monkeypatch.setattr(
        edition, "ParsedRelease", lambda **fields: made.append(1) or original(**fields)
    )

    assert len(read(client, f"/feeds/releases.{kind}", kind).entries) == len(made) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_unchanged_feed_is_not_sent_again(client, publish, kind):
    release = publish()
    first = client.get(f"/feeds/releases.{kind}")
    since = {"If-None-Match": first.headers["ETag"]}

    assert client.get(f"/feeds/releases.{kind}", headers=since).status_code == 304
    publishing.withdraw(release, "It named the wrong county.")
    assert client.get(f"/feeds/releases.{kind}", headers=since).status_code == 200


def test_filters_narrow_a_feed_as_they_do_the_list(client, publish):
    water = Topic.objects.create(name="Water", slug="water")
    publish(title="On Water").topics.add(water)
    publish(title="In Spanish", language="es", date=datetime.date(2023, 1, 1))

    def titles(query):
        return [entry.title for entry in read(client, f"/feeds/releases.atom?{query}").entries]

    assert titles("topic=water") == ["On Water"]
    assert titles("year=2023") == titles("language=es") == ["In Spanish"]
    assert titles("to=2023-12-31") == ["In Spanish"]
    assert len(titles("")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_search_can_be_followed_newest_first(client, publish, kind):
    for day, title in ((1, "First Notice"), (2, "Second Notice"), (3, "Another")):
        publish(datetime.datetime(2024, 5, day, tzinfo=datetime.UTC), title=title)
    worker.sync()

    feed = read(client, f"/feeds/search.{kind}?q=notice", kind)

    assert [entry.title for entry in feed.entries] == ["Second Notice", "First Notice"]
    assert feed.feed["title"] == "Office of the Attorney General: notice"


def test_feed_is_bounded_and_its_queries_do_not_grow(client, publish, django_assert_num_queries):
    for _ in range(52):
        publish()
    FeedAuthority.current()  # asked once a process

    with django_assert_num_queries(2):
        assert len(read(client, "/feeds/releases.atom").entries) == 50


def test_unreadable_parameters_are_named_in_the_feed(client, publish):
    publish()

    feed = read(client, "/feeds/releases.atom?year=next")

    assert "“next” is not a valid year, so we ignored it." in feed.feed.subtitle


@pytest.mark.parametrize("kind", KINDS)
def test_empty_feed_is_a_feed(client, db, kind):
    assert read(client, f"/feeds/releases.{kind}", kind).entries == []


def test_damaged_index_is_503_with_retry_after(client, publish, search_index):
    publish()
    worker.sync()
    for file in search_index.rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")

    answer = client.get("/feeds/search.atom?q=county")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/feeds/releases.atom"),
        ("/releases/?year=2024&page=1", "/feeds/releases.atom?year=2024"),
        ("/topics/water/?language=en", "/feeds/releases.atom?topic=water&amp;language=en"),
        ("/search/?q=a+b&sort=newest", "/feeds/search.atom?q=a+b"),
    ],
)
def test_pages_link_to_the_feed_of_their_list(client, publish, page, feed):
    publish().topics.add(Topic.objects.create(name="Water", slug="water"))

    head = client.get(page).text

    assert 'type="application/atom+xml" title="' in head
    assert f'href="{feed}"' in head


def test_urls_and_ids_do_not_follow_the_host_header(client, publish, settings):
    settings.FEED_ID_AUTHORITY = "first.example.gov"
    release = publish()
    settings.ALLOWED_HOSTS = ["other.example", "press.example.gov"]
    settings.SITE_ORIGIN = "https://press.example.gov"
    asked = [
        *("/feeds/releases.atom", "/feeds/releases.rss", "/feeds/releases.json", "/sitemap.xml"),
        *("/sitemap-releases.xml", "/sitemap-pages.xml", "/sitemap-news.xml", "/robots.txt"),
        *("/", "/releases/", "/about/", release.get_absolute_url(), "/api/v1/releases/"),
        *(f"/releases/{release.number}.json", f"/releases/{release.number}.ris"),
        f"/oembed?url=https://press.example.gov{release.get_absolute_url()}",
    ]
    for address in asked:
        answer = client.get(address, headers={"Host": "other.example"})
        assert answer.status_code == 200, address
        assert "other.example" not in answer.content.decode(), address
        assert "Last-Modified" not in answer.headers, address

    feed = client.get("/feeds/releases.atom", headers={"Host": "other.example"}).content.decode()
    assert "<id>https://first.example.gov/feeds/releases.atom</id>" in feed
    assert f"<id>tag:first.example.gov,2026:release/{release.number}</id>" in feed


@pytest.mark.parametrize("kind", KINDS)
def test_entries_beyond_the_work_of_one_feed_have_their_beginning_and_a_link(
    client, publish, kind, monkeypatch
):
    monkeypatch.setattr(feeds, "MOST_WORK", 100)
    whole = publish(body="Short & whole.")
    long = publish(body="It begins & goes on.\n\n" + "It never ends. " * 10)

    entries = read(client, f"/feeds/releases.{kind}", kind).entries

    content = {entry.link.split("/")[4]: entry.content[0]["value"] for entry in entries}
    assert "Short &amp; whole." in content[whole.number]
    assert "It begins &amp; goes on." in content[long.number]
    assert f'href="http://testserver{long.permanent_path}"' in content[long.number]
    assert "It never ends." not in content[long.number]
    assert "Read the full release" not in content[whole.number]


@pytest.fixture
def made(client):
    """Return a function that returns whether a feed made an entry."""
    name = "feeds/content.html"
    return lambda address: name in [each.name for each in client.get(address).templates]


def test_entry_is_made_once_for_all_feeds_until_its_release_changes(client, publish, made):
    release = publish(title="Kept")
    client.get("/feeds/releases.atom")

    assert not made("/feeds/releases.json")
    assert not made("/feeds/releases.rss?from=2024-01-01")
    release.body = "Corrected."
    release.save()
    publishing.record_change(release, "correction", "It was wrong.")
    assert made("/feeds/releases.atom")
    assert "Corrected." in client.get("/feeds/releases.json").text


def test_long_entry_takes_no_memory_after_its_feed(publish, made):
    publish(body="It goes on. " * 2000)

    assert made("/feeds/releases.atom")
    assert made("/feeds/releases.json")
