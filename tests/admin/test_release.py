"""Saving a release in the admin changes what was changed, and nothing else."""

from releases.models import Section

TEXT = "SPRINGFIELD – The county opened an office.\n\nIt is open\\\nto all."


def test_saving_without_a_change_is_no_change_of_the_text(publish, save):
    release = publish(body=TEXT)
    Section.objects.create(release=release, position=1, body="One.\n\nTwo.")
    save(release, subtitle="A subtitle")

    answer = save(release)

    assert answer.status_code == 200
    release.refresh_from_db()
    assert (release.body, release.sections.get().body) == (TEXT, "One.\n\nTwo.")
    assert [version.snapshot["body"] for version in release.versions.all()] == [TEXT, TEXT]
