"""Querysets whose SQL is compiled once, and planned once for a connection; both take longer than
running them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connections
from django.db.models import Model, QuerySet

from pressroom.infra.db import replicas

Row = TypeVar("Row", bound=Model)
Statement = tuple[str, Sequence[Any]]  # SQL and its values
# Of a prepared statement that the connection no longer has (after DISCARD ALL), that another
# client of a pooler has prepared, or whose columns have changed since.
LOST = {"26000", "42P05", "0A000"}


class CompiledQuery(Generic[Row]):
    """Query of model instances, with other parameters each time.

    `build` makes the queryset from parameters such as `examples`, which differ from each other and
    from every other value in it, and must occur in its SQL as they are.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], examples: Sequence[Any]) -> None:
        self._build = build
        self._examples = examples

    @cached_property
    def _compiled(self) -> tuple[QuerySet[Row], Any, str, list[Any]]:
        """Queryset, its compiler, SQL and parameters; a `_Place` for those that change."""
        places = {example: _Place(number) for number, example in enumerate(self._examples)}
        connection = connections[replicas.current_alias()]
        queryset = self._build(*self._examples)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        found = [places.get(value, value) for value in parameters]
        assert set(places.values()) <= set(found), "A parameter does not occur in the SQL."
        return queryset, compiler, sql, found

    def fetch(self, *parameters: Any) -> list[Row]:
        """Run the query with these values in place of the examples."""
        database = connections[replicas.current_alias()]
        try:
            return self._run(database, self._statement(database, parameters))
        except DatabaseError as error:
            if database.in_atomic_block or _code(error) not in LOST:
                raise
            database.close()  # the next connection plans again
            return self._run(database, self.sql(*parameters))

    def _run(self, database: Any, statement: Statement) -> list[Row]:
        queryset, known, *_ = self._compiled
        compiler = copy(known)
        compiler.connection, compiler.as_sql = database, lambda: statement
        rows = queryset.using(database.alias)
        rows.query.get_compiler = lambda **_: compiler  # type: ignore[method-assign]
        return list(rows)

    def sql(self, *parameters: Any) -> tuple[str, list[Any]]:
        """Return the SQL, and the values that belong in it."""
        assert len(parameters) == len(self._examples)
        *_, sql, known = self._compiled
        return sql, [parameters[v.number] if isinstance(v, _Place) else v for v in known]

    def _statement(self, database: Any, parameters: Sequence[Any]) -> Statement:
        """Return SQL that runs the query as the connection has planned it, and its values."""
        if database.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
            return self.sql(*parameters)  # PgBouncer uses another connection each time
        # As Django does before each query: it may connect again, and then nothing is prepared.
        database.close_if_health_check_failed()
        database.ensure_connection()
        name, text = self._prepared
        known = _known.setdefault(database.connection, set())
        if name not in known:
            with database.wrap_database_errors, database.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {text}")
            known.add(name)
        return f"EXECUTE {name} ({', '.join(['%s'] * len(parameters))})", parameters

    @cached_property
    def _prepared(self) -> tuple[str, str]:
        """Name of the prepared statement, and its SQL."""
        *_, sql, parameters = self._compiled
        database, values = connections[replicas.current_alias()], iter(parameters)

        def fill(mark: re.Match[str]) -> str:
            if mark[0] == "%%":
                return "%"
            value = next(values)
            if isinstance(value, _Place):
                return f"${value.number + 1}"
            return str(database.ops.compose_sql("%s", [value]))  # type: ignore[attr-defined]

        text = re.sub("%%|%s", fill, sql)
        return f"compiled_{hashlib.sha256(text.encode()).hexdigest()[:16]}", text


def _code(error: DatabaseError) -> str | None:
    """Return PostgreSQL's code of the error."""
    return getattr(error.__cause__, "pgcode", None)


# Names of the statements that connections have prepared.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class _Place:
    """Place of a parameter that changes."""

    def __init__(self, number: int) -> None:
        self.number = number
