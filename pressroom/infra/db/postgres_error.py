"""Error of the embedded PostgreSQL, for those who never import it."""


class PostgresError(Exception):
    """Failure of the embedded server; the message says why and what to do."""
