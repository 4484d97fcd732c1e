"""Each of the first thousand addresses of a mirrored site answers or is in the report."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.html import escape

from releases import publishing
from releases.content.legacy_keys import legacy_key
from releases.models import LegacyURL, MissedAddress, Redirect
from releases.web import address_checks

pytestmark = pytest.mark.django_db
OLD = "http://www.old.example.gov"
SHAPES = (  # as stored, and as it is asked for
    ("/news/release-{}.html", "/News/release-{}.html?utm_source=mail"),
    ("/?p={}", "/?p={}&fbclid=x"),
    ("/page.aspx?lang=en&id={}", "/page.aspx?id={}&amp;lang=en"),
    ("/index.php?option=com_content&id={}", "/index.php?id={}&option=com_content&x="),
    ("/noticias/a%C3%B1o-{}/", "/noticias/a%F1o-{}/),"),
)


@pytest.fixture
def mirror(publish, in_an_hour):
    """Return 1,000 addresses: 800 of releases, 40 redirects, 20 of ours, 140 that lead nowhere."""
    releases = [publish() for _ in range(4)]
    early = publish(release_at=in_an_hour)
    asked = []
    for number in range(820):
        stored, spelled = (OLD + form.format(number) for form in SHAPES[number % 5])
        release = early if number >= 800 else releases[number % 4]
        LegacyURL.objects.create(release=release, url=stored, key=legacy_key(stored))
        asked.append(spelled)
    for number in range(40):
        target = "/topics/" if number else ""
        status = 301 if number else 410
        publishing.save_redirect(
            Redirect(address=f"/section?id={number}", target=target, status=status)
        )
        asked.append(f"{OLD}/Section/?ID={number}")
    asked += [f"{OLD}/{path}" for path in ("", "feed/", "Releases/", "about", "search/")]
    asked += [f"{OLD}{releases[0].get_absolute_url()}{mark}" for mark in ("", ",", ")")]
    asked += [f"{OLD}/lost/{number}.html" for number in range(1_000 - len(asked))]
    return asked


def test_thousand_addresses_answer_or_stand_in_the_report(
    client, mirror, django_assert_max_num_queries, tmp_path
):
    with django_assert_max_num_queries(40):  # of them 6 for old addresses, the others of our pages
        found = list(address_checks.check(mirror, timezone.now()))

    lost = [each.address for each in found if each.status == 404]
    assert len(found) == 1_000
    assert {each.status for each in found} == {200, 301, 404, 410}
    early = [each for each in mirror[800:820] if "/?p=" not in each]  # that is the home page
    assert lost == [each for each in mirror if "/lost/" in each or each in early]
    for each in found[::97]:
        answer = client.get(each.address.removeprefix(OLD))
        assert answer.status_code == each.status
        assert answer.headers.get("Location", "") == each.target

    out, sitemap = StringIO(), tmp_path / "sitemap.xml"
    places = "".join(f"<url><loc>{escape(each)}</loc></url>" for each in mirror)
    sitemap.write_text(f"<urlset>{places}</urlset>")
    with pytest.raises(CommandError, match=rf"{len(lost)} lead nowhere"):
        call_command("check_addresses", str(sitemap), stdout=out)
    assert f"301 {mirror[0]} → /releases/" in out.getvalue()
    assert set(MissedAddress.objects.values_list("key", flat=True)) == set(map(legacy_key, lost))


@pytest.mark.parametrize("odd", ["http://[", "\0", "/a" * 4_000, "?", "//", "%", "/%00", "é"])
def test_odd_addresses_are_answered(odd):
    [found] = address_checks.check([odd], timezone.now())

    assert found.status in (200, 301, 404)


def test_a_site_that_was_never_served_collects_its_static_files(settings, tmp_path):
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "addresses.txt").write_text("/releases/\n")

    call_command("check_addresses", tmp_path / "addresses.txt", stdout=(output := StringIO()))

    assert "200 /releases/" in output.getvalue()
