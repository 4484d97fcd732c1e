"""Querysets whose SQL is compiled once; Django compiles it for each query, which may take longer
than running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

from pressroom.infra.db import replicas

Row = TypeVar("Row", bound=Model)


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
        queryset, known, *_ = self._compiled
        alias, sql = replicas.current_alias(), self.sql(*parameters)
        compiler = copy(known)
        compiler.connection, compiler.as_sql = connections[alias], lambda: sql
        rows = queryset.using(alias)
        rows.query.get_compiler = lambda **_: compiler  # type: ignore[method-assign]
        return list(rows)

    def sql(self, *parameters: Any) -> tuple[str, list[Any]]:
        """Return the SQL, and the values that belong in it."""
        assert len(parameters) == len(self._examples)
        *_, sql, known = self._compiled
        return sql, [parameters[v.number] if isinstance(v, _Place) else v for v in known]


class _Place:
    """Place of a parameter that changes."""

    def __init__(self, number: int) -> None:
        self.number = number
