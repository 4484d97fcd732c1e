"""Corrections log."""

from releases import publishing


def test_corrections_log_lists_corrections_and_withdrawals_newest_first(client, corrected, publish):
    publishing.withdraw(publish(title="The Wrong County"), "It named the wrong county.")

    page = client.get("/corrections/").text

    assert page.index("It named the wrong county.") < page.index("Two offices, not one.")


def test_corrections_log_keeps_the_notes_of_a_taken_down_release_back(client, corrected):
    publishing.remove(corrected, "It named a minor.", withhold_title=True)

    page = client.get("/corrections/").text

    assert "It named a minor." in page
    assert "title withheld" in page
    assert "Two offices" not in page
    assert "Records Office" not in page


def test_corrections_log_links_to_no_release_that_is_taken_down(client, publish):
    removed, blocked = publish(), publish()
    publishing.remove(removed, "It named a minor.")
    publishing.block(blocked, "Order 24-100 of the Superior Court.")

    page = client.get("/corrections/").text

    assert f"Release {removed.number} was removed" in page
    assert f"Release {blocked.number} is blocked by law" in page
    assert f"/releases/{removed.number}/" not in page
    assert f"/releases/{blocked.number}/" not in page


def test_corrections_log_costs_the_same_for_many(client, publish, django_assert_max_num_queries):
    for _ in range(5):
        publishing.withdraw(publish(), "a reason")

    client.get("/corrections/")  # the first in a minute asks for the next lift
    with django_assert_max_num_queries(3):
        client.get("/corrections/")


def test_corrections_log_shows_a_kind_and_a_year(client, corrected, publish):
    withdrawn = publishing.withdraw(publish(title="The Wrong County"), "It named the wrong county.")
    year = withdrawn.versions.latest("number").at.year

    page = client.get(f"/corrections/?kind=withdrawal&year={year}").text
    assert "It named the wrong county." in page
    assert "Two offices, not one." not in page
    assert '<option value="withdrawal" selected>' in page
    assert "No entries match these filters." in client.get("/corrections/?kind=reinstated").text
    assert "is not a valid kind" in client.get("/corrections/?kind=x").text


def test_filter_of_corrections_is_open_where_it_leaves_entries_out(client, corrected):
    is_open = 'id="filters" open>'

    assert is_open not in client.get("/corrections/").text
    assert is_open in client.get("/corrections/?kind=withdrawal").text


def test_corrections_feed_links_to_the_log_where_a_release_is_taken_down(client, corrected):
    publishing.remove(corrected, "It named a minor.")

    feed = client.get("/feeds/corrections.atom").text

    assert "/corrections/" in feed.partition("<entry>")[2]
    assert corrected.permanent_path not in feed


def test_corrections_feed_names_each_version_for_good(client, corrected, publish):
    publishing.withdraw(publish(title="The Wrong County"), "It named the wrong county.")

    everything = client.get("/feeds/corrections.atom")
    assert everything["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "Two offices, not one." in everything.text
    assert f"/release/{corrected.number}/v2</id>" in everything.text.replace(":release", "/release")
    assert (
        client.get(
            "/feeds/corrections.atom", headers={"if-none-match": everything["ETag"]}
        ).status_code
        == 304
    )
    assert "Two offices" not in client.get("/feeds/corrections.atom?kind=withdrawal").text


def test_corrections_feed_keeps_the_title_of_a_taken_down_release_back(client, corrected):
    publishing.remove(corrected, "It named a minor.", withhold_title=True)

    feed = client.get("/feeds/corrections.atom").text

    assert "title withheld" in feed
    assert "Records Office" not in feed


def test_empty_feed_has_the_same_tag_each_time(client, db):
    first, second = (client.get("/feeds/corrections.atom") for _ in range(2))

    assert first.headers["ETag"] == second.headers["ETag"]
