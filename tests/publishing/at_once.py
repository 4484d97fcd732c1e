"""Simultaneous actions."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from releases.publishing import ActionRefusedError


def at_once(*verbs):
    """Run them simultaneously, each on its own connection; return the refusals."""
    with ThreadPoolExecutor(len(verbs)) as pool:
        outcomes = list(pool.map(in_own_connection, verbs))
    return [outcome for outcome in outcomes if isinstance(outcome, ActionRefusedError)]


def in_own_connection(verb, *arguments):
    try:
        return verb(*arguments)
    except ActionRefusedError as refused:
        return refused
    finally:
        connection.close()
