"""A catalog of translations is all that another language of the public pages needs."""

import struct

import pytest

from pressroom.infra import catalogs

HEADER = "Content-Type: text/plain; charset=utf-8\n"
ARABIC = {"": HEADER, "Press releases": "بيانات صحفية", "Topics": "المواضيع"}


def compiled(messages):
    """Return a catalog in the binary format of GNU gettext."""
    pairs = [(key.encode(), text.encode()) for key, text in sorted(messages.items())]
    start = 28 + 16 * len(pairs)
    tables, texts = [], b""
    for side in zip(*pairs, strict=True):
        for text in side:
            tables += [len(text), start + len(texts)]
            texts += text + b"\0"
    head = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return struct.pack(f"<7I{len(tables)}I", *head, *tables) + texts


@pytest.fixture
def folder(tmp_path, settings):
    """Folder with an Arabic catalog besides those shipped."""
    catalog = tmp_path / "ar/LC_MESSAGES/django.mo"
    catalog.parent.mkdir(parents=True)
    catalog.write_bytes(compiled(ARABIC))
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, *catalogs.languages(tmp_path)]
    return tmp_path


def test_languages_are_english_and_those_with_a_catalog(settings):
    assert settings.LANGUAGES == [("en", "English"), ("es", "Español")]


def test_language_is_named_in_itself(folder):
    assert catalogs.languages(folder) == [("ar", "العربيّة")]


def test_third_language_has_its_addresses_and_direction(db, folder, client, publish):
    publish()
    page = client.get("/ar/").text

    assert '<html lang="ar" dir="rtl">' in page
    assert "بيانات صحفية</h1>" in page
    assert '<a href="/ar/topics/">المواضيع</a>' in page
    assert 'hreflang="ar" lang="ar">العربيّة</a>' in client.get("/").text
    assert '<html lang="en">' in client.get("/").text
