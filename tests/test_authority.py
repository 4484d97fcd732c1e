"""Every role on every road in every state may change exactly what tests/authority/table.py says.

The roads come from the URLconf: an admin URL, list action or action page without a row in the table
fails by name.
"""

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command, get_commands
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import URLResolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from pressroom.infra.accounts import second_factor
from releases.admin.actions import ACTIONS
from releases.models import AuditEntry, Release, Topic
from releases.web import leak_scan
from tests.authority import table
from tests.authority.part_roads import make_parts
from tests.authority.roads import (
    BEFORE,
    BEFORE_OF_ONES_OWN,
    ROADS,
    WITHOUT_A_RELEASE,
)
from tests.authority.site_roads import SITE_ROADS, bring_about_records
from tests.authority.walk import Walk, bring_about, release_of
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

CELLS = table.cells(table.OF_A_RELEASE)
OF_ONES_OWN = table.cells(table.OF_ONES_OWN)
WITH_APPROVAL = table.cells(table.WHERE_CORRECTIONS_NEED_APPROVAL)
# URL names of what releases are filed under or made from.
OF_PARTS = (
    *("topic", "contact", "boilerplate_", "releasetemplate", "redirect", "missedaddress"),
    *("synonym", "pinnedresult", "missedsearch", "journalist", "presstag"),
)
OF_COMMANDS = ("import_releases",)
# Tables that a refused request may change: log of attempts, submitted form, session, and outbox.
# What a person typed is kept for them when their colleague was faster.
KEPT_WHEN_REFUSED = {"queued": {"workingcopy"}}
BESIDE = {
    *("upload", "sentform", "logentry", "session", "searchchange", "vocabularyword"),
    *("importrun", "importedrecord"),
}
CHANGED_WITHOUT_AUDIT = {"comments": "comment", "presence": "presence"}
TOUCHED_BY_REQUESTS = BESIDE - {"searchchange"}
# Tables with public content, and the audit log.
ON_RECORD = {
    *("release", "section", "image", "attachment", "release_topics", "topic"),
    *("topicredirect", "contact", "boilerplate", "boilerplatetext", "releasetemplate", "redirect"),
    *("synonym", "pinnedresult", "journalist", "presstag", "pressmailing", "pressrecipient"),
    *("version", "auditentry", "proposedcorrection", "previewlink", "user", "user_groups"),
}


@dataclass(frozen=True)
class Archive:
    """Row digests, and a client for each role, reused because a new one reads all static files."""

    rows: dict[str, str]
    browsers: dict[str, Client]


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    """Create a release in each state once; every cell is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        bring_about()
        Topic.objects.create(name="Water", slug="water")
        for role in (*table.ROLES[1:], "colleague"):
            person = User.objects.create_user(role, is_staff=True, password="password")
            person.groups.set(Group.objects.filter(name=role))
        User.objects.create_superuser("root", password="password")
        User.objects.update(date_joined=NOON)
        bring_about_records()
        second_factor.start_setup(User.objects.get(username="colleague"))
        TOTPDevice.objects.update(confirmed=True)
        browsers = {role: signed_in(role) for role in (*table.ROLES, "root")}
        yield Archive(digests(), browsers)
        transaction.set_rollback(True)


def signed_in(role):
    """Return a client with the role."""
    browser = Client()
    if person := User.objects.filter(username=role).first():
        browser.force_login(person)
    return browser


@contextmanager
def undone():
    """Roll the block back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def digests(beside=BESIDE):
    """Return a digest of the rows of each table except `beside`, in one query."""
    names = {
        model._meta.model_name: connection.ops.quote_name(model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.model_name not in beside
    }
    rows = "md5(string_agg(found::text, ';' ORDER BY found::text))"
    each = (f"SELECT '{name}', {rows} FROM {table} found" for name, table in names.items())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())


def walked(role, state, archive, folder):
    return Walk(
        client=archive.browsers.get(role),
        person=User.objects.filter(username=role).first(),
        release=release_of(state),
        colleague=User.objects.get(username="colleague"),
        original=release_of("original"),
        topic=Topic.objects.get(),
        folder=folder,
    )


def faults(cell, role, walk, rows, before):
    """Return how the road's result differs from the table, as sentences."""
    if before:
        before(walk)
        walk.release, rows = Release.objects.get(pk=walk.release.pk), digests()
    audit = list(AuditEntry.objects.values_list("pk", flat=True))
    versions = walk.release.versions.count()
    ROADS[cell.road](walk)
    changed = {name for name, digest in digests().items() if digest != rows[name]}
    if not cell.allows(role):
        changed -= KEPT_WHEN_REFUSED.get(cell.road, set())
        return [f"refused, yet it changed {', '.join(sorted(changed))}"] if changed else []
    left = list(AuditEntry.objects.exclude(pk__in=audit).values_list("action", "by", "release"))
    return list(_not_done(cell, role, walk, changed, left, versions))


