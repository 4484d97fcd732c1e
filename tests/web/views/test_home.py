"""Home page."""

from releases.models import Topic


def test_home_shows_latest_search_and_press_contact(client, publish):
    release = publish()

    page = client.get("/")

    assert release.get_absolute_url() in page.text
    assert 'role="search"' in page.text
    assert "press@example.gov" in page.text


def test_home_leads_with_the_latest_and_groups_others_by_month(client, publish, attach_image):
    publish(title="An Older One")
    attach_image(publish(title="The Latest"), alt="A dam at dusk", is_lead=True)

    page = client.get("/").text

    assert page.index("A dam at dusk") < page.index(">The Latest<") < page.index(">May 2024<")
    assert page.index(">May 2024<") < page.index("An Older One")


def test_spanish_home_leads_with_spanish_releases(client, publish):
    publish(title="Agua", language="es-MX")
    publish(title="Rivers")

    page = client.get("/es/").text

    assert "Agua" in page
    assert "Rivers" not in page
    assert 'href="/es/releases/?language=es"' in page


def test_home_shows_a_translation_only_without_its_original(client, publish):
    rivers = publish(title="Rivers")
    publish(title="Ríos", language="es", translation_of=rivers)
    publish(title="Water", translation_of=publish(title="Agua", language="es"))
    publish(title="Playas", language="es")

    page = client.get("/").text

    assert [title in page for title in ("Rivers", "Water", "Playas")] == [True] * 3
    assert [title in page for title in ("Ríos", "Agua")] == [False] * 2


def test_home_shows_a_translation_whose_original_has_no_place(client, publish):
    rivers = publish(title="Rivers")
    for n in range(10):
        publish(title=f"Roads {n}")
    publish(title="Ríos", language="es", translation_of=rivers)

    page = client.get("/").text

    assert "Ríos" in page
    assert "Rivers" not in page


def test_spanish_home_of_an_english_archive_shows_its_releases(client, publish):
    publish(title="Rivers")

    assert "Rivers" in client.get("/es/").text


def test_examples_of_searches_are_topics_of_the_archive(client, publish):
    release = publish()
    assert "For example:" not in client.get("/").text

    release.topics.add(Topic.objects.create(name="Clean water", slug="clean-water"))

    assert '<a href="/search/?q=Clean%20water">Clean water</a></p>' in client.get("/").text


def test_leading_release_in_another_language_than_most_names_its_own(client, publish):
    for n in range(3):
        publish(title=f"Río {n}", language="es")
    publish(title="Rivers")

    page = client.get("/").text

    note, leading, row = map(page.index, ("Language of most of these", ">Rivers<", "Río 2"))
    assert note < page.index("</time> · English</p>") < leading < row
    assert "<span>Spanish</span>" not in page


def test_leading_release_in_no_language_of_the_site_names_it(client, publish):
    publish(title="Sông", language="vi")

    assert "</time> · Vietnamita</p>" in client.get("/es/").text
    assert "· English" not in client.get("/").text
