"""No URL leaks an embargoed release a second before its release time; afterwards all show it.

The URLs come from the URLconf, so new ones are included automatically. A converter without an
example in releases/web/leak_scan.py fails by name.
"""

import datetime
import gzip
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, reverse
from django.utils import timezone
from django.utils.regex_helper import normalize

from releases import publishing
from releases.admin.actions import ACTIONS
from releases.alerts import worker as alerts
from releases.models import (
    Announcement,
    ImportedRecord,
    ImportRun,
    OutgoingCall,
    OutgoingMail,
    PinnedResult,
    PressMailing,
    PressRecipient,
    PressTag,
    Release,
    SearchChange,
    Subscriber,
    Subscription,
)
from releases.output import data_build
from releases.publishing import comments
from releases.search import worker
from releases.web import leak_scan

pytestmark = pytest.mark.contract

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

OF_RELEASE = "app_label=releases&model_name=release"
GUESSES = [
    "?_popup=1&q=Quagm",
    "?title__startswith=Quag",
    "?release__title__startswith=Quag",
    f"?term=Quagm&{OF_RELEASE}&field_name=translation_of",
    f"?term=Vexom&{OF_RELEASE}&field_name=topics",
]

LIFT = datetime.datetime(2024, 5, 14, 16, 0, tzinfo=datetime.UTC)
BEFORE = LIFT - datetime.timedelta(seconds=1)