def _not_done(cell, role, walk, changed, left, versions):
    """Yield what is missing from the result of an allowed cell."""
    person = walk.person and walk.person.pk
    actions = {"proposed"} if cell.proposes(role) else {cell.action}
    if actions == {"edited"} and cell.state in ("embargoed", "public"):
        actions.add("corrected")
    if cell.action == "-":
        if changed != {CHANGED_WITHOUT_AUDIT.get(cell.road, "workingcopy")}:
            yield f"allowed, yet it changed {', '.join(sorted(changed)) or 'nothing'}"
        return
    if len(left) != 1 or left[0][0] not in actions or left[0][1:] != (person, walk.release.pk):
        yield f"allowed, yet the audit entries are {left}"
    after = Release.objects.filter(pk=walk.release.pk).first()
    status = after.status if after else "gone"
    if status != (walk.release.status if cell.then == "=" else cell.then):
        yield f"allowed, yet it is {status}"
    elif after and _is_for_the_public(cell, role, after):
        if after.versions.count() != versions + 1:
            yield f"allowed, yet it has {after.versions.count()} versions"
        elif after.versions.last().by not in _authors(cell, walk):
            yield f"the version is by {after.versions.last().by}"
    elif after and after.versions.count() != versions:
        yield "it has a version that says nothing new"


def _is_for_the_public(cell, role, after):
    """Return whether the public sees a new version."""
    reads = after.status == "approved" or cell.then != "="
    return cell.has_version and reads and not cell.proposes(role)


def _authors(cell, walk):
    """Return the expected authors: for an approved correction, its proposer."""
    if cell.action == "accepted":
        return [proposal.proposed_by for proposal in walk.release.proposed_corrections.all()]
    return [walk.person]


def wrong(cells, archive, folder, before):
    """Return the differences from the table, by state and role."""
    found = {}
    for cell in cells:
        for role in ["system"] if cell.road in OF_COMMANDS else table.ROLES:
            with undone():
                walk = walked(role, cell.state, archive, folder)
                if sentences := faults(cell, role, walk, archive.rows, before.get(cell.road)):
                    found[f"{cell.state}, {role}"] = sentences
    return found


@pytest.mark.parametrize("road", CELLS)
def test_road_does_what_the_table_says(archive, tmp_path, road):
    assert wrong(CELLS[road], archive, tmp_path, BEFORE) == {}


@pytest.mark.parametrize("road", OF_ONES_OWN)
def test_self_approval_is_refused_on_every_road(archive, tmp_path, road):
    assert wrong(OF_ONES_OWN[road], archive, tmp_path, BEFORE_OF_ONES_OWN) == {}


@pytest.mark.parametrize("road", WITH_APPROVAL)
def test_publishers_propose_where_corrections_need_approval(archive, settings, tmp_path, road):
    settings.CORRECTIONS_NEED_APPROVAL = True

    assert wrong(WITH_APPROVAL[road], archive, tmp_path, BEFORE) == {}


EXPECT_A_VERSION = [
    *(road for road in CELLS if road.startswith(("verb", "changelist", "change"))),
    "previews share",
    "press send",
]


@pytest.mark.parametrize("seen", ["", "x", "2024-05-14T19:00:00+00:00"])
def test_every_action_checks_the_expected_version(archive, tmp_path, seen):
    done = []
    for road in EXPECT_A_VERSION:
        for cell in [cell for cell in CELLS[road] if cell.allows("administrator")][:1]:
            with undone():
                walk = walked("administrator", cell.state, archive, tmp_path)
                BEFORE.get(road, lambda walk: None)(walk)
                walk.stale, rows = seen, digests()
                ROADS[road](walk)
                done += [road] if digests() != rows else []

    assert done == []


NEW = table.rows(table.WITHOUT_A_RELEASE)


@pytest.mark.parametrize("road", NEW)
def test_road_to_a_new_row_does_what_the_table_says(archive, tmp_path, road):
    changes, may = NEW[road]
    did = {}
    for role in table.ROLES:
        with undone():
            walk = walked(role, "draft", archive, tmp_path)
            BEFORE.get(road, lambda walk: None)(walk)
            rows = digests()
            WITHOUT_A_RELEASE[road](walk)
            after = digests()
        did[role] = {name for name in rows if rows[name] != after[name]}

    _require(did, changes, may)


def _require(did, changes, may):
    """Check that only roles with the right changed that table."""
    allowed = {role for role in did if table.LETTERS.get(role, "?") in may.lower()}
    assert {role for role, changed in did.items() if changed} == allowed
    assert all(changes in did[role] for role in allowed)


OF_THE_SITE = table.rows(table.OF_THE_SITE)


