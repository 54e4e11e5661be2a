import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from core.triggers import AppendOnly, missing_guards
from ledger.models import Event
from tests.append_only import flush_past_guards

TABLE = "guarded_thing"


@pytest.fixture
def table(db):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, text varchar(20) NOT NULL, state varchar(9))")
        cursor.execute(f"INSERT INTO {TABLE} VALUES (1, 'first', NULL), (2, 'second', 'open')")
    return TABLE


def run(operation, *, backwards=False):
    state = ProjectState()
    editor = connection.schema_editor(atomic=False)  # not entered: SQLite's refuses to start inside a transaction
    move = operation.database_backwards if backwards else operation.database_forwards
    move("core", editor, state, state)


def attempt(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def rows():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, text, state FROM {TABLE} ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET text = 'changed' WHERE id = 1",
        f"UPDATE {TABLE} SET text = text",
        f"DELETE FROM {TABLE} WHERE id = 2",
        f"DELETE FROM {TABLE}",
    ],
)
def test_change_of_an_append_only_row_is_refused_naming_the_table(table, sql):
    run(AppendOnly(table))

    with pytest.raises(IntegrityError, match=f"append-only: {table}"):
        attempt(sql)

    assert rows() == [(1, "first", None), (2, "second", "open")]


def test_replacing_an_append_only_row_is_refused(table):
    replace = {
        "sqlite": f"INSERT OR REPLACE INTO {TABLE} VALUES (1, 'changed', NULL)",
        "postgresql": f"INSERT INTO {TABLE} VALUES (1, 'x', NULL) ON CONFLICT (id) DO UPDATE SET text = 'changed'",
    }
    run(AppendOnly(table))

    with pytest.raises(IntegrityError, match="append-only"):
        attempt(replace[connection.vendor])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE: flush deletes, see above")
def test_truncating_an_append_only_table_is_refused(table):
    """What `manage.py flush` does on PostgreSQL: no row trigger sees it."""
    run(AppendOnly(table, allow_update_columns=["state"]))

    with pytest.raises(IntegrityError, match="append-only"):
        attempt(f"TRUNCATE {TABLE}")

    assert len(rows()) == 2


def test_insert_into_an_append_only_table_is_allowed(table):
    run(AppendOnly(table))

    attempt(f"INSERT INTO {TABLE} VALUES (3, 'third', NULL)")

    assert rows()[2] == (3, "third", None)


def test_only_the_listed_columns_may_change(table):
    run(AppendOnly(table, allow_update_columns=["state"]))

    attempt(f"UPDATE {TABLE} SET state = 'done', text = text")
    with pytest.raises(IntegrityError, match="append-only"):
        attempt(f"UPDATE {TABLE} SET state = 'again', text = 'changed' WHERE id = 1")
    with pytest.raises(IntegrityError, match="append-only"):
        attempt(f"UPDATE {TABLE} SET id = 9 WHERE id = 1")
    with pytest.raises(IntegrityError, match="append-only"):
        attempt(f"DELETE FROM {TABLE}")

    assert rows() == [(1, "first", "done"), (2, "second", "done")]


def test_a_column_that_does_not_exist_cannot_be_allowed(table):
    with pytest.raises(ValueError, match=r"has no column stat$"):
        run(AppendOnly(table, allow_update_columns=["stat"]))


def test_guard_is_made_again_and_taken_away_by_the_reverse_migration(table):
    operation = AppendOnly(table)
    run(operation)
    run(operation)
    assert missing_guards(connection, operation, table) == []

    run(operation, backwards=True)
    attempt(f"DELETE FROM {TABLE} WHERE id = 2")

    assert rows() == [(1, "first", None)]
    assert missing_guards(connection, operation, table) != []


def test_guard_of_an_older_form_counts_as_missing(table):
    run(AppendOnly(table))

    assert missing_guards(connection, AppendOnly(table, allow_update_columns=["state"]), table) != []
    run(AppendOnly(table, allow_update_columns=["state"]))
    assert missing_guards(connection, AppendOnly(table, allow_update_columns=["state"]), table) == []


def test_other_databases_are_refused(table):
    class Oracle:
        vendor = "oracle"
        ops = connection.ops

    with pytest.raises(ValueError, match="oracle"):
        AppendOnly(table).guards(Oracle(), table)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run_number", [1, 2])
def test_transactional_test_may_write_into_append_only_tables(edition, now, run_number):
    """Run twice: the flush between the two empties the ledger, which nothing but a test can."""
    Event.objects.create(edition=edition, number=1, kind="test", at=now, payload="{}", hash=str(run_number))

    assert Event.objects.count() == 1
    with pytest.raises(IntegrityError, match="append-only: ledger_event"), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only: ledger_event"), transaction.atomic():
        Event.objects.update(kind="changed")


def test_operation_describes_itself_and_leaves_the_models_alone():
    operation = AppendOnly("Event", allow_update_columns=("state",))
    state = ProjectState()

    operation.state_forwards("ledger", state)

    assert state == ProjectState()
    assert operation.describe() == "Refuse update and delete of rows of Event"
    assert operation.deconstruct() == ("AppendOnly", ("Event",), {"allow_update_columns": ("state",)})


def test_every_append_only_table_has_its_guards_after_all_migrations(db):
    """SQLite loses triggers when a later migration rebuilds the table; this notices."""
    loader = MigrationLoader(connection)
    latest: dict[str, AppendOnly] = {}
    state = loader.project_state()
    for key in loader.graph.nodes:
        for operation in loader.get_migration(*key).operations:
            if isinstance(operation, AppendOnly):
                latest[operation.table(key[0], state)] = operation

    missing = {table: missing_guards(connection, operation, table) for table, operation in latest.items()}

    assert missing == {table: [] for table in latest}


def test_flush_past_guards_empties_the_table_and_puts_the_guards_back(table):
    operation = AppendOnly(table)
    run(operation)

    with flush_past_guards():
        connection.ops.execute_sql_flush(
            [f"DELETE FROM {TABLE}" if connection.vendor == "sqlite" else f"TRUNCATE {TABLE}"]
        )

    assert rows() == []
    assert missing_guards(connection, operation, table) == []
