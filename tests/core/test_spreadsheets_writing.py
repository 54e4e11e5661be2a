import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.spreadsheets import OutColumn, add_sheet, new_workbook, set_text, set_value, workbook_bytes, write_table

DANGEROUS = ["=cmd|'/c calc'!A1", "+1", "-1+2", "@SUM(A1)", "#N/A", "110105194912310021", "0123", "\ttab"]


def reopened(workbook):
    return load_workbook(io.BytesIO(workbook_bytes(workbook)))


@pytest.mark.parametrize("text", DANGEROUS)
def test_pitfall_17_text_stays_text_in_a_workbook(text):
    workbook = new_workbook()
    set_text(add_sheet(workbook, "名单")["A1"], text)

    cell = reopened(workbook)["名单"]["A1"]

    assert (cell.value, cell.data_type, cell.quotePrefix, cell.number_format) == (text, "s", True, "@")


def test_pitfall_17_zero_is_a_number_and_is_written():
    workbook = new_workbook()
    sheet = add_sheet(workbook, "成绩")
    write_table(
        sheet,
        title="",
        columns=[OutColumn("得分", number_format="0.00"), OutColumn("扣分"), OutColumn("备注")],
        rows=[(Decimal("0"), 0, None)],
    )

    row = reopened(workbook)["成绩"][2]

    assert [(cell.value, cell.data_type) for cell in row[:2]] == [(0, "n"), (0, "n")]
    assert row[0].number_format == "0.00"
    assert row[2].value is None


def test_values_are_written_by_their_kind():
    workbook = new_workbook()
    sheet = add_sheet(workbook, "值")
    moment = datetime(2026, 5, 21, 2, 15, 30, tzinfo=UTC)
    for row, value in enumerate(["文字", 7, Decimal("87.35"), date(2026, 5, 8), True, False, moment, None], start=1):
        set_value(sheet[f"A{row}"], value)

    values = [row[0].value for row in reopened(workbook)["值"].iter_rows()]

    assert values == ["文字", 7, 87.35, datetime(2026, 5, 8), "是", "否", "2026-05-21T02:15:30.000Z"]


@pytest.mark.parametrize("value", [1.5, b"bytes", ["list"]])
def test_value_that_has_no_place_in_a_workbook_is_refused(value):
    with pytest.raises(TypeError):
        set_value(add_sheet(new_workbook(), "值")["A1"], value)


def test_control_characters_are_left_out():
    workbook = new_workbook()
    set_text(add_sheet(workbook, "名单")["A1"], "王\x07五")

    assert reopened(workbook)["名单"]["A1"].value == "王五"


def test_table_is_ready_for_the_printer():
    workbook = new_workbook()
    sheet = add_sheet(workbook, "名单")

    header_row = write_table(
        sheet,
        title="获奖名单",
        note="名册 1 · 定格成绩 2",
        columns=[OutColumn("序号", width=6), OutColumn("姓名", width=20)],
        rows=[(1, "张三"), (2, "李四")],
    )

    sheet = reopened(workbook)["名单"]
    assert header_row == 3
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["获奖名单", None],
        ["名册 1 · 定格成绩 2", None],
        ["序号", "姓名"],
        [1, "张三"],
        [2, "李四"],
    ]
    assert sorted(str(merged) for merged in sheet.merged_cells.ranges) == ["A1:B1", "A2:B2"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$3:$3")
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.column_dimensions["B"].width == 20


def test_row_of_another_length_than_the_header_is_refused():
    sheet = add_sheet(new_workbook(), "名单")

    with pytest.raises(ValueError, match="zip"):
        write_table(sheet, title="", columns=[OutColumn("序号")], rows=[(1, 2)])


def test_table_of_one_column_needs_no_merged_title():
    workbook = new_workbook()
    write_table(add_sheet(workbook, "名单"), title="获奖名单", columns=[OutColumn("姓名")], rows=[])

    assert reopened(workbook)["名单"].merged_cells.ranges == set()


def test_sheet_title_is_made_acceptable():
    workbook = new_workbook()
    add_sheet(workbook, "成年组/少年组:" + "长" * 40)

    assert reopened(workbook).sheetnames == [("成年组－少年组－" + "长" * 40)[:31]]
