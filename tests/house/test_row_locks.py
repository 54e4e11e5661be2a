"""Row locks are FOR NO KEY UPDATE (scoring/services/locking.py): else rows that point to a locked one deadlock."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "accounts",
    "certificates",
    "contest",
    "core",
    "ledger",
    "notices",
    "outbox",
    "portal",
    "results",
    "scoring",
    "works",
)
PLAIN = re.compile(r"select_for_update\((?![^)]*\),? ?no_key=True\))(?!no_key=True\))")


def test_every_row_lock_lets_rows_point_to_what_it_holds():
    listed = subprocess.run(
        ["git", "ls-files", *(f"{package}/*.py" for package in PACKAGES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [path for path in listed.stdout.split() if PLAIN.search((ROOT / path).read_text(encoding="utf-8"))]

    assert found == []
    assert PLAIN.search("rows.select_for_update().get()")
    assert PLAIN.search('rows.select_for_update(of=("self",)).get()')
