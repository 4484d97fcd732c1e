"""Addresses are those that Django finds in the URLs."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from releases.models import addresses

NUMBER = "2024-0017"


@pytest.mark.parametrize("language", ["en", "es"])
def test_addresses_are_those_of_the_urls(language):
    with override(language):
        assert addresses.of_release("cite", NUMBER) == reverse("cite", args=[NUMBER])
        assert addresses.of_release("rendition", NUMBER, "csl.json") == reverse(
            "rendition", args=[NUMBER, "csl.json"]
        )
        assert addresses.of_page(NUMBER, "a-dam") == reverse("release", args=[NUMBER, "a-dam"])
        assert addresses.of_quote(NUMBER, 12) == reverse("quote", args=[NUMBER, 12])


def test_address_in_another_language_than_the_active_one():
    with override("es"):
        assert addresses.of_page(NUMBER, "a-dam", "en") == f"/releases/{NUMBER}/a-dam/"


def test_release_without_a_number_has_no_address():
    with pytest.raises(NoReverseMatch):
        addresses.of_release("cite", None)
