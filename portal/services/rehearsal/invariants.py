"""What must hold after a play, whatever the seed."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from certificates.models import Certificate
from ledger.selectors import chain_faults
from portal.services.rehearsal.play import Rehearsal
from portal.services.verification import verify_edition
from scoring.models import ScoreSheet

Fault = str


def rehearsal_faults(rehearsal: Rehearsal, *, book_path: Path) -> list[Fault]:
    """Return every invariant that does not hold, in words; none is an empty list."""
    return [
        *_mark_faults(rehearsal),
        *_finalist_faults(rehearsal),
        *_certificate_faults(rehearsal),
        *chain_faults(rehearsal.round.edition),
        *verify_edition(rehearsal.round.edition),
        *_verifier_faults(book_path),
    ]


def _mark_faults(rehearsal: Rehearsal) -> list[Fault]:
    """Every planned mark is in the book exactly once, but for the one that was corrected."""
    sheets = {(sheet["entry"], sheet["judge"]): sheet for sheet in rehearsal.book["input"]["sheets"]}
    planned = rehearsal.plan.marks
    marked = {pair for pair, sheet in sheets.items() if sheet["state"] == ScoreSheet.State.SUBMITTED}
    forfeited = {entry["code"] for entry in rehearsal.book["input"]["entries"] if entry["status"] != "competing"}
    expected = {pair for pair in planned if pair[0] not in forfeited}
    faults = [f"planned and marked pairs differ: {sorted(expected ^ marked)[:5]}"] if expected != marked else []
    changed = [pair for pair in expected & marked if sheets[pair]["marks"] != planned[pair]]
    if len(changed) > 1:
        faults.append(f"marks differ from those given: {changed[:5]}")
    return faults


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


def _certificate_faults(rehearsal: Rehearsal) -> list[Fault]:
    certificates = Certificate.objects.filter(series__edition=rehearsal.round.edition)
    unfinished = certificates.exclude(state=Certificate.State.ISSUED).count()
    owed = len(rehearsal.book["output"]["placements"])
    faults = [f"{unfinished} certificates are not issued"] if unfinished else []
    if certificates.count() < owed:
        faults.append(f"{owed} awards have {certificates.count()} certificates")
    missing = [row.serial for row in certificates if not (settings.MEDIA_ROOT / row.file).is_file()]
    return [*faults, *(f"certificate {serial} has no file" for serial in missing)]


def _verifier_faults(book_path: Path) -> list[Fault]:
    """Ask the independent verifier, as an outsider would: another program, the file alone."""
    tool = settings.BASE_DIR / "tools" / "verify_result_book.py"
    done = subprocess.run(  # noqa: S603 - our own tool on our own file
        [sys.executable, str(tool), str(book_path)], capture_output=True, text=True, timeout=120, check=False
    )
    return [] if done.returncode == 0 else [f"the verifier disagrees: {done.stdout or done.stderr}"]


def write_book(rehearsal: Rehearsal, path: Path) -> None:
    path.write_text(json.dumps(rehearsal.book, ensure_ascii=False, indent=1), encoding="utf-8")
