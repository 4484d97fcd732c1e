"""No address of the admin fails over what somebody typed into it, or sent by a program."""

from itertools import product

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import URLResolver
from django.utils.regex_helper import normalize

from releases import publishing
from releases.models import Topic
from tests.admin.sending import sent_from

HUGE = "9" * 30
CRAFTED = ["\0", "\ud800", HUGE]
KEYS = [HUGE, "x", "%00"]
PARAMETERS = [
    *("p", "o", "q", "e", "date__year", "date__day", "status__exact", "topics__id__exact"),
    *("language", "attention", "by__id__exact", "at__year", "term", "next", "_to_field"),
    *("_changelist_filters", "id__in"),
]


def addresses(entries=None, prefix="/admin/"):
    """All paths of the admin with keys that no row has, or that none could have."""
    for entry in admin.site.get_urls() if entries is None else entries:
        route = entry.pattern.regex.pattern
        for path, names in normalize(route):
            if isinstance(entry, URLResolver):
                yield from addresses(entry.url_patterns, prefix + path)
            else:
                yield from (prefix + path % dict.fromkeys(names, key) for key in KEYS)


@pytest.fixture
def root(client, admin_user):
    """The widest rights; a failure of the site is an answer, as in production."""
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
    """Each form of a release as its page has it: the address and what a browser sends."""
    change = f"/admin/releases/release/{release.pk}/change/"
    yield change, sent_from(client.get(change).context)
    chosen = {"_selected_action": release.pk, f"seen_{release.pk}": "x", "apply": "1"}
    for action in ("approve_many", "withdraw_many", "file_many"):
        bulk = {**chosen, "action": action, "reason": "x", "topics": "x", "effect": "now"}
        yield "/admin/releases/release/", {**bulk, "select_across": "0", "index": "0"}
    for verb in ("withdraw", "pair", "approve", "reschedule", "rename", "approve-correction"):
        fields = {"seen": "x", "reason": "x", "original": "x", "successor": "x", "slug": "x"}
        moments = {"release_at": "x", "effect": "schedule", "named": "x", "proposal": "x"}
        yield f"/admin/releases/release/{release.pk}/do/{verb}/", {**fields, **moments}


@pytest.mark.usefixtures("root")
def test_no_form_fails_over_one_crafted_field(client, publish):
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    with transaction.atomic():
        release.sections.create(position=1, heading="About", body="Of the county.")
        publishing.record_change(release, "update", "With a section.")
    failed = []
    for path, fields in list(_posts(client, release)):
        for name, value in product(fields, CRAFTED):
            sent = {**fields, name: value.encode("utf-8", "surrogatepass")}
            if client.post(path, sent).status_code >= 500:
                failed.append((path, name, value))

    assert failed == []
