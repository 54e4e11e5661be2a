"""Emptying append-only tables between transactional tests.

`transaction=True` tests end with `flush`: PostgreSQL truncates, SQLite deletes row by row, and the guards of
`core.triggers` refuse both, as they must. So here, and only in the tests, a flush takes the guards down, empties the
tables and puts the guards back as they were, in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import Model

from core.triggers import TRIGGER_PREFIX, TRUNCATE_TRIGGER

_FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s"


_TRUNCATE_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s"


@contextmanager
def flush_past_guards() -> Iterator[None]:
    """While inside, flushing the database empties append-only tables too. Nothing else changes."""
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            take_down, put_back = _switches(cursor, self.connection)
            for statement in take_down:
                cursor.execute(statement)
            original(self, sql_list)
            for statement in put_back:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", execute_sql_flush)
        yield


def _switches(cursor, connection) -> tuple[list[str], list[str]]:
    """The statements that take the guards down, and those that put them back as they were."""
    if connection.vendor == "postgresql":
        cursor.execute(_TRUNCATE_GUARDED, [TRUNCATE_TRIGGER])
        tables = [table for (table,) in cursor.fetchall()]
        return (
            [f"ALTER TABLE {table} DISABLE TRIGGER {TRUNCATE_TRIGGER}" for table in tables],
            [f"ALTER TABLE {table} ENABLE TRIGGER {TRUNCATE_TRIGGER}" for table in tables],
        )
    cursor.execute(_FIND, [len(TRIGGER_PREFIX), TRIGGER_PREFIX])
    guards = cursor.fetchall()
    return [f"DROP TRIGGER {connection.ops.quote_name(name)}" for name, _ in guards], [sql for _, sql in guards]


@contextmanager
def unguarded(model: type[Model]) -> Iterator[None]:
    """Take one table's guards down while inside, as whoever holds the database itself could: for tests of `verify`."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys not checked yet forbid ALTER TABLE
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute(f"{_FIND} AND tbl_name = %s", [len(TRIGGER_PREFIX), TRIGGER_PREFIX, table])
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _, statement in guards:
            cursor.execute(statement)
