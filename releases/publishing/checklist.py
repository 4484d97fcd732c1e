"""What whoever approves should look at once more. It blocks nothing."""

from __future__ import annotations

from releases.models import Release
from releases.text import dates
from releases.text.slugs import make_slug


def doubts(release: Release) -> list[str]:
    """A sentence for each thing that may be wrong with the release."""
    found = []
    if not release.contact.strip():
        found.append("There is no press contact on it.")
    if not release.dateline.strip():
        found.append("There is no dateline: the place that it is issued from.")
    found += _wrong_weekdays(release)
    if release.slug and release.slug != make_slug(release.title):
        found.append(f"Its address says “{release.slug}”, which is not its title as it is now.")
    if same := Release.objects.filter(title=release.title).exclude(pk=release.pk).first():
        found.append(f"Another release has the same title: {same.number or 'a draft'}.")
    return found


def _wrong_weekdays(release: Release) -> list[str]:
    printed = dates.find(f"{release.title}\n{release.body}")
    return [
        f"“{date.words}”: that day was another day of the week."
        for date in printed
        if date.doubt == "wrong_weekday"
    ]
