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


def test_corrections_log_costs_the_same_for_many(client, publish, django_assert_max_num_queries):
    for _ in range(5):
        publishing.withdraw(publish(), "a reason")

    client.get("/corrections/")  # the first in a minute asks for the next lift
    with django_assert_max_num_queries(2):
        client.get("/corrections/")
