"""Pages and data of one release cost one query."""

import pytest


@pytest.mark.parametrize("address", [".json", "/cite/", "/p1/"])
def test_release_without_files_costs_one_query(client, publish, django_assert_num_queries, address):
    release = publish()
    client.get(f"/releases/{release.number}{address}")

    with django_assert_num_queries(1):
        assert client.get(f"/releases/{release.number}{address}").status_code == 200


def test_release_in_the_api_costs_one_query(client, publish, django_assert_num_queries):
    release = publish()
    address = f"/api/v1/releases/{release.number}/"
    client.get(address)

    with django_assert_num_queries(1):
        assert client.get(address).status_code == 200


def test_number_of_no_release_is_404(client, publish):
    publish()
    for address in ("/releases/2024-0009.json", "/api/v1/releases/2024-0009/"):
        assert client.get(address).status_code == 404
