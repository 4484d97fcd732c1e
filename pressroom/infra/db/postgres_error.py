"""Error of the embedded PostgreSQL: whoever handles it need not import the server."""


class PostgresError(Exception):
    """Failure of the embedded server; the message says why and what to do."""
