"""Loop of a worker over a queue in the database."""

import threading

from django.db import OperationalError

from pressroom.infra.db.polling import poll


def test_worker_goes_on_after_a_database_error_until_it_is_stopped(caplog):
    stop = threading.Event()
    calls = []

    def process():
        calls.append(len(calls))
        if len(calls) == 1:
            raise OperationalError("server closed the connection")
        stop.set()

    # In a thread, because it closes its connection.
    worker = threading.Thread(target=poll, args=(process, "imports", stop, 0.01))
    worker.start()
    worker.join(timeout=10)

    assert calls == [0, 1]
    assert "queue of imports cannot be read" in caplog.text
