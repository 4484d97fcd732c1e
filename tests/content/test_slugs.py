"""Slugs are readable, short and never empty."""

import pytest

from releases.content.slugs import follow_title, make_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Attorney General Ibáñez’s “Accord”", "attorney-general-ibanezs-accord"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("a" * 100, "a" * 80),
        ("新聞", "release"),
        ("Straße of Søren’s Œuvre, Łódź, Đà", "strasse-of-sorens-oeuvre-lodz-da"),
        ("", "release"),
        ("Versions", "versions-release"),
        ("P1", "p1-release"),
    ],
)
def test_slug_is_whole_ascii_words_and_never_empty(title, slug):
    assert make_slug(title) == slug


@pytest.mark.parametrize(
    ("slug", "followed"),
    [("old-title", "new-title"), ("", "new-title"), ("a-chosen-one", "a-chosen-one")],
)
def test_slug_follows_the_title_until_another_is_chosen(slug, followed):
    assert follow_title(slug, "Old Title", "New Title") == followed