@pytest.mark.parametrize("road", OF_THE_SITE)
def test_accounts_and_records_are_changed_as_the_table_says(archive, road):
    changes, may = OF_THE_SITE[road]
    rows, did = digests(TOUCHED_BY_REQUESTS), {}
    for role, browser in archive.browsers.items():
        cookies = browser.cookies.copy()  # a new password comes with a new session
        with undone():
            SITE_ROADS[road](browser)
            after = digests(TOUCHED_BY_REQUESTS)
        browser.cookies = cookies
        did[role] = {name for name in rows if rows[name] != after[name]}

    _require(did, changes, may)


def names(entries=None):
    """Return the names of all admin URLs, without `releases_`."""
    for entry in admin.site.get_urls() if entries is None else entries:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns)
        elif entry.name:
            yield entry.name.removeprefix("releases_")


def listed():
    """Return the roads in the table, as URL name and distinguishing word."""
    for road in (*CELLS, *NEW, *OF_THE_SITE):
        first, _, rest = road.partition(" ")
        is_of_a_release = road not in OF_THE_SITE and not first.startswith(OF_PARTS)
        yield f"release_{first}" if is_of_a_release else first, rest


def test_every_address_of_the_admin_has_a_row():
    known = {name for name, _ in listed()} | {*table.CHANGING_NOTHING.split(), *table.EXEMPT}

    assert set(names()) - known == set(), "give it a row in tests/authority/table.py"


def test_every_action_has_a_row():
    keeper = User(is_superuser=True, is_active=True)
    request = RequestFactory().get("/")
    request.user = keeper
    found = {
        (f"{model._meta.label_lower.replace('.', '_')}_changelist".removeprefix("releases_"), name)
        for model, model_admin in admin.site._registry.items()
        for name in model_admin.get_actions(request)
    }
    found |= {("release_verb", name) for name in ACTIONS}

    assert found - set(listed()) == set(), "give it a row in tests/authority/table.py"


def test_every_command_has_a_row():
    commands = {name for name, app in get_commands().items() if app == "releases"}

    assert commands == {*table.COMMANDS, *table.COMMANDS_EXEMPT, *OF_COMMANDS}


@pytest.mark.parametrize("name", table.COMMANDS)
def test_other_commands_change_nothing_on_record(archive, name):
    with undone():
        with suppress(CommandError):
            call_command(name, *table.COMMANDS[name], stdout=StringIO(), stderr=StringIO())
        after = digests()

    assert {table for table in ON_RECORD if after[table] != archive.rows[table]} == set()


@pytest.mark.parametrize("role", [*table.ROLES, "root"])
def test_other_addresses_change_nothing(archive, tmp_path, role):
    changed = {}
    with undone():
        walk = walked(role, "public", archive, tmp_path)
        make_parts()
        rows = digests()
        for name in table.CHANGING_NOTHING.split():
            address = address_of(name, walk)
            walk.client.post(address, {"post": "yes", "title": "Typed", "action": "approved"})
            after = digests()
            if after != rows:
                changed[name] = {table for table in rows if rows[table] != after[table]}

    assert changed == {}


def address_of(name, walk):
    """Return the URL with the key of an existing row."""
    app, _, rest = name.partition("_")
    if app in ("auth", "axes"):
        return reverse(f"admin:{name}", args=keys(apps.get_model(app, rest.split("_")[0]), name))
    if name.startswith(
        (
            "release",
            "auditentry",
            "searchchange",
            "outgoingmail",
            "outgoingcall",
            "office",
            *OF_PARTS,
        )
    ):
        model = apps.get_model("releases", app)
        is_new = name.endswith("_new") or "_editor_" in name
        chosen = [walk.release.pk] if model is Release and not is_new else keys(model, name)
        return reverse(f"admin:releases_{name}", args=chosen)
    return reverse(f"admin:{name}")


def keys(model, name):
    """Return the URL arguments: the key of a row, if the URL has one."""
    has_none = name.endswith(("changelist", "add", "_new", "editor_preview", "editor_paste"))
    return [] if has_none else [model.objects.earliest("pk").pk]


@pytest.mark.parametrize("role", ["anonymous", "administrator"])
def test_public_site_and_api_take_no_writes(archive, tmp_path, role):
    public = release_of("public")
    given = leak_scan.examples_for(public)
    rows, taken = archive.rows, {}
    with undone():
        walk = walked(role, "public", archive, tmp_path)
        for address in leak_scan.public_addresses(given):
            for method in ("post", "put", "patch", "delete"):
                status = getattr(walk.client, method)(address).status_code
                if status >= 500 or (address.startswith("/api/") and status != 405):
                    taken[f"{method} {address}"] = status
        after = digests()

    assert taken == {}
    assert after == rows
