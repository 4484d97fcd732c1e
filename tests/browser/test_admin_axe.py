"""Every kind of admin page passes axe, wide in light, then narrow in dark, under the strict CSP.

Pages come from the URLconf, so new ones join by themselves.
"""

import itertools
import re
from collections import defaultdict
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLResolver
from django.utils.regex_helper import normalize

from releases import publishing
from releases.admin.actions import ACTIONS
from releases.models import Topic
from tests.authority.site_roads import bring_about_records

pytestmark = pytest.mark.django_db(transaction=True)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": WCAG},
    "resultTypes": ["violations"],
    # Preloading reads @import relative to the page, which answers 404.
    "preload": False,
}
SAMPLES = {"app_label": ["releases"], "name": sorted(ACTIONS), "year": ["2024"], "month": ["5"]}
SIGNED_OUT = ["/admin/login/"]
LOOKS = [(1280, "light"), (390, "dark")]
PARTS = 2  # of the pages, one test each


@pytest.fixture
def desk_in_use(make_release, publish, in_an_hour, staff):
    """Create a row for each state and each kind of record; return an administrator."""
    topic = Topic.objects.create(name="Water", slug="water")
    make_release(title="A Draft without a Body", body="").topics.add(topic)
    publish(title="County Opens a Records Office").topics.add(topic)
    publish(in_an_hour, title="Approved for Later")
    publishing.withdraw(publish(title="Withdrawn"), "It was wrong.")
    bring_about_records()
    staff("writer", "Ana")
    return User.objects.create_superuser("root", password="password")


def addresses(entries=None, prefix="/admin/", about=None):
    """Yield all admin paths, with the keys of existing rows and samples of other parameters."""
    for entry in admin.site.get_urls() if entries is None else entries:
        for path, names in normalize(entry.pattern.regex.pattern):
            if isinstance(entry, URLResolver):
                yield from addresses(entry.url_patterns, prefix + path, model_at(prefix + path))
                continue
            choices = [SAMPLES.get(name) or keys_of(about) for name in names]
            for chosen in itertools.product(*choices):
                yield prefix + path % dict(zip(names, chosen, strict=True))


def model_at(prefix):
    """Return the model whose admin is at `/admin/app/model/`, if any."""
    parts = prefix.strip("/").split("/")
    return apps.all_models[parts[1]].get(parts[2]) if len(parts) == 3 else None


def keys_of(model):
    """Return the keys of up to four rows: a release in each state, one row of the others."""
    if model is None:
        return []
    rows = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return [str(key) for key in rows[: 4 if model.__name__ == "Release" else 1]]


def pages(person):
    """Return a path of each kind that answers with a page."""
    client = Client()
    client.force_login(person)
    client.raise_request_exception = False
    kinds = defaultdict(list)
    for path in sorted(set(addresses()) - {"/admin/logout/", "/admin/login/"}, reverse=True):
        kinds[re.sub(r"/\d+/", "/1/", path)].append(path)
    answers = (filter(lambda path: is_page(client.get(path)), kind) for kind in kinds.values())
    return [path for found in answers for path in itertools.islice(found, 1)]


def is_page(response):
    return response.status_code == 200 and "text/html" in response["Content-Type"]


def sign_in(page, person):
    """Give the browser a session of this person."""
    client = Client()
    client.force_login(person)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**session, "url": urljoin(page.url, "/")}])


def listen(page):
    """Return a list that gets the page's errors."""
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def violations(page):
    """Return what axe finds on the page, as short sentences."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


def look(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


def seen(page, width, scheme):
    """Return the violations in this look, and whether the page is wider than it."""
    look(page, width, scheme)
    overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    wide = ["scrolls sideways"] if page.evaluate(overflow) else []
    return [f"{width}: {each}" for each in violations(page) + wide]


def faults(page, path, errors):
    """Open the path; return violations, console errors and a loose CSP."""
    errors.clear()
    look(page, *LOOKS[0])
    policy = page.goto(path).headers["content-security-policy"]
    loose = ["unsafe in the CSP"] if "unsafe-" in policy else []
    return [each for given in LOOKS for each in seen(page, *given)] + errors + loose


def test_walk_reaches_lists_forms_and_actions(desk_in_use):
    found = pages(desk_in_use)

    for model in (Topic, Group, User):
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        key = model.objects.earliest("pk").pk
        assert {start, f"{start}add/", f"{start}{key}/change/"} <= set(found)
    assert any(path.endswith("/do/approve/") for path in found)
    assert {"/admin/", "/admin/second-factor/", "/admin/password_change/"} <= set(found)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_kind_of_page_passes_axe_under_the_csp(desk_in_use, browse, part):
    page = browse("about:blank")
    errors = listen(page)
    found = {path: faults(page, path, errors) for path in SIGNED_OUT}
    sign_in(page, desk_in_use)
    for path in pages(desk_in_use)[part::PARTS]:
        found[path] = faults(page, path, errors)

    assert [f"{path}: {each}" for path, each in found.items() if each] == []
