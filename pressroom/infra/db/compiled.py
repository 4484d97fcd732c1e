"""Querysets whose SQL is compiled once; Django compiles it for each query, which may take longer
than running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    def _compiled(self) -> tuple[Any, str, list[Any]]:
        """Compiler, SQL and its parameters; a `_Place` for those that change."""
        places = {example: _Place(number) for number, example in enumerate(self._examples)}
        connection = connections[replicas.current_alias()]
        compiler = self._build(*self._examples).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        found = [places.get(value, value) for value in parameters]
        assert set(places.values()) <= set(found), "A parameter does not occur in the SQL."
        return compiler, sql, found

    def fetch(self, *parameters: Any) -> list[Row]:
        """Run the query with these values in place of the examples."""
        assert len(parameters) == len(self._examples)
        compiler, sql, known = self._compiled
        values = [parameters[v.number] if isinstance(v, _Place) else v for v in known]
        alias = replicas.current_alias()
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, values)
            rows = compiler.results_iter([cursor.fetchall()])
        return [_instance(compiler, alias, row) for row in rows]


class _Place:
    """Place of a parameter that changes."""

    def __init__(self, number: int) -> None:
        self.number = number


def _instance(compiler: Any, alias: str, row: Sequence[Any]) -> Any:
    """Return a model instance with the annotations of its row, as Django's ModelIterable does."""
    columns = compiler.klass_info["select_fields"]
    names = [compiler.select[column][0].target.attname for column in columns]
    values = [row[column] for column in columns]
    instance = compiler.klass_info["model"].from_db(alias, names, values)
    for name, column in compiler.annotation_col_map.items():
        setattr(instance, name, row[column])
    return instance
