"""Two simultaneous imports of the same records store each release once."""

import json
import threading

import pytest
from django.db import connection

from releases.importing import posted
from releases.importing.decoding import InputFile
from releases.models import Release


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("key", [{}, {"source": "county", "id": "1"}])
def test_import_sent_twice_at_once_is_stored_once(staff, number, key):
    person, begun, outcomes = staff("writer", "Ana"), threading.Barrier(2), []
    records = [{**key, "title": f"Number {n}", "body": "A text."} for n in range(number)]
    for n, record in enumerate(records if key else []):
        record["id"] = f"{n}"
    lines = "\n".join(map(json.dumps, records))

    def send():
        try:
            found = posted.read([InputFile("a.jsonl", lines.encode())])
            begun.wait(10)
            outcomes.append([each.outcome for each in posted.store(found, by=person)])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == [["draft"] * number, ["unchanged"] * number]
    assert Release.objects.count() == number
