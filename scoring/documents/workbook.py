"""The result workbook (design §6): every figure from criterion mark to rank and award is a live formula."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from scoring.documents.awards_sheet import AwardsSheet
from scoring.documents.cover_sheets import add_check_sheet, add_cover_sheet
from scoring.documents.deductions_sheet import add_deductions_sheet
from scoring.documents.marks_sheet import add_marks_sheet
from scoring.documents.ranking_sheet import RankingSheet
from scoring.documents.wording import Document


def build_result_workbook(book: Document) -> bytes:
    """`result-book.xlsx` of a result book (docs/result-book.md).

    A changed mark recalculates to what the engine gives for those marks; only the places of run-offs and decisions
    stay as recorded. Excel, WPS and LibreOffice compute it when it is opened: the file holds no cached values.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    mark = f"定格成绩第 {book['snapshot']['number']} 号 {book['digests']['snapshot'][:16]}"
    add_cover_sheet(workbook, book, mark=mark)
    marks = add_marks_sheet(workbook, book, mark=mark)
    deductions = add_deductions_sheet(workbook, book, mark=mark)
    standings = RankingSheet(workbook, book, marks, deductions)
    ranking = standings.write(mark=mark)
    awards = AwardsSheet(workbook, book, ranking)
    awards.write(mark=mark)
    standings.put_awards(**awards.formulas())
    add_check_sheet(workbook, book, marks, ranking, mark=mark)
    workbook.properties.title = f"{book['round']['title']} 成绩册"
    workbook.properties.creator = "明评"
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()
