"""Works out of a workbook, and the empty table for them (design §9)."""

from works.spreadsheets.reading import ReadWorks, read_works
from works.spreadsheets.templates import works_template

__all__ = ["ReadWorks", "read_works", "works_template"]
