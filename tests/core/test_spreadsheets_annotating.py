"""The workbook given back with its faults in it."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from core.spreadsheets import Fault, WorkbookRefused, annotate_workbook, annotating

FAULTS = [
    Fault("B3", "id_checksum", "校验码不符。", "报名表"),
    Fault("B3", "duplicate_in_file", "与 B2 相同。", "报名表"),
    Fault("C4", "required", "“题目”没有填写。", "报名表"),
    Fault("A2", "date", "不是日期。", "少年 '组'"),
]


def sent():
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "报名表"
    sheet.append(["姓名", "身份证号", "题目"])
    sheet.append(["张三", "990484197209124929", "=1+1"])
    sheet["C2"].value, sheet["C2"].data_type = "=cmd|'/c calc'!A1", "s"
    sheet.append([CellRichText("李", TextBlock(InlineFont(b=True), "四")), "99", '=HYPERLINK("http://e","点")'])
    sheet["B3"].comment = Comment("身份证在路上", "张老师")
    sheet["B2"].number_format = "@"
    sheet.column_dimensions["B"].width = 22
    sheet.row_dimensions[3].hidden = True
    other = workbook.create_sheet("少年 '组'")
    other.append(["日期"])
    other.append([19980501.5])
    other.merge_cells("A2:B2")
    return stored(workbook)


def stored(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    stream.seek(0)
    return stream


def annotated(file, faults=FAULTS):
    return load_workbook(io.BytesIO(annotate_workbook(file, faults)), rich_text=True)


def test_first_sheet_lists_every_fault_with_a_link_to_its_cell():
    workbook = annotated(sent())
    sheet = workbook.worksheets[0]

    assert workbook.sheetnames == ["需要改正", "报名表", "少年 '组'"]
    assert workbook.active is sheet
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        ["序号", "工作表", "单元格", "问题"],
        *([place, fault.sheet, fault.cell, fault.message] for place, fault in enumerate(FAULTS, start=1)),
    ]
    assert [sheet.cell(row=row, column=3).hyperlink.location for row in (4, 5, 6, 7)] == [
        "'报名表'!B3",
        "'报名表'!B3",
        "'报名表'!C4",
        "'少年 ''组'''!A2",
    ]


def test_faulty_cells_are_filled_and_say_what_is_wrong():
    sheet = annotated(sent())["报名表"]

    commented = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    filled = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    assert commented == {
        "B3": "校验码不符。\n与 B2 相同。\n—— 原有批注 ——\n身份证在路上",
        "C4": "“题目”没有填写。",
    }
    assert filled == {"B3", "C4"}


def test_pitfall_17_all_else_is_as_it_was_sent():
    sheet = annotated(sent())["报名表"]

    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].number_format) == ("990484197209124929", "s", "@")
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=cmd|'/c calc'!A1", "s")
    assert (sheet["C3"].value, sheet["C3"].data_type) == ('=HYPERLINK("http://e","点")', "f")
    assert (str(sheet["A3"].value), type(sheet["A3"].value)) == ("李四", CellRichText)
    assert (sheet.column_dimensions["B"].width, sheet.row_dimensions[3].hidden) == (22, True)


def test_merged_cell_is_marked_where_it_is_seen():
    faults = [Fault("B2", "date", "不是日期。", "少年 '组'")]

    assert annotated(sent(), faults)["少年 '组'"]["A2"].comment.text == "不是日期。"


def test_annotated_workbook_sent_again_carries_only_the_new_faults():
    again = io.BytesIO(annotate_workbook(sent(), FAULTS))

    workbook = annotated(again, [FAULTS[2]])

    sheet = workbook["报名表"]
    assert workbook.sheetnames == ["需要改正", "报名表", "少年 '组'"]
    assert sheet["B3"].comment.text == "身份证在路上"
    assert (sheet["B3"].fill.fill_type, sheet["C4"].fill.fill_type) == (None, "solid")
    assert workbook["需要改正"].max_row == 4


def test_workbook_of_too_many_formats_is_not_annotated(monkeypatch):
    monkeypatch.setattr(annotating, "_MOST_CELLS", 5)

    with pytest.raises(WorkbookRefused, match="不能在原表上标注"):
        annotate_workbook(sent(), FAULTS)


def test_file_that_is_no_workbook_is_not_annotated():
    with pytest.raises(WorkbookRefused) as refused:
        annotate_workbook(io.BytesIO(b"nothing"), FAULTS)

    assert refused.value.code == "csv"
