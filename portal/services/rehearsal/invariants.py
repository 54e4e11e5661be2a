"""What must hold after a play, whatever the seed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from ledger.selectors import chain_faults
from portal.services.rehearsal.certificates import certificate_faults
from portal.services.rehearsal.play import Rehearsal
from portal.services.rehearsal.reviewing import ReviewedKind
from portal.services.verification import verify_edition
from scoring.models import Correction, ScoreSheet

Fault = str


def rehearsal_faults(rehearsal: Rehearsal, *, book_path: Path) -> list[Fault]:
    """Return every invariant that does not hold, in words; none is an empty list."""
    return [
        *_mark_faults(rehearsal),
        *_finalist_faults(rehearsal),
        *certificate_faults(result=rehearsal.result, owed=len(rehearsal.book["output"]["placements"]), revoked=1),
        *chain_faults(rehearsal.round.edition),
        *verify_edition(rehearsal.round.edition),
        *_verifier_faults(book_path),
    ]


def _mark_faults(rehearsal: Rehearsal) -> list[Fault]:
    """Every planned mark is in the book exactly once, but for those that were corrected."""
    sheets = {(sheet["entry"], sheet["judge"]): sheet for sheet in rehearsal.book["input"]["sheets"]}
    planned = rehearsal.plan.marks
    marked = {pair for pair, sheet in sheets.items() if sheet["state"] == ScoreSheet.State.SUBMITTED}
    forfeited = {entry["code"] for entry in rehearsal.book["input"]["entries"] if entry["status"] != "competing"}
    expected = {pair for pair in planned if pair[0] not in forfeited}
    faults = [f"planned and marked pairs differ: {sorted(expected ^ marked)[:5]}"] if expected != marked else []
    changed = [pair for pair in expected & marked if sheets[pair]["marks"] != planned[pair]]
    if len(changed) > Correction.objects.filter(entry__round=rehearsal.round, state="applied").count():
        faults.append(f"marks differ from those given: {changed[:5]}")
    return faults


def reviewed_faults(reviewed: ReviewedKind, *, folder: Path) -> list[Fault]:
    """What does not hold of a kind's review: its marks, its winners' certificates, and the verifier's word on its book.

    The book is left in `folder` under the kind's code.
    """
    book, plan = reviewed.book, reviewed.plan
    path = folder / f"result-book-{reviewed.kind.code}.json"
    write_book(book, path)
    marked = {
        (sheet["entry"], sheet["judge"]): sheet["marks"]
        for sheet in book["input"]["sheets"]
        if sheet["state"] == ScoreSheet.State.SUBMITTED
    }
    faults = [] if marked == plan.marks else [f"{reviewed.kind.code}: marks differ from those given"]
    if book["output"]["boundaries"]:
        faults.append(f"{reviewed.kind.code}: lines are still blocked: {book['output']['boundaries']}")
    faults += certificate_faults(result=reviewed.result, owed=len(book["output"]["placements"]))
    return faults + _verifier_faults(path)


def _finalist_faults(rehearsal: Rehearsal) -> list[Fault]:
    output = rehearsal.book["output"]
    advancing = [row["entry"] for row in output["placements"] if row["advances"]]
    faults = []
    if output["boundaries"]:
        faults.append(f"lines are still blocked: {output['boundaries']}")
    expected = min(6, output["counts"]["ranked"])
    if len(output["finalists"]) != expected or output["finalists"] != advancing:
        faults.append(f"{expected} finalists were expected, got {output['finalists']} of {advancing}")
    return faults


def _verifier_faults(book_path: Path) -> list[Fault]:
    """Ask the independent verifier, as an outsider would: another program, the file alone."""
    tool = settings.BASE_DIR / "tools" / "verify_result_book.py"
    done = subprocess.run(  # noqa: S603 - our own tool on our own file
        [sys.executable, str(tool), str(book_path)], capture_output=True, text=True, timeout=120, check=False
    )
    return [] if done.returncode == 0 else [f"the verifier disagrees: {done.stdout or done.stderr}"]


def write_book(book: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(book, ensure_ascii=False, indent=1), encoding="utf-8")
