"""LibreOffice as a supervisor's spreadsheet program: opens workbooks, recalculates, saves."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice (soffice) is not installed, so nothing here can recalculate the workbook's formulas",
)


def recalculate(workbooks: Mapping[str, Workbook], folder: Path) -> dict[str, Any]:
    """The same workbooks with the values that LibreOffice computes; one start for all, with a profile of its own."""
    for name, workbook in workbooks.items():
        workbook.save(folder / f"{name}.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = [str(folder / f"{name}.xlsx") for name in workbooks]
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    done = subprocess.run(
        [*command, "--outdir", str(folder / "out"), *files], capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in workbooks}
