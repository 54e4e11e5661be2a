"""What the database says after a benchmark: nothing lost, nothing doubled, and how many queries a request takes."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Edition
from ledger.models import Event
from ledger.selectors import chain_faults
from scoring.models import LateMark, ScoreSheet, SheetRevision

_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def judging_faults(*, sent: list[dict[str, Any]]) -> list[str]:
    """What differs between what was sent and what is stored, sheet by sheet; and what does not hold of the ledger.

    `sent`: [{"sheet", "submission_id", "marks"}], each sheet submitted once, by however many requests.
    """
    by_sheet = {each["sheet"]: each for each in sent}
    sheets = ScoreSheet.objects.select_related("current").in_bulk()
    revisions: dict[int, list[SheetRevision]] = {}
    for revision in SheetRevision.objects.order_by("pk"):
        revisions.setdefault(revision.sheet_id, []).append(revision)
    faults = []
    for pk, sheet in sheets.items():
        stored = [(each.kind, each.submission_id, each.marks) for each in revisions.get(pk, [])]
        wanted = by_sheet.get(pk)
        if stored != ([("submission", wanted["submission_id"], wanted["marks"])] if wanted else []):
            faults.append(f"sheet {pk}: stored {stored}, sent {wanted}")
        elif wanted and (sheet.state, sheet.version, sheet.current) != ("submitted", 1, revisions[pk][0]):
            faults.append(f"sheet {pk}: {sheet.state} v{sheet.version}, current {sheet.current_id}")
    if LateMark.objects.exists():
        faults.append("there are late marks")
    events = Event.objects.filter(kind="sheet_submitted").count()
    if events != len(sent):
        faults.append(f"{events} events for {len(sent)} submissions")
    return faults + [fault for edition in Edition.objects.all() for fault in chain_faults(edition)]


def count_queries(*, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Queries of each request, session and account included, BEGIN and COMMIT apart.

    `requests`: [{"name", "cookies", "path", "fields" (POST) or null, "warm" (another such request, made before)}].
    """
    connection.ensure_connection()
    counted = []
    for request in requests:
        _ask(request["cookies"], **request["warm"])
        with CaptureQueriesContext(connection) as captured:
            status = _ask(request["cookies"], path=request["path"], fields=request["fields"])
        statements = [str(query["sql"]) for query in captured.captured_queries]
        control = sum(statement.startswith(_TRANSACTION) for statement in statements)
        counted.append(
            {
                "name": request["name"],
                "status": status,
                "queries": len(statements) - control,
                "transaction_control": control,
                "statements": statements,
            }
        )
    return counted


def _ask(cookies: dict[str, str], *, path: str, fields: dict[str, str] | None) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    for name, value in cookies.items():
        client.cookies[name] = value
    if fields is None:
        return int(client.get(path).status_code)
    return int(client.post(path, fields, headers={"Accept": "application/json"}).status_code)
