"""Synonyms and pinned results that staff save, and those that are refused."""

import pytest

from pressroom.infra import office
from releases import publishing
from releases.models import AuditEntry, MissedSearch, Office, PinnedResult, Synonym
from releases.publishing import ActionRefusedError
from releases.search.query.standard_synonyms import STANDARD_SYNONYMS
from releases.search.query.terms import query_terms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_standard():
    Synonym.objects.all().delete()


def save(words, finds="", **context):
    return publishing.save_synonym(Synonym(words=words, finds=finds), **context)


def pin(queries, *numbers, **fields):
    return publishing.save_pinned(
        PinnedResult(queries=queries, releases="\n".join(numbers), **fields)
    )


@pytest.mark.parametrize(
    ("words", "finds", "sentence"),
    [
        (" , ", "", "Enter the words or phrases"),
        ("phone", "", "at least two words"),
        ("fentanyl → opioid", "", "Leave out the arrow"),
        ("the, of the", "", "in nearly every release"),
        ("phone, &", "", "“&” has no letters"),
        ("phone, Phones", "", "treats “phone” and “Phones” as the same"),
        ("opioid", "opioids", "as the same"),
        (", ".join(f"word{number}" for number in range(13)), "", "at most 12"),
        ("phone, a b c d e f g", "", "more than 6 words"),
        ("phone, auto", "", "“auto” is already in “auto = automobile”"),
        ("Tesla", "automobile", "“automobile” itself finds “auto”. Add that"),
        ("opioid, opiate", "", "“fentanyl → opioid” finds “opioid” and would not find “opiate”"),
    ],
)
def test_unusable_entry_is_refused_in_a_sentence(words, finds, sentence):
    save("auto, automobile")
    save("fentanyl", "opioid")

    with pytest.raises(ActionRefusedError, match=sentence):
        save(words, finds)


def test_entry_may_find_all_of_another():
    save("auto, automobile")

    assert str(save("Tesla", "automobile,auto")) == "Tesla → automobile, auto"


def test_standard_entries_pass_the_same_checks():
    rows = [Synonym(**each._asdict()) for each in STANDARD_SYNONYMS]
    Synonym.objects.bulk_create(rows)

    assert {str(row): publishing.prepare_synonym(row) for row in Synonym.objects.all()} == {
        str(row): [] for row in rows
    }


def test_saved_entry_is_used_at_once_and_audited(staff):
    ben = staff("publisher")
    row = save("cell phone, mobile phone", by=ben)
    assert query_terms("cell phone")[0].phrases == ("mobile phone", "mobile phones")

    row.is_used = False
    publishing.save_synonym(row, by=ben)
    assert query_terms("cell phone")[0].phrases == ()

    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.by, entry.why) == ("synonym changed", ben, "Switched off.")
    assert entry.subject == "cell phone = mobile phone"
    publishing.delete_synonyms([row], by=None)
    assert not Synonym.objects.exists()


def test_another_process_notices_a_change():
    save("cell phone, mobile phone")
    assert query_terms("cell phone")[0].phrases
    Synonym.objects.update(words="car, auto")
    Office.objects.update(search_words="written by another process")
    assert query_terms("car")[0].synonyms == ()

    office.forget()  # as a second later, or at the next request of a page

    assert query_terms("car")[0].synonyms == ("auto",)


def test_office_settings_saved_meanwhile_keep_the_version():
    publishing.save_office(Office(name="County"))
    shown = Office.load()
    save("cell phone, mobile phone")

    publishing.save_office(shown)

    assert Office.objects.get().search_words


def test_writers_may_not(staff):
    with pytest.raises(ActionRefusedError, match="This needs the publisher role"):
        save("cell phone, mobile phone", by=staff("writer"))


def test_answered_searches_leave_the_report():
    for query in ("cellphone", "cellphones", "drout"):
        MissedSearch.objects.create(query=query, week="2024-05-13", searches=2, results=0)

    save("cellphone", "mobile phone")

    assert MissedSearch.objects.get().query == "drout"


@pytest.mark.parametrize(
    ("queries", "numbers", "sentence"),
    [
        ("", ["2024-0001"], "Enter the searches"),
        ("budget", [], "Enter the numbers"),
        ("the", ["2024-0001"], "in nearly every release"),
        ("budget", ["2099-0001"], "There is no release 2099-0001"),
        ("budget", ["x" * 300], "There is no release"),
        ("budget", list("123456"), "at most 5"),
        ("Waters", ["2024-0001"], "“Waters” already has recommendations"),
    ],
)
def test_unusable_recommendation_is_refused_in_a_sentence(publish, queries, numbers, sentence):
    pin("water", publish().number)

    with pytest.raises(ActionRefusedError, match=sentence):
        pin(queries, *numbers)
