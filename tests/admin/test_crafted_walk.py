"""No admin URL fails on crafted paths, query strings or form data."""

from itertools import product

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import URLResolver
from django.utils.regex_helper import normalize

from releases import publishing
from releases.admin.actions import ACTIONS
from releases.admin.moment_forms import MomentFields
from releases.models import Topic
from tests.admin.sending import sent_from

HUGE = "9" * 30
CRAFTED = ["\0", "\ud800", HUGE]
LIST = "/admin/releases/release/"
TEXTS = (
    *("title", "subtitle", "dateline", "contact", "body", "end_mark", "change_note"),
    *("sections-0-heading", "sections-0-body"),
)
KEYS = [HUGE, "x", "%00"]
PARAMETERS = [
    *("p", "o", "q", "e", "date__year", "date__day", "status__exact", "topics__id__exact"),
    *("language", "view", "topic", "of", "by__id__exact", "at__year", "term", "next", "_to_field"),
    *("_changelist_filters", "id__in"),
]


def addresses(entries=None, prefix="/admin/"):
    """Return all admin paths with keys that do not exist or cannot exist."""
    for entry in admin.site.get_urls() if entries is None else entries:
        route = entry.pattern.regex.pattern
        for path, names in normalize(route):
            if isinstance(entry, URLResolver):
                yield from addresses(entry.url_patterns, prefix + path)
            else:
                yield from (prefix + path % dict.fromkeys(names, key) for key in KEYS)


@pytest.fixture
def root(client, admin_user):
    """Return a superuser's client that returns server errors, as in production."""
    client.force_login(admin_user)
    client.raise_request_exception = False
    return admin_user


@pytest.mark.usefixtures("root")
def test_no_address_fails_over_its_keys(client, make_release):
    make_release()
    asked = sorted(set(addresses()))

    failed = [path for path in asked if client.get(path).status_code >= 500]
    failed += [path for path in asked if client.post(path, {"x": "1"}).status_code >= 500]

    assert len(asked) > 100
    assert failed == []


@pytest.mark.usefixtures("root")
def test_no_list_fails_over_its_parameters(client, publish):
    publish()
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    ]
    lists += ["/admin/autocomplete/", "/admin/login/", "/admin/"]
    failed = []
    for path, name, value in product(lists, PARAMETERS, CRAFTED):
        if client.get(path, {name: value.encode("utf-8", "surrogatepass")}).status_code >= 500:
            failed.append((path, name, value))

    assert failed == []


def _posts(client, release):
    """Yield each form of a release: URL, a browser's data, and the fields to craft."""
    change = f"/admin/releases/release/{release.pk}/change/"
    sent = sent_from(client.get(change).context)
    yield change, sent, [TEXTS, *((name,) for name in sent if name not in TEXTS)]
    chosen = {"_selected_action": release.pk, f"seen_{release.pk}": "x", "apply": "1"}
    for action, field in (("approve_many", "effect"), ("withdraw_many", "reason")):
        yield LIST, {**chosen, "action": action, field: "now"}, [(field,), (f"seen_{release.pk}",)]
    filed = {**chosen, "action": "add_topics", "topics": "x", "select_across": "0", "index": "0"}
    yield LIST, filed, [(name,) for name in filed]
    for name, verb in ACTIONS.items():
        is_of_moments = issubclass(verb.form, MomentFields)
        names = [*verb.form.base_fields, *(("effect", "named", "asked") if is_of_moments else ())]
        path = f"/admin/releases/release/{release.pk}/do/{name}/"
        yield path, dict.fromkeys(names, "x"), [(name,) for name in names]


@pytest.mark.usefixtures("root")
def test_no_form_fails_over_one_crafted_field(client, publish):
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    with transaction.atomic():
        release.sections.create(position=1, heading="About", body="Of the county.")
        publishing.record_change(release, "update", "With a section.")
    failed = []
    for path, fields, together in list(_posts(client, release)):
        for crafted, value in product(together, CRAFTED):
            given = {name: value.encode("utf-8", "surrogatepass") for name in crafted}
            if client.post(path, {**fields, **given}).status_code >= 500:
                failed.append((path, crafted, value))

    assert failed == []
