"""An office keeps somebody who can manage accounts."""

from threading import Thread

import pytest
from django.db import connection, transaction

from releases.publishing.account_rights import is_last_manager

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.mark.django_db(transaction=True)
def test_administrators_who_demote_each_other_leave_one(staff):
    ada, eve = staff("administrator", "Ada"), staff("administrator", "Eve")
    found = []

    def ask():
        with transaction.atomic():
            found.append(is_last_manager(eve))
        connection.close()

    other = Thread(target=ask)
    with transaction.atomic():
        assert not is_last_manager(ada)
        ada.groups.clear()
        other.start()
        while other.is_alive() and not is_anyone_waiting():
            pass
    other.join()

    assert found == [True]


def is_anyone_waiting():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0
