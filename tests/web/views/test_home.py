"""Home page."""


def test_home_shows_latest_search_and_press_contact(client, publish):
    release = publish()

    page = client.get("/")

    assert release.get_absolute_url() in page.text
    assert 'role="search"' in page.text
    assert "press@example.gov" in page.text
