"""The text of a release's files is searchable."""

import pytest

from releases.search import outbox, worker
from releases.search_indexes import ReleaseIndex


@pytest.mark.parametrize("words", ["alpaca", "bandicoot", "caracal", "dromedary"])
def test_words_of_images_and_documents_are_found(client, publish, attach_image, attach_pdf, words):
    release = publish()
    attach_image(release, alt="An alpaca", caption="A bandicoot")
    attach_pdf(release, "The caracal", title="Dromedary")
    outbox.enqueue([release.pk])
    worker.sync()

    assert release.get_absolute_url() in client.get(f"/search/?q={words}").text


def test_indexing_takes_no_query_per_release(publish, attach_image, django_assert_num_queries):
    for _ in range(3):
        attach_image(publish())

    with django_assert_num_queries(5):
        for release in ReleaseIndex().public():
            ReleaseIndex().prepare(release)