NAMES = ("original", "480.jpg", "480.avif", "full.jpg", "fizzmark.pdf")
EXAMPLES = leak_scan.examples(
    "2024-0001",
    LIFT.date(),
    ["quagmark-opens", "vexomark"],
    [("0" * 32, name) for name in NAMES],
)


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the site's time, as `clock(LIFT)`."""

    def stand(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    stand(BEFORE)
    return stand


@pytest.fixture
def marked(make_release, clock, attach_image, attach_pdf, monkeypatch):
    """An approved release with a distinct marker word in each part."""
    release = make_release(title="Quagmark Opens", body=MARKS["body"])
    release.topics.create(name=MARKS["topic"], slug="vexomark")
    release.sections.create(position=1, heading=MARKS["section"], body=MARKS["section"])
    image = attach_image(release, alt=MARKS["image"], is_lead=True)
    document = attach_pdf(release, MARKS["document"], name=f"{MARKS['file name']}.pdf")
    monkeypatch.setitem(EXAMPLES, "key", [image.key, document.key])
    approved = publishing.approve(release, LIFT)
    recommended = PinnedResult(queries="Zephmark\nPlonkmark", releases=approved.number)
    publishing.save_pinned(recommended)
    link, token = publishing.create_preview(approved, "Jane Roe", LIFT, at=BEFORE)
    publishing.revoke_preview(link, at=BEFORE)
    monkeypatch.setitem(EXAMPLES, "token", ["0" * 43, token])
    return approved


def addresses() -> list[str]:
    return leak_scan.public_addresses(EXAMPLES, QUERIES)


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def seen(client) -> dict[str, set[str]]:
    """Return the markers found in each URL's response, headers included."""
    found = {}
    for address in addresses():
        answer = client.get(address)
        assert answer.status_code < 500, address
        text = (str(dict(answer.headers)) + body(answer).decode(errors="replace")).lower()
        # The echoed request reveals nothing.
        asked = address.partition("?")[2].lower()
        marks = {mark for mark in MARKS.values() if mark.lower() in text}
        found[address] = {mark for mark in marks if mark.lower() not in asked}
    return found


def test_walk_reaches_the_addresses_of_a_release():
    parts = ("quagmark-opens/", "versions/1/", "card.png", "kit.zip")
    lists = {"/releases/timeline/", "/releases/2024/", "/data/", "/api/v1/releases.csv", "/oembed"}
    own = {f"/releases/2024-0001/{part}" for part in parts}
    assert {*lists, *own, "/search/?q=Zephmark"} <= set(addresses())


@pytest.mark.usefixtures("either_storage")
def test_no_address_shows_anything_one_second_early(client, marked):
    worker.sync(BEFORE)

    assert {address: marks for address, marks in seen(client).items() if marks} == {}


def test_data_files_show_nothing_one_second_early(client, marked, clock):
    def read():
        built = data_build.build("https://press.example.gov", timezone.now())
        files = [b"".join(client.get(f"/data/{file.name}")) for file in built.files]
        return b" ".join(gzip.decompress(f) if f[:2] == b"\x1f\x8b" else f for f in files).decode(
            errors="replace"
        )

    early = read()
    clock(LIFT)
    assert [mark for mark in MARKS.values() if mark.lower() in early.lower()] == []
    assert MARKS["title"] in read()


def test_nothing_at_all_differs_from_an_archive_without_it(client, clock, publish):
    worker.sync(BEFORE)
    without = {address: body(client.get(address)) for address in addresses()}

    publish(release_at=LIFT, title="Quagmark Opens", body=MARKS["body"])
    worker.sync(BEFORE)

    assert {address: body(client.get(address)) for address in addresses()} == without


def test_early_responses_are_not_served_later(client, marked, clock):
    """No cached response or ETag from before the release time is served after it."""
    before = client.get(marked.get_absolute_url())
    clock(LIFT)

    after = client.get(
        marked.get_absolute_url(), headers={"If-None-Match": before.headers.get("ETag", '"x"')}
    )

    assert (before.status_code, after.status_code) == (404, 200)


@pytest.mark.usefixtures("either_storage")
def test_everything_is_shown_at_its_moment(client, marked, clock):
    clock(LIFT)
    worker.sync(LIFT)

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
    worker.sync(LIFT)

    found = seen(client)

    for address in ("/", "/releases/", "/releases/2024/05/14/", "/search/?q=Zephmark"):
        assert MARKS["title"] in found[address]


@pytest.fixture
def proposed(marked, clock, staff):
    """A public release with a marker in each part of an unapproved correction."""
    clock(LIFT)
    part = {"kind": "body", "heading": "Gluxmark", "body": "Gluxmark", "after_end": False}
    content = {**marked.snapshot(), "title": "Gluxmark", "body": "Gluxmark", "sections": [part]}
    writer = staff("writer", "Gluxmark")
    publishing.propose_correction(marked, content, "correction", "Gluxmark was wrong.", by=writer)
    return marked


def test_no_address_shows_anything_of_a_proposed_correction(client, proposed, monkeypatch):
    worker.sync(LIFT)
    monkeypatch.setitem(MARKS, "proposal", "Gluxmark")

    assert {address for address, marks in seen(client).items() if "Gluxmark" in marks} == set()


@pytest.fixture
def commented(marked, clock, staff):
    """A public release with a comment, its reply and a settled one."""
    ana = staff("writer", "Ana Gluxmark")
    for paragraph in (None, 1):
        comment = comments.add_comment(marked, "Gluxmark", ana, BEFORE, paragraph)
        comments.add_comment(marked, "Gluxmark again", ana, BEFORE, parent=comment.pk)
    comments.settle_comment(marked, comment.pk, ana, BEFORE)
    comments.note_presence(marked, ana, BEFORE)
    clock(LIFT)
    return marked


def test_no_address_shows_a_comment(client, commented, monkeypatch):
    worker.sync(LIFT)
    monkeypatch.setitem(MARKS, "comment", "Gluxmark")

    assert {address for address, marks in seen(client).items() if "Gluxmark" in marks} == set()


def test_admin_shows_no_comment_to_who_has_no_right(client, in_the_admin, commented):
    user = User.objects.create_user("temp", is_staff=True)

    assert seen_in_admin(client, user, in_the_admin, {"Gluxmark"}) == {}


def test_approved_correction_is_shown(client, proposed, monkeypatch):
    found = publishing.open_proposal(proposed)
    publishing.approve_correction(proposed, found.pk, at=LIFT)
    worker.sync(LIFT)
    monkeypatch.setitem(MARKS, "proposal", "Gluxmark")

    shown = {address for address, marks in seen(client).items() if "Gluxmark" in marks}
    assert proposed.get_absolute_url() in shown
    assert "/corrections/" in shown


def test_admin_shows_no_proposal_to_who_has_no_right(client, in_the_admin, proposed):
    user = User.objects.create_user("temp", is_staff=True)

    assert seen_in_admin(client, user, in_the_admin, {"Gluxmark"}) == {}


@pytest.mark.django_db(transaction=True)
def test_no_row_of_the_outbox_shows_anything_early(marked, mail_to, smtp_server, settings):
    mail_to(smtp_server.url)
    settings.WEBHOOKS = {"https://hook.example.org/": b"0" * 32}
    settings.WEBSUB_HUB = "https://hub.example.org/"
    person = Subscriber.objects.create(address="ana@example.org", language="en")
    for kind in Subscription.Kind:
        person.subscriptions.create(kind=kind, frequency="at-once", confirmed_at=BEFORE)

    send_to_press_at_the_lift(marked)

    alerts.process(BEFORE)

    assert Announcement.objects.filter(release=marked, done_at=None).exists()
    assert PressMailing.objects.filter(release=marked, queued_at=None).exists()
    assert not OutgoingMail.objects.exists()
    assert not OutgoingCall.objects.exists()
    rows = [*Announcement.objects.values(), *PressMailing.objects.values()]
    rows += PressRecipient.objects.values()
    assert [mark for mark in MARKS.values() if mark.lower() in str(rows).lower()] == []
    assert smtp_server.taken == []


def send_to_press_at_the_lift(release):
    tag = PressTag.objects.create(name="Water")
    consent = {"consent_on": "2024-05-01", "consent_how": "Letter"}
    tag.journalists.create(name="Bea", address="bea@example.org", **consent)
    shown = publishing.rehearse_press(release, "lift", [tag], BEFORE)
    publishing.send_to_press(release, "lift", [tag], shown.fingerprint, at=BEFORE)


def admin_addresses(given, entries=None, prefix="/admin/"):
    """Yield all admin paths with example arguments. Raises KeyError for a parameter without one."""
    for entry in admin.site.get_urls() if entries is None else entries:
        route = entry.pattern.regex.pattern
        if isinstance(entry, URLResolver):
            [(beneath, _)] = normalize(route)
            yield from admin_addresses(given, entry.url_patterns, prefix + beneath)
            continue
        for path, names in normalize(route):
            for values in product(*(given[name] for name in names)):
                yield prefix + path % dict(zip(names, values, strict=True))


@pytest.fixture
def in_the_admin(marked):
    """Return every admin URL, and lists with guessed query strings."""
    user = User.objects.create_user("Ana")
    Release.objects.filter(pk=marked.pk).update(edited_by=user)
    rows = [marked, marked.topics.get(), marked.audit_entries.first(), marked.versions.get(), user]
    kind = ContentType.objects.get_for_model(Release).pk
    sent = ImportRun.objects.create(by=user, token="t" * 22, state="done", names=["a.txt"])
    ImportedRecord.objects.create(
        run=sent, position=0, source="a.txt", outcome="draft", release=marked
    )
    given = {
        "object_id": {
            *(row.pk for row in rows),
            *SearchChange.objects.values_list("pk", flat=True),
        },
        "id": [user.pk],
        "uidb64": ["MQ", "x"],
        "pk": [marked.pk],
        "year": [2024],
        "month": [12],
        "token": [sent.token],
        "link": [marked.preview_links.get().pk],
        "mailing": [marked.press_mailings.create(when="lift", release_at=LIFT, made_at=BEFORE).pk],
        "name": list(ACTIONS),
        "app_label": ["auth", "releases"],
        "content_type_id": [kind, f"+{kind}", kind + 1000, "9" * 30, "x"],
        "url": ["", "nowhere"],
    }
    plain = set(admin_addresses(given))
    lists = [*(path for path in plain if path.count("/") == 4), reverse("admin:autocomplete")]
    return sorted(plain | {path + query for path in lists for query in GUESSES})


def seen_in_admin(client, person, addresses, marks):
    """Return the markers found in each URL's responses to GET and POST."""
    found = {}
    for address, send in product(addresses, (client.get, client.post)):
        if person and SESSION_KEY not in client.session:  # one URL signs out
            client.force_login(person)
        answer = send(address)
        assert answer.status_code < 500, address
        text = (str(dict(answer.headers)) + body(answer).decode(errors="replace")).lower()
        if shown := {mark for mark in marks if mark.lower() in text}:
            found[address] = shown
    return found


def test_admin_walk_reaches_the_pages_of_a_release(in_the_admin, marked):
    pages = [
        reverse("admin:releases_release_changelist"),
        reverse("admin:releases_release_change", args=[marked.pk]),
        reverse("admin:releases_release_verb", args=[marked.pk, "recall"]),
        reverse("admin:autocomplete"),
        reverse("admin:app_list", args=["releases"]),
        reverse("admin:jsi18n"),
        reverse("admin:releases_release_import"),
    ]

    assert set(pages) <= set(in_the_admin)


@pytest.mark.usefixtures("either_storage")
def test_admin_walk_finds_what_is_shown(client, in_the_admin, marked, staff):
    pages = [address for address in in_the_admin if f"/release/{marked.pk}/" in address]

    found = seen_in_admin(client, staff("writer"), pages, set(MARKS.values()))

    assert set().union(*found.values()) == set(MARKS.values()) - {MARKS["document"]}


@pytest.mark.parametrize("person", ["a stranger", "a former writer", "a keeper of accounts"])
def test_admin_shows_nothing_to_who_has_no_right(client, in_the_admin, marked, person):
    user = None
    if person != "a stranger":
        user = User.objects.create_user("temp", is_staff=True)
        LogEntry.objects.log_actions(user.pk, [marked], CHANGE)
    if person == "a keeper of accounts":
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))

    assert seen_in_admin(client, user, in_the_admin, set(MARKS.values())) == {}
