"""Redirects read from the configuration of other web servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.importing.redirect_files import READERS, detect_kind, read_rules

NGINX = """
server {
    listen 80;  # a { in a comment
    rewrite ^/news/feed\\.xml$ /feeds/releases.rss permanent;
    rewrite ^/press/(.*)$ /releases/$1 permanent;
    location = /about-us { return 301 /about/; }
    location /staff/ {
        return 301 https://county.example.gov/staff;
    }
    location ~* ^/old\\.pdf$ { return 410; }
    return 301 https://$host$request_uri;
}
map $request_uri $new {
    default "";
    /section?id=3 /topics/water/;
    ~^/a/(b|c)$ /x;
}
"""
APACHE = """
RewriteEngine On
Redirect 301 /rss.php /feeds/releases.rss
RedirectPermanent /about.html https://county.example.gov/about
Redirect gone /webcam
RedirectMatch 301 ^/news/rss\\.aspx$ /feeds/releases.rss
RedirectMatch ^/news/(.*)$ /releases/$1
RewriteCond %{QUERY_STRING} ^id=7$
RewriteRule ^page\\.php$ /topics/ [R=301,L]
RewriteRule ^contact/?$ /about/ [R=301,L]
RewriteRule ^(.*)$ index.php [L]
"""
NETLIFY = """
# old sections
/news/rss  /feeds/releases.rss
/page id=7 /topics/water/ 301!
/gone  /  410
/blog/* /releases/:splat
/app /index.html 200
/near /topics/ 302 Country=us
"""
CSV = "from,to,status\n/rss.php?x=1,/feeds/releases.rss,301\n/old.pdf,,410\n/a,/b,200\n\n/alone\n"

READ = {
    ("nginx", NGINX): {
        (4, "/news/feed.xml", "/feeds/releases.rss", 301),
        (6, "/about-us", "/about/", 301),
        (10, "/old.pdf", "", 410),
        (15, "/section?id=3", "/topics/water/", 301),
    },
    ("apache", APACHE): {
        (3, "/rss.php", "/feeds/releases.rss", 301),
        (4, "/about.html", "https://county.example.gov/about", 301),
        (5, "/webcam", "", 410),
        (6, "/news/rss.aspx", "/feeds/releases.rss", 301),
        (10, "/contact", "/about/", 301),
    },
    ("netlify", NETLIFY): {
        (3, "/news/rss", "/feeds/releases.rss", 301),
        (4, "/page?id=7", "/topics/water/", 301),
        (5, "/gone", "", 410),
    },
    ("csv", CSV): {(2, "/rss.php?x=1", "/feeds/releases.rss", 301), (3, "/old.pdf", "", 410)},
}
NAMED = {"nginx": [5, 8, 11, 16], "apache": [7, 9], "netlify": [6, 7, 8], "csv": [4, 6]}


@pytest.mark.parametrize(("kind", "text"), READ)
def test_single_addresses_are_read_and_other_rules_named(kind, text):
    rules = list(read_rules(text, kind))

    found = {(r.line, r.address, r.target, r.status) for r in rules if not r.reason}
    assert found == READ[kind, text]
    assert [rule.line for rule in rules if rule.reason] == NAMED[kind]


@pytest.mark.parametrize(("kind", "text"), READ)
def test_kind_is_detected(kind, text):
    assert detect_kind("redirects.txt", text) == kind


@given(st.text(alphabet="/ab{};\"'\\$*^() \n=,:#301"), st.sampled_from(sorted(READERS)))
def test_any_text_is_read(text, kind):
    assert all(rule.line >= 1 for rule in read_rules(text, kind))
