"""Emptying append-only tables between transactional tests.

`transaction=True` tests end with `flush`. PostgreSQL truncates, which fires no row trigger; SQLite deletes row by row,
which the guards of `core.triggers` refuse, as they must. So here, and only in the tests, a flush on SQLite takes the
guards down, empties the tables and puts the guards back as they were, in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import Model

from core.triggers import TRIGGER_PREFIX

_FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s"


@contextmanager
def flush_past_guards() -> Iterator[None]:
    """While inside, flushing a SQLite database empties append-only tables too. Nothing else changes."""
    operations = DatabaseWrapper.ops_class
    original = operations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        connection = self.connection
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(_FIND, [len(TRIGGER_PREFIX), TRIGGER_PREFIX])
            guards = cursor.fetchall()
            for name, _ in guards:
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
            original(self, sql_list)
            for _, statement in guards:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", execute_sql_flush)
        yield


@contextmanager
def unguarded(model: type[Model]) -> Iterator[None]:
    """Take one table's guards down while inside, as whoever holds the database itself could: for tests of `verify`."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys not checked yet forbid ALTER TABLE
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {TRIGGER_PREFIX}")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {TRIGGER_PREFIX}")
            return
        cursor.execute(f"{_FIND} AND tbl_name = %s", [len(TRIGGER_PREFIX), TRIGGER_PREFIX, table])
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _, statement in guards:
            cursor.execute(statement)
