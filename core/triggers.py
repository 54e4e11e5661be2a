"""Append-only tables: the database itself refuses to change or delete their rows (design §5).

The guards live in the schema, so no page, API, admin, import or command gets round them, on SQLite and PostgreSQL
alike. There is deliberately no switch here; tests that must empty tables drop the triggers themselves.
"""

from collections.abc import Sequence
from typing import cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

TRIGGER_PREFIX = "append_only"
TRUNCATE_TRIGGER = f"{TRIGGER_PREFIX}_truncate"

# One function serves every table: its arguments are the columns that may change.
# Error class 23 makes Django raise IntegrityError, as SQLite's RAISE(ABORT) does.
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


class AppendOnly(Operation):
    """Migration operation: refuse UPDATE and DELETE of a table's rows with "append-only: <table>".

    `allow_update_columns` names database columns that may still change (a pointer, a state). On SQLite Django
    rebuilds a table to alter it, which loses its triggers, and the guard lists the columns of its day: a migration
    that alters such a table must end with this operation again (it may run twice). `missing_guards` tells.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name_or_table: str, allow_update_columns: Sequence[str] = ()) -> None:
        self.model_name_or_table = model_name_or_table
        self.allow_update_columns = tuple(allow_update_columns)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(app_label, to_state)
        for statement in self._create(schema_editor.connection, table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(app_label, from_state)
        for statement in _drop(schema_editor.connection, table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse update and delete of rows of {self.model_name_or_table}"

    def table(self, app_label: str, state: ProjectState) -> str:
        """Name of the guarded table: of the model of that name in this app, or else the name as given."""
        if (app_label, self.model_name_or_table.lower()) not in state.models:
            return self.model_name_or_table
        model = cast(type[models.Model], state.apps.get_model(app_label, self.model_name_or_table))
        return model._meta.db_table

    def guards(self, connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
        """Trigger name → statement that creates it, for the table as it is now."""
        quoted = connection.ops.quote_name(table)
        if connection.vendor == "postgresql":
            columns = ", ".join(_literal(column) for column in self.allow_update_columns)
            # `manage.py flush` truncates, which fires no row trigger.
            return {
                TRIGGER_PREFIX: f"CREATE TRIGGER {TRIGGER_PREFIX} BEFORE UPDATE OR DELETE ON {quoted} "
                f"FOR EACH ROW EXECUTE FUNCTION core_append_only({columns})",
                TRUNCATE_TRIGGER: f"CREATE TRIGGER {TRUNCATE_TRIGGER} BEFORE TRUNCATE ON {quoted} "
                "FOR EACH STATEMENT EXECUTE FUNCTION core_append_only()",
            }
        if connection.vendor != "sqlite":
            raise ValueError(f"append-only tables are not guarded on {connection.vendor}")
        refuse = f"BEGIN SELECT RAISE(ABORT, {_literal(f'append-only: {table}')}); END"
        when = self._when_changed(connection, table)
        update, delete = _sqlite_names(table)
        return {
            update: f"CREATE TRIGGER {connection.ops.quote_name(update)} BEFORE UPDATE ON {quoted}{when} {refuse}",
            delete: f"CREATE TRIGGER {connection.ops.quote_name(delete)} BEFORE DELETE ON {quoted} {refuse}",
        }

    def _create(self, connection: BaseDatabaseWrapper, table: str) -> list[str]:
        unknown = set(self.allow_update_columns).difference(_columns(connection, table))
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
        shared = [_POSTGRESQL_FUNCTION] if connection.vendor == "postgresql" else []
        return [*shared, *_drop(connection, table), *self.guards(connection, table).values()]

    def _when_changed(self, connection: BaseDatabaseWrapper, table: str) -> str:
        if not self.allow_update_columns:
            return ""
        present = _columns(connection, table)
        fixed = [connection.ops.quote_name(name) for name in present if name not in self.allow_update_columns]
        return " WHEN " + " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in fixed)


def missing_guards(connection: BaseDatabaseWrapper, operation: AppendOnly, table: str) -> list[str]:
    """Names of triggers that the operation asks for and the table, as it is now, lacks or has in an older form."""
    wanted = operation.guards(connection, table)
    found = _installed(connection, table)
    return sorted(
        name for name, statement in wanted.items() if _what_it_does(found.get(name)) != _what_it_does(statement)
    )


def _what_it_does(statement: str | None) -> str:
    """The part of a trigger's statement that PostgreSQL repeats as it was written, or all of SQLite's."""
    text = statement or ""
    return text.partition(" EXECUTE ")[2] or text


def _installed(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    queries = {
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled = 'O'",
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    }
    parameter = connection.ops.quote_name(table) if connection.vendor == "postgresql" else table
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor], [parameter])
        return dict(cursor.fetchall())


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _drop(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "postgresql":
        quoted = connection.ops.quote_name(table)
        return [f"DROP TRIGGER IF EXISTS {name} ON {quoted}" for name in (TRIGGER_PREFIX, TRUNCATE_TRIGGER)]
    return [f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}" for name in _sqlite_names(table)]


def _sqlite_names(table: str) -> tuple[str, str]:
    return f"{TRIGGER_PREFIX}_update_{table}", f"{TRIGGER_PREFIX}_delete_{table}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
