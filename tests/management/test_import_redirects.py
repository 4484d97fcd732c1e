from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from releases.models import AuditEntry, Redirect

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    """Import a file of these lines; return what was printed."""

    def read(text, *options, name="_redirects"):
        file = tmp_path / name
        file.write_text(text)
        out, errors = StringIO(), StringIO()
        failed = ""
        try:
            call_command("import_redirects", str(file), *options, stdout=out, stderr=errors)
        except CommandError as error:
            failed = str(error)
        return out.getvalue(), errors.getvalue(), failed

    return read


def test_redirects_are_added_changed_and_left(run):
    text = "/b /rss\n/rss /topics/\n/old.pdf / 410\n"
    text = text.replace("/rss", "/old-rss")
    assert run(text)[0] == "netlify: 3 added, 0 changed, 0 unchanged, 0 not imported.\n"
    assert run(text)[0] == "netlify: 0 added, 0 changed, 3 unchanged, 0 not imported.\n"
    found = {row.address: row.target for row in Redirect.objects.all()}
    assert found == {"/b": "/topics/", "/old-rss": "/topics/", "/old.pdf": ""}
    assert set(AuditEntry.objects.values_list("origin", flat=True)) == {"import_redirects"}


def test_rehearsal_changes_nothing(run):
    out, _, failed = run("/b /topics/\n", "--dry-run")

    assert "1 added" in out
    assert not failed
    assert not Redirect.objects.exists()


def test_lines_that_cannot_be_imported_are_named(run):
    text = "/a /b\n/b /a\n/releases/ /topics/\n/c /nowhere\n/d/* /topics/\n/e //x.example\n"

    out, errors, failed = run(text)

    assert "0 added" in out
    assert [line.split(":")[1] for line in errors.splitlines()] == list("123456")
    assert "/releases/: “/releases/” is a page of this site" in errors
    assert failed == "6 lines were not imported. Add these redirects in the admin."


@pytest.mark.parametrize("text", ["", "listen 80;\n", "\0\0"])
def test_file_without_redirects_fails(run, text):
    assert "no redirects" in run(text, "--format", "nginx")[2]


def test_unreadable_address_is_named_and_stops_no_other_line(run):
    text = "/a,https://[::1\nhttps://[x,/topics/\n/b,https://℀.example/\n/c,/topics/\n"

    out, errors, _ = run(text, name="a.csv")

    assert "1 added" in out
    assert [line.split(":")[1] for line in errors.splitlines()] == ["1", "2", "3"]


def test_address_that_a_file_repeats_has_its_last_target(run):
    out, _, _ = run("/a /topics/\n/b /rss-old\n/rss-old /topics/\n/a /search/\n")

    assert "3 added, 1 changed" in out
    found = set(Redirect.objects.values_list("address", "target"))
    assert found == {("/a", "/search/"), ("/b", "/topics/"), ("/rss-old", "/topics/")}
    whys = AuditEntry.objects.filter(subject="/a").order_by("pk").values_list("why", flat=True)
    assert list(whys) == ["/topics/", "/topics/ → /search/"]


def test_many_redirects_take_few_statements(run, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        run("".join(f"/old-{number} /topics/\n" for number in range(100)))
