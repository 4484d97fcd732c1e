"""Daily upload quota per person."""

import datetime

import pytest
from django.urls import reverse

from releases.media import quotas
from releases.models import Image, Release, Upload
from tests.admin.test_files import picture, save
from tests.conftest import NOON


@pytest.fixture
def ana(staff):
    """A person ten bytes short of her quota at noon."""
    ana = staff("writer", "Ana")
    quotas.consume(ana, quotas.DAILY_BYTES - 10, NOON)
    return ana


def test_upload_beyond_the_quota_is_refused_with_limit_and_remedy(ana):
    later = NOON + datetime.timedelta(hours=1)
    quotas.consume(ana, 10, later)

    with pytest.raises(quotas.QuotaExceededError) as refused:
        quotas.consume(ana, 1, later)

    assert str(refused.value) == (
        "You can upload 2,000 MB a day and have uploaded 2,000 MB. "
        "Upload this file after May 15, noon, or ask a colleague to upload it."
    )


def test_after_a_day_it_counts_no_more(ana):
    quotas.consume(ana, quotas.DAILY_BYTES, NOON + quotas.PERIOD)

    assert Upload.objects.count() == 1


def test_quota_is_per_person(ana, staff):
    quotas.consume(staff("writer", "Bea"), 1_000, NOON)


def test_file_beyond_the_quota_is_refused_at_its_field(
    admin_client, admin_user, make_release, monkeypatch
):
    release = make_release()
    monkeypatch.setattr(quotas, "DAILY_BYTES", 10)

    page = save(admin_client, release, images=[{"upload": picture(), "alt": "Two halves"}])

    errors = page.context["inline_admin_formsets"][1].formset.errors
    assert "MB a day" in str(errors) + str(page.context["errors"])
    assert not Image.objects.exists()


def test_files_count_for_who_sends_them(admin_client, admin_user, make_release):
    file = picture()
    save(admin_client, make_release(), images=[{"upload": file, "alt": "Two halves"}])

    assert list(Upload.objects.values_list("by", "byte_size")) == [(admin_user.pk, file.size)]


def test_import_beyond_the_quota_stores_nothing(admin_client, monkeypatch):
    monkeypatch.setattr(quotas, "DAILY_BYTES", 10)

    page = admin_client.post(
        reverse("admin:releases_release_import"),
        {"text": "", "upload": picture(b"x" * 11, "a.txt")},
    )

    assert "MB a day" in page.text
    assert not Release.objects.exists()
