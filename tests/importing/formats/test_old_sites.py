"""Pages of the systems that old sites are made with: their text, date and contact, no furniture."""

import datetime
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import timezone

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.web import address_checks

WRITTEN = Path(__file__).parent / "written_by_libreoffice"

LEAD = "OAKFIELD – The county opened a seed bank in the cellar of the courthouse today."
QUOTE = "“Seeds belong to everybody,” said Pat Doe, the county clerk, at nine in the morning."
DRUPAL = f"""<title>County Opens a Seed Bank | Alder County</title><div id="header">Alder</div>
<div class="breadcrumb"><a href="/">Home</a> » <a href="/news">News</a></div>
<div id="content"><h1 id="page-title">County Opens a Seed Bank</h1>
<div class="submitted">Submitted by webmaster on Tue, 09/11/2012</div><div class="content">
<div class="field"><div class="field-label">Date:&nbsp;</div><div class="field-items">
<span>September 10, 2012</span></div></div><div class="field"><div class="field-label">Contact:
</div><div class="field-items">Pat Doe, (555) 010-0190</div></div>
<div class="field-name-body"><p>{LEAD}</p><p>{QUOTE}</p></div></div>
<ul class="links inline"><li><a href="/print/7">Printer-friendly version</a></li></ul></div>"""
PLONE = f"""<html><title>County Opens a Seed Bank — Alder County</title>
<meta name="DC.date.created" content="2012-09-10T09:00:00-04:00"><div id="portal-breadcrumbs">You
are here: Home</div><table id="portal-columns"><tr><td id="portal-column-one"><dl
class="portlet"><dt>Navigation</dt></dl></td><td><div id="content"><h1
class="documentFirstHeading">County Opens a Seed Bank</h1><div class="documentByLine">by webmaster
</div><div><p>Contact: Pat Doe, (555) 010-0190</p><p>{LEAD}</p><p>{QUOTE}</p></div>
<div class="relatedItems">Related content</div><div class="documentActions"><a>Print this</a></div>
</div></td></tr></table>"""
TABLES = f"""<table width=780><tr><td colspan=2><img src=logo.gif alt="Alder County"></td></tr><tr>
<td width=150><table><tr><td><a href=/>Home</a></td></tr></table></td><td><font size=2><a
href=/>Home</a> &gt; <a href=/news>News</a> &gt; Seed Bank<br><br><center><font size=5><b>County
Opens a Seed Bank</b></font></center><br>September 10, 2012<br><br>Contact: Pat Doe,
(555) 010-0190<p>{LEAD}<p>{QUOTE}</font></td></tr><tr><td colspan=2><a href=/>Home</a> |
<a href=/contact>Contact Us</a><br>1 Main Street, Oakfield</td></tr></table>"""
LISTED = f"""<title>Alder County: Seed Bank</title><div id="nav"><a>Home</a></div><div id="text">
<h2>County Opens a Seed Bank</h2><dl><dt>Date:</dt><dd>September 10, 2012</dd><dt>Contact:</dt>
<dd>Pat Doe, (555) 010-0190</dd></dl><p>{LEAD}</p><iframe src="https://video.example/7"></iframe>
<p>{QUOTE}</p></div><hr><address>webmaster@alder.example</address>"""


@pytest.mark.parametrize("page", [DRUPAL, PLONE, TABLES, LISTED])
def test_page_of_a_known_system_has_title_date_contact_and_text(page):
    [record] = formats.read_all([InputFile("7.html", page.encode("cp1252"))])
    parsed = record.parsed

    assert parsed.title == "County Opens a Seed Bank"
    assert parsed.date == datetime.date(2012, 9, 10)
    assert parsed.contact == "Pat Doe, (555) 010-0190"
    assert parsed.body == f"{LEAD}\n\n{QUOTE}"
    assert "unreadable_date" not in {warning.code for warning in parsed.warnings}


RELEASES = [f"/pr.asp?id={number}" for number in range(1, 9)]
RELEASES += ["/?p=9", "/2012/05/bank-no-10/", "/noticias/anuncio-n%C3%BAmero-11", "/files/12.txt"]
OTHERS = ["/news/?page=2", "/rss.php?section=2", "/images/seal.jpg"]


class _Site(BaseHTTPRequestHandler):
    """Proxy that answers for www.alder.example."""

    def do_GET(self):
        path = self.path.removeprefix("http://www.alder.example")
        links = "".join(f"<p><a href='{each}'>Page</a></p>" for each in RELEASES + OTHERS)
        pages = dict.fromkeys(OTHERS, "") | {"/": f"<title>News</title>{links}"}
        for number, each in enumerate(RELEASES, start=1):
            pages[each] = f"<h1>Bank No. {number} Opens</h1><p>May 14, 2012</p><p>{LEAD}</p>"
        pages["/files/12.txt"] = f"Bank No. 12 Opens\n\nMay 14, 2012\n\n{LEAD}\n"
        kind = "plain" if path.endswith(".txt") else "html"
        self.send_response(200 if path in pages else 404)
        self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(pages.get(path, "").encode())

    def log_message(self, *args):
        pass


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
@pytest.mark.django_db
def test_each_address_of_a_site_that_wget_mirrored_leads_to_its_release_or_is_reported(tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        subprocess.run(
            [shutil.which("wget"), "-q", "--mirror", "-E", "-k", "http://www.alder.example/"],
            cwd=tmp_path,
            env={"http_proxy": f"http://127.0.0.1:{server.server_port}"},
            check=False,  # there is no robots.txt
            timeout=60,
        )
        server.shutdown()
        thread.join()

    outcomes = list(Loader(approve=True).load(formats.read_files([tmp_path])))

    assert [each.outcome for each in outcomes].count("created") == len(RELEASES)
    answers = address_checks.check(RELEASES + OTHERS, timezone.now())
    found = [(each.status, re.sub(r".*-no-(\d+)-.*", r"\1", each.target)) for each in answers]
    assert found == [(301, f"{n}") for n in range(1, len(RELEASES) + 1)] + [(404, "")] * 3


@pytest.mark.parametrize("suffix", ["docx", "odt", "rtf", "pdf"])
def test_document_of_a_copied_site_keeps_its_address(suffix):
    name = f"www.alder.example/files/statement.{suffix}"
    data = next(WRITTEN.glob(f"*.{suffix}")).read_bytes()

    first, *others = (each.parsed.url for each in formats.read_all([InputFile(name, data)]))

    assert (first, {*others}) == (f"https://{name}", set())
