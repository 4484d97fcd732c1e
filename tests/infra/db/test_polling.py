"""Loop of a worker over a queue in the database."""

import threading

import pytest
from django.db import OperationalError

from pressroom.infra.db.polling import poll


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("server closed the connection"), "queue of imports cannot be read"),
        (OverflowError("date value out of range"), "OverflowError: date value out of range"),
    ],
)
def test_worker_goes_on_after_an_error_until_it_is_stopped(caplog, error, said):
    stop = threading.Event()
    calls = []

    def process():
        calls.append(len(calls))
        if len(calls) == 1:
            raise error
        stop.set()

    # In a thread, because it closes its connection.
    worker = threading.Thread(target=poll, args=(process, "imports", stop, 0.01))
    worker.start()
    worker.join(timeout=10)

    assert calls == [0, 1]
    assert said in caplog.text
