"""URLs that the leak scan requests, and responses that it counts as a leak."""

import datetime

import pytest

from releases.web import leak_scan

NOON = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


def test_release_gives_every_route_its_examples(publish, in_an_hour, attach_image):
    release = publish(in_an_hour, title="Quagmark Opens")
    image = attach_image(release)

    found = leak_scan.public_addresses(leak_scan.examples_for(release), ["", "?q=Quagmark"])

    assert "/releases/2024-0001/quagmark-opens/?q=Quagmark" in found
    assert image.address("full.jpg") in found
    assert image.address("full.jpg") + "?q=Quagmark" not in found
    assert "/releases/2024-0001/versions/1..2/" in found


def test_converter_without_example_is_named():
    with pytest.raises(LookupError, match=r"an example of month \(TwoDigitConverter\)"):
        leak_scan.public_addresses({"year": [2024]})


def test_rare_words_are_in_no_other_public_release(publish, in_an_hour):
    publish(body="An ordinary sentence.")
    publish(in_an_hour, body="Another hiddenword.")

    release = publish(in_an_hour, title="Ordinary", body="Zephmark hiddenword sentence.")

    assert leak_scan.rare_words(release, NOON) == ["hiddenword", "Zephmark"]


@pytest.mark.parametrize(
    ("answer", "address", "found"),
    [
        ("<h1>Quagmark &amp; Sons</h1>", "/", {"Quagmark & Sons"}),
        ("<b>Quag<mark>mark</mark> & Sons</b>", "/", {"Quagmark & Sons"}),
        ("content='QUAGMARK & SONS'", "/", {"Quagmark & Sons"}),
        ("quagmark &amp; sons", "/search/?q=Quagmark+%26+Sons", set()),
        ("Quagmire", "/", set()),
    ],
)
def test_marks_are_found_however_they_are_printed(answer, address, found):
    assert leak_scan.find_leaks(["Quagmark & Sons"], answer, address) == found


def test_own_addresses_are_those_with_its_number_or_keys(publish, in_an_hour, attach_image):
    release = publish(in_an_hour)
    image = attach_image(release)

    assert leak_scan.is_address_of("/releases/2024-0001/card.png?q=x", release)
    assert leak_scan.is_address_of(image.address("full.jpg"), release)
    assert not leak_scan.is_address_of("/releases/?q=2024-0001", release)


def test_name_of_a_download_that_repeats_the_query_is_no_leak():
    address, answer = "/api/v1/releases.csv?q=Quagmark+Opens", "releases-quagmark-opens.csv"

    assert not leak_scan.find_leaks(["Quagmark Opens", "quagmark-opens"], answer, address)
    assert leak_scan.find_leaks(["quagmark-opens"], answer, "/api/v1/releases.csv?q=Other")
