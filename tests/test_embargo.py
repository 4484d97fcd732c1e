"""One second before its release nobody reads a word of it, at any address the project knows; at
its release everybody does.

The addresses are walked from the URLconf, so that a new one is included by itself. A converter
that has no example in releases/probing.py fails the walk, which names it.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from releases import probing, publishing
from releases.search import changes

MARKS = {
    "title": "Quagmark",
    "body": "Zephmark",
    "section": "Jubimark",
    "topic": "Vexomark",
    "image": "Wumpmark",
    "file name": "Fizzmark",
    "document": "Plonkmark",
}
QUERIES = [
    "",
    "?q=Zephmark",
    "?q=Quagm*",
    "?q=Plonkmark",
    "?topic=vexomark",
    "?year=2024",
    "?page=2",
]

LIFT = datetime.datetime(2024, 5, 14, 16, 0, tzinfo=datetime.UTC)
BEFORE = LIFT - datetime.timedelta(seconds=1)

NAMES = ("original", "480.jpg", "480.avif", "full.jpg", "fizzmark.pdf")
EXAMPLES = probing.examples(
    "2024-0001",
    LIFT.date(),
    ["quagmark-opens", "vexomark"],
    [("0" * 32, name) for name in NAMES],
)


@pytest.fixture
def clock(monkeypatch):
    """Set the time that the site goes by: `clock(LIFT)`."""

    def stand(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    stand(BEFORE)
    return stand


@pytest.fixture
def marked(make_release, clock, attach_image, attach_pdf, monkeypatch):
    """An approved release with a mark of its own in each of its parts."""
    release = make_release(title="Quagmark Opens", body=MARKS["body"])
    release.topics.create(name=MARKS["topic"], slug="vexomark")
    release.sections.create(position=1, heading=MARKS["section"], body=MARKS["section"])
    image = attach_image(release, alt=MARKS["image"])
    document = attach_pdf(release, MARKS["document"], name=f"{MARKS['file name']}.pdf")
    monkeypatch.setitem(EXAMPLES, "key", [image.key, document.key])
    approved = publishing.approve(release, LIFT)
    link, token = publishing.share(approved, "Jane Roe", LIFT, at=BEFORE)
    publishing.revoke(link, at=BEFORE)
    monkeypatch.setitem(EXAMPLES, "token", ["0" * 43, token])
    return approved


def addresses() -> list[str]:
    return probing.addresses(EXAMPLES, QUERIES)


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def seen(client) -> dict[str, set[str]]:
    """The marks that stand in the answer of each address, headers included."""
    found = {}
    for address in addresses():
        answer = client.get(address)
        assert answer.status_code < 500, address
        text = (str(dict(answer.headers)) + body(answer).decode(errors="replace")).lower()
        # What was asked for is echoed; it tells nothing.
        asked = address.partition("?")[2].lower()
        marks = {mark for mark in MARKS.values() if mark.lower() in text}
        found[address] = {mark for mark in marks if mark.lower() not in asked}
    return found


def test_walk_reaches_the_addresses_of_a_release():
    known = addresses()

    assert "/releases/2024-0001/quagmark-opens/" in known
    assert "/releases/2024-0001/versions/1/" in known
    assert "/search/?q=Zephmark" in known


def test_no_address_shows_anything_one_second_early(client, marked):
    changes.sync(BEFORE)

    assert {address: marks for address, marks in seen(client).items() if marks} == {}


def test_nothing_at_all_differs_from_an_archive_without_it(client, clock, publish):
    changes.sync(BEFORE)
    without = {address: body(client.get(address)) for address in addresses()}

    publish(release_at=LIFT, title="Quagmark Opens", body=MARKS["body"])
    changes.sync(BEFORE)

    assert {address: body(client.get(address)) for address in addresses()} == without


def test_answers_given_early_are_no_excuse_later(client, marked, clock):
    """What was answered before the lift is not served after it: no stale cache, no ETag."""
    before = client.get(marked.get_absolute_url())
    clock(LIFT)

    after = client.get(
        marked.get_absolute_url(), headers={"If-None-Match": before.headers.get("ETag", '"x"')}
    )

    assert (before.status_code, after.status_code) == (404, 200)


def test_everything_is_shown_at_its_moment(client, marked, clock):
    clock(LIFT)
    changes.sync(LIFT)

    found = seen(client)

    printed = set(MARKS.values()) - {MARKS["file name"], MARKS["document"]}
    assert found[marked.get_absolute_url()] >= printed
    assert found["/releases/2024-0001/versions/1/"] >= printed - {MARKS["topic"], MARKS["image"]}
    assert MARKS["title"] in found["/search/?q=Plonkmark"]
    document = marked.attachments.get().get_absolute_url()
    assert "fizzmark" in document
    for address in (document, marked.images.get().address("480.jpg")):
        assert client.get(address).status_code == 200


def test_lists_and_search_show_it_at_its_moment(client, marked, clock):
    clock(LIFT)
    changes.sync(LIFT)

    found = seen(client)

    for address in ("/", "/releases/", "/releases/2024/05/14/", "/search/?q=Zephmark"):
        assert MARKS["title"] in found[address]


@pytest.mark.parametrize("person", ["a stranger", "staff without the right"])
def test_admin_shows_nothing_to_who_has_no_right(client, marked, django_user_model, person):
    if person != "a stranger":
        client.force_login(django_user_model.objects.create_user("temp", is_staff=True))
    pages = [
        reverse("admin:releases_release_changelist"),
        reverse("admin:releases_release_change", args=[marked.pk]),
        reverse("admin:releases_release_history", args=[marked.pk]),
        reverse("admin:releases_release_delete", args=[marked.pk]),
        reverse("admin:releases_release_preview", args=[marked.pk]),
        reverse("admin:releases_release_previews", args=[marked.pk]),
        reverse("admin:releases_release_verb", args=[marked.pk, "recall"]),
        reverse("admin:autocomplete") + "?app_label=releases&model_name=release"
        "&field_name=translation_of&term=Quagmark",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in (302, 403)
        assert not [mark for mark in MARKS.values() if mark in answer.text]
