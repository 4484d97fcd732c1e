"""Verbs at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from releases.publishing import ActionRefusedError


def at_once(*verbs):
    """Do them at the same moment, each on a connection of its own; returns the refusals."""
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
