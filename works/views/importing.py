"""Works from a workbook, written once for the office and for a unit's coordinator (core.importing)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Unit
from core.importing import WorkbookImport, workbook_response
from works import services
from works.forms.submission import WorkbookForm
from works.models import Selection
from works.spreadsheets import ReadWorks, read_works, works_template
from works.views.submitting import actor_of

MOST_FAULTS_SHOWN = 200
ACTS = ("confirm", "discard", "template", "annotated")


@dataclass(frozen=True)
class WorksImport(WorkbookImport):
    """Who imports: the office, or with `unit` its coordinator, whose rows must be that unit's."""

    selection: Selection
    base: str
    context: dict[str, Any]
    addresses: Callable[[str], str]
    list_address: str
    list_title: str
    unit: Unit | None = None

    @property
    def key(self) -> str:  # type: ignore[override]  # computed, not set
        return f"works-import-{self.selection.pk}" + (f"-unit-{self.unit.pk}" if self.unit else "")

    @property
    def back(self) -> str:
        return self.list_address

    def address(self, act: str = "") -> str:
        return self.addresses(act)

    def read(self, file: BinaryIO) -> ReadWorks:
        return read_works(file, self.selection, unit=self.unit)

    def preview(self, read: ReadWorks) -> services.ImportOutcome:
        return services.preview_import(selection=self.selection, rows=read.rows, unit=self.unit)

    def keep(self, request: HttpRequest, read: ReadWorks) -> str:
        outcome = services.import_works(
            selection=self.selection, rows=read.rows, unit=self.unit, actor=actor_of(request), now=timezone.now()
        )
        already = f"，{outcome.unchanged} 件早已在名单中、没有改动" if outcome.unchanged else ""
        return f"导入完成：新增 {outcome.created} 件{already}。"

    def page(
        self, request: HttpRequest, *, read: Any = None, outcome: Any = None, file_name: str = "", error: str = ""
    ) -> HttpResponse:
        context = {
            **self.context,
            "selection": self.selection,
            "place": self,
            "pages": {act: self.address(act) for act in ACTS},
            "form": WorkbookForm(),
            "error": error,
            "read": read,
            "faults": read.faults[:MOST_FAULTS_SHOWN] if read else [],
            "several_sheets": read is not None and len(read.sheets) > 1,
            "outcome": outcome,
            "file_name": file_name,
        }
        return render(request, "works/import.html", context, status=400 if error else 200)


def empty_table(selection: Selection) -> HttpResponse:
    """The empty table to fill in."""
    return workbook_response(works_template(selection), f"{selection.title}推荐汇总表.xlsx")
