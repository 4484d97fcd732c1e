import pytest
from django.utils.html import conditional_escape

from releases.templatetags.press_contact import contact_links


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("(916) 210-6000", '<a class="unbroken" href="tel:9162106000">(916) 210-6000</a>'),
        (
            "Press desk, +1 916-210-6000 & fax",
            'Press desk, <a class="unbroken" href="tel:+19162106000">+1 916-210-6000</a> &amp; fax',
        ),
        ("press@example.gov", '<a href="mailto:press@example.gov">press@example.gov</a>'),
        ("<b>Ana</b>", "&lt;b&gt;Ana&lt;/b&gt;"),
        ("", ""),
    ],
)
def test_press_contact_can_be_called_and_written_to(typed, html):
    assert conditional_escape(contact_links(typed)) == html


def test_email_next_to_a_phone_is_a_link_too():
    html = conditional_escape(contact_links("916-210-6000, press@example.gov"))

    assert 'href="tel:9162106000"' in html
    assert 'href="mailto:press@example.gov"' in html
