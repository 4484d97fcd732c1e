"""Results that staff pinned to a search."""

import datetime

from django.utils import timezone

from releases import publishing
from releases.models import PinnedResult
from releases.search.query.parser import parse
from releases.search.results import search


def pin(queries, *numbers, **fields):
    row = PinnedResult(queries=queries, releases="\n".join(numbers), **fields)
    return publishing.save_pinned(row)


def test_pinned_releases_come_first(indexed):
    first, second = indexed(title="Water Rules"), indexed(title="Budget of the County")
    pin("water rates\nwater", second.number)

    found = search(parse("Water"))
    assert [hit.release for hit in found.recommended] == [second]
    assert [hit.release for hit in found.hits] == [first]
    assert not search(parse("water rules")).recommended
    assert not search(parse("water"), page=2).recommended
    assert not search(parse("water"), order="newest").recommended

    PinnedResult.objects.all().delete()
    pin("water", first.number, until=timezone.localdate() - datetime.timedelta(days=1))
    assert not search(parse("water")).recommended
    assert [hit.release for hit in search(parse("water")).hits] == [first]


def test_pinned_release_is_not_shown_twice(indexed):
    release = indexed(title="Water Rules")
    pin("water", release.number)

    found = search(parse("water"))

    assert ([hit.release for hit in found.recommended], found.hits) == ([release], ())
    assert found.total == 1


def test_pinned_release_that_is_not_public_is_not_shown(indexed, publish, in_an_hour):
    withdrawn, embargoed = indexed(title="Water"), publish(in_an_hour, title="Water")
    pin("water", withdrawn.number, embargoed.number)
    publishing.withdraw(withdrawn, "It was wrong.")

    assert search(parse("water")).recommended == ()
