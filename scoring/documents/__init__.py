"""What is handed out of a result book (docs/result-book.md): the workbook and the printed result sheet.

Pure functions over the book's JSON document: they read no table, so what they show is one snapshot (pitfall 10).
"""

from scoring.documents.sheet import result_sheet_context
from scoring.documents.workbook import build_result_workbook

__all__ = ["build_result_workbook", "result_sheet_context"]
