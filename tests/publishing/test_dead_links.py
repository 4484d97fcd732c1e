"""Links to other sites are asked on request, and never inward."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from releases.publishing import dead_links
from releases.publishing.dead_links import NO_ANSWER, NOT_ASKED, OK


class Site(BaseHTTPRequestHandler):
    asked: list[str] = []
    hosts: list[str] = []

    def do_HEAD(self):
        self.asked.append(self.path)
        self.hosts.append(self.headers["Host"])
        status = {"/gone": 410, "/broken": 503, "/away": 302, "/private": 403}.get(self.path, 200)
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/inward")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Site.asked, Site.hosts = [], []
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(*links):
    """Return the sentence for each link, with every address allowed."""
    return [found.sentence for found in dead_links.check_links([*links], lambda *_: True)]


def test_answer_of_each_link_is_said_in_words(site):
    names = ("/page?x=1", "/gone", "/broken", "/away", "/private")

    assert ask(*(site + name for name in names)) == [
        *(OK, "answers with error 410", "answers with error 503", OK, OK)
    ]
    assert "/page?x=1" in Site.asked


def test_site_that_is_down_does_not_answer():
    assert ask("http://127.0.0.1:1/") == [NO_ANSWER]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "2130706433", "0x7f.1"),
        *("100.64.0.1", "224.0.0.1", "[2002:7f00:1::]"),
        *("[64:ff9b::a00:1]", "[64:ff9b:1::a00:1]", "[::10.0.0.1]", "[fec0::1]"),
    ],
)
def test_inward_address_is_not_asked(host):
    [answer] = dead_links.check_links([f"http://{host}/"])

    assert answer.sentence == NOT_ASKED


def test_address_that_was_checked_is_the_one_asked(site, monkeypatch):
    """A name that leads elsewhere when it is asked again (DNS rebinding)."""
    look_up, port = socket.getaddrinfo, urlsplit(site).port
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"]])

    def resolve(host, *args, **kwargs):
        names = next(answers) if host == "rebound.example.org" else [host]
        return [found for name in names for found in look_up(name, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    link = f"http://rebound.example.org:{port}/"

    found = [
        dead_links.check_links([link], lambda address, _: str(address) == "127.0.0.1")[0].sentence
        for _ in range(3)
    ]

    assert found == [OK, NOT_ASKED, NOT_ASKED]
    assert len(Site.asked) == 1


def test_usual_port_is_not_part_of_the_name_of_the_host(site, monkeypatch):
    """Some servers know their sites by the name without it."""
    monkeypatch.setitem(dead_links.PORTS, "http", urlsplit(site).port)

    ask("http://127.0.0.1/")

    assert Site.hosts == ["127.0.0.1"]


def test_unusual_port_is_not_asked(site):
    [answer] = dead_links.check_links(["http://93.184.215.14:22/"])

    assert answer.sentence == NOT_ASKED
    for address in ("93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e"):
        assert dead_links.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("link", ["http://", "http://[", "http://a:99999/", "http:///path"])
def test_crafted_address_is_no_error(link):
    [answer] = dead_links.check_links([link])

    assert not answer.is_sound


def test_only_web_links_are_asked_and_not_too_many():
    many = " ".join(f"[a](https://example.gov/{number})" for number in range(30))

    found = dead_links.web_links([f"[m](mailto:a@example.gov) [p](/releases/) {many}", many])

    assert found == [f"https://example.gov/{number}" for number in range(dead_links.MAX_LINKS)]
