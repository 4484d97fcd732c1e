"""Loop of a worker over a queue in the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

logger = logging.getLogger(__name__)


def poll(process: Callable[[], object], queue: str, stop: threading.Event, interval: float) -> None:
    """Call `process` every `interval` seconds until `stop` is set, also after errors.

    `queue` names it in the log. Closes this thread's database connection on return.
    """
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                process()
            except Error as error:
                logger.warning("The queue of %s cannot be read, retrying: %s", queue, error)
            except Exception:
                logger.exception("Work on the queue of %s failed, going on", queue)
            stop.wait(interval)
    finally:
        connection.close()
