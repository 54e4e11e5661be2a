import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from core.spreadsheets import (
    CellFault,
    Column,
    Fault,
    Given,
    WorkbookRefused,
    all_faults,
    open_workbook,
    read_choice,
    read_count,
    read_date,
    read_date_or_month,
    read_email,
    read_id_number,
    read_id_text,
    read_month,
    read_name,
    read_phone,
    read_table,
    read_text,
)
from core.text.dates import Month, parse_date
from core.text.idnumber import IdNumber

COLUMNS = [
    Column("group", ("组别", "参赛组别"), read_choice({"成年组": "adult", "成年": "adult", "少年组": "junior"}), True),
    Column("name", ("姓名", "选手姓名"), read_name, True),
    Column("id_number", ("身份证号", "身份证号码"), read_id_text, True),
    Column("topic", ("讲解题目", "作品名称"), read_text(max_length=20), True),
    Column("tutor", ("指导教师", "辅导老师"), read_name),
    Column("phone", ("联系电话", "手机号"), read_phone),
]
HEADER = ["序号", "参赛组别", "选手姓名", "身份证号码", "作品名称", "辅导老师", "手机号"]
ROW = [1, "成年组", "张三", "110105194912310021", "水的旅行", None, "13800001234"]
VALUES = {
    "group": "adult",
    "name": "张三",
    "id_number": "110105194912310021",
    "topic": "水的旅行",
    "tutor": None,
    "phone": "13800001234",
}


def workbook_of(*rows, title="报名表"):
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return workbook


def reopened(workbook):
    """As it comes back from a file."""
    stream = io.BytesIO()
    workbook.save(stream)
    return open_workbook(stream)


def test_clean_table_is_read_whole():
    (row,) = read_table(reopened(workbook_of(HEADER, ROW)), COLUMNS)

    assert (row.sheet, row.number, row.hidden, row.faults) == ("报名表", 2, False, [])
    assert row.values == VALUES
    assert row["name"] == "张三"
    assert row.cells["id_number"] == "D2"


def test_titles_above_reordered_columns_blank_rows_and_notes_are_borne():
    header = ["讲解 题目", "姓 名*", "组别：", "身份证号（18位）", "联系\n电话", "备注"]
    row = ["水的旅行", "张  三", " 成年 ", "11010519491231002１", 13800001234.0, "x"]
    workbook = workbook_of(
        ["2026年科普讲解大赛选手推荐汇总表"],
        ["推荐单位（盖章）：某单位    联系人：某人"],
        header,
        row,
        [None] * 6,
        ["无", " ", "/", None, "—", "只有备注"],
        row,
        ["合计", "2 人"],
        ["以上共 2 人"],
        [],
        ["注：1. 少年组须填写监护人。"],
        ["填表人：", "审核人：", None, None, "单位负责人（签章）：", None],
    )
    workbook.active.merge_cells("A1:F1")
    workbook.active.merge_cells("A2:F2")

    rows = read_table(reopened(workbook), COLUMNS)

    assert [row.number for row in rows] == [4, 7]
    assert [row.values for row in rows] == [VALUES, VALUES]
    assert all_faults(rows) == []


def test_table_is_found_on_every_visible_sheet():
    workbook = workbook_of(["请认真阅读填表说明"], title="填表说明")
    for title in ("成年组", "少年组"):
        sheet = workbook.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(ROW)
    hidden = workbook.create_sheet("旧表")
    hidden.append(HEADER)
    hidden.append(ROW)
    hidden.sheet_state = "hidden"

    assert [(row.sheet, row.number) for row in read_table(reopened(workbook), COLUMNS)] == [
        ("成年组", 2),
        ("少年组", 2),
    ]


def test_hidden_row_is_read_and_says_so():
    workbook = workbook_of(HEADER, ROW, ROW)
    workbook.active.row_dimensions[3].hidden = True

    assert [row.hidden for row in read_table(reopened(workbook), COLUMNS)] == [False, True]


def test_cell_merged_downwards_counts_for_each_of_its_rows():
    workbook = workbook_of(HEADER, ROW, [2, None, "李四", *ROW[3:]])
    workbook.active.merge_cells("B2:B3")

    rows = read_table(reopened(workbook), COLUMNS)

    assert [(row["group"], row["name"]) for row in rows] == [("adult", "张三"), ("adult", "李四")]


def test_header_of_two_rows_is_read():
    workbook = workbook_of(
        ["序号", "组别", "选手情况", None, "讲解题目", "辅导老师", "手机号"],
        [None, None, "姓名", "身份证号", None, None, None],
        ROW,
    )
    for merged in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2", "G1:G2"):
        workbook.active.merge_cells(merged)

    (row,) = read_table(reopened(workbook), COLUMNS)

    assert (row.number, row.values) == (3, VALUES)


def test_heading_merged_over_two_columns_is_one_column():
    workbook = workbook_of(
        ["组别", "姓名", "身份证号", "讲解题目", None, "手机号"],
        ["成年组", "张三", "110105194912310021", "水的旅行", None, "13800001234"],
    )
    workbook.active.merge_cells("D1:E1")

    assert read_table(reopened(workbook), COLUMNS)[0].values == VALUES


def test_header_repeated_and_sample_rows_are_passed_over():
    sample = ["例", *ROW[1:]]

    rows = read_table(reopened(workbook_of(HEADER, sample, ROW, HEADER, ROW)), COLUMNS)

    assert [row.number for row in rows] == [3, 5]


def test_row_that_only_looks_like_a_note_is_kept_with_its_faults():
    (row,) = read_table(reopened(workbook_of(HEADER, [1, "成年组", "合计", None, "备注的学问", None, None])), COLUMNS)

    assert [(fault.cell, fault.code) for fault in row.faults] == [("D2", "required")]


def test_every_fault_is_reported_with_its_cell():
    workbook = workbook_of(
        HEADER,
        [1, "青年组", None, 110105194912310021, '=HYPERLINK("http://example.com","点我")', "王\ue863", "12345"],
        [2, "成年组", "张3", "110105194912310021", "题" * 21, None, None],
    )
    workbook.active["G3"] = "#N/A"

    faults = all_faults(read_table(reopened(workbook), COLUMNS))

    assert [(fault.sheet, fault.cell, fault.code) for fault in faults] == [
        ("报名表", "B2", "choice"),
        ("报名表", "C2", "required"),
        ("报名表", "D2", "id_as_number"),
        ("报名表", "E2", "formula"),
        ("报名表", "F2", "private_use_character"),
        ("报名表", "G2", "phone"),
        ("报名表", "C3", "name"),
        ("报名表", "E3", "too_long"),
        ("报名表", "G3", "error_value"),
    ]
    assert all(fault.message.endswith("。") for fault in faults)
    assert str(faults[1]) == "报名表 C2：“姓名”没有填写。"


def test_pitfall_17_text_that_looks_like_a_formula_is_text():
    workbook = workbook_of(HEADER, ROW)
    workbook.active["E2"] = "x"
    workbook.active["E2"].value, workbook.active["E2"].data_type = "=cmd|'/c calc'!A1", "s"

    assert read_table(reopened(workbook), COLUMNS)[0]["topic"] == "=cmd|'/c calc'!A1"


def test_fault_that_only_the_caller_sees_is_added_at_its_cell():
    (row,) = read_table(reopened(workbook_of(HEADER[:5], ROW[:5])), COLUMNS)

    row.add_fault("id_number", "duplicate_in_file", "与第 3 行重复。")
    row.add_fault("tutor", "required", "请填写。")

    assert row.faults == [
        Fault("D2", "duplicate_in_file", "与第 3 行重复。", "报名表"),
        Fault("A2", "required", "请填写。", "报名表"),
    ]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["请认真阅读"]], "no_header"),
        ([[]], "no_header"),
        ([["姓名", "备注"], ["张三", ""]], "no_header"),
        ([["姓名", "指导教师", "联系电话"], ["张三", "李四", "13800001234"]], "no_header"),
        ([[heading for heading in HEADER if heading != "身份证号码"], ROW], "missing_column"),
        ([[*HEADER, "姓名"], ROW], "duplicate_column"),
        ([HEADER], "no_rows"),
        ([HEADER, [None, None], ["注：无"]], "no_rows"),
        ([HEADER, ROW, ROW, ROW], "too_many_rows"),
    ],
)
def test_workbook_without_a_usable_table_is_refused(rows, code):
    with pytest.raises(WorkbookRefused) as caught:
        read_table(reopened(workbook_of(*rows)), COLUMNS, max_rows=2)

    assert caught.value.code == code


def test_missing_column_is_named_with_its_sheet_and_row():
    header = [heading for heading in HEADER if heading not in ("身份证号码", "作品名称")]

    with pytest.raises(WorkbookRefused, match="工作表“报名表”第 1 行的表头缺少“身份证号”、“讲解题目”"):
        read_table(reopened(workbook_of(header, ROW)), COLUMNS)


def test_stray_format_in_the_last_row_costs_nothing():
    workbook = workbook_of(HEADER, ROW)
    workbook.active["XFD1048576"].number_format = "@"

    assert len(read_table(reopened(workbook), COLUMNS)) == 1


def text(value):
    return Given("text", value)


def number(value):
    return Given("number", value)


@pytest.mark.parametrize(
    ("reader", "given", "value"),
    [
        (read_text(), text(" 水的\n旅行：第一讲 "), "水的旅行：第一讲"),
        (read_text(), text("Deep\r\nLearning"), "Deep Learning"),
        (read_text(), text("水\u200b的_x000D_\n旅行"), "水的旅行"),
        (read_text(multiline=True), text("第一段\n第二段"), "第一段\n第二段"),
        (read_text(), number(12.0), "12"),
        (read_text(), number(1.5), "1.5"),
        (read_text(), Given("date", datetime(2026, 5, 1)), "2026-05-01"),
        (read_name, text("买买提•吐尔逊"), "买买提·吐尔逊"),
        (read_date, Given("date", datetime(1998, 5, 1)), date(1998, 5, 1)),
        (read_date, Given("date", date(1998, 5, 1)), date(1998, 5, 1)),
        (read_date, number(35916), date(1998, 5, 1)),
        (read_date, number(35916.5), date(1998, 5, 1)),
        (read_date, number(19980501), date(1998, 5, 1)),
        (read_date, text("１９９８－０５－０１"), date(1998, 5, 1)),
        (read_date_or_month, text("1998.05"), Month(1998, 5)),
        (read_date_or_month, number(199805), Month(1998, 5)),
        (read_month, text("2025年3月"), Month(2025, 3)),
        (read_month, text("2025-03-15"), Month(2025, 3)),
        (read_phone, number(19900000001.0), "19900000001"),
        (read_phone, text("\u202d199 0000-0002\u202c"), "19900000002"),
        (read_email, text(" ENTRANT002＠EXAMPLE.COM "), "entrant002@example.com"),
        (read_id_text, text("９９４３８７２０１４０５２２１６０ｘ"), "99438720140522160X"),
        (read_count, number(0), 0),
        (read_count, text("０"), 0),
        (read_choice({"男": "male", "女": "female"}), text(" 男 "), "male"),
    ],
)
def test_reader_makes_a_value(reader, given, value):
    assert reader(given) == value


@pytest.mark.parametrize(
    ("reader", "given", "code"),
    [
        (read_text(), text("水\u202e的"), "bad_character"),
        (read_text(), text("水\ufffd的"), "bad_character"),
        (read_name, number(12), "name"),
        (read_date, text("2011年13月5日"), "date"),
        (read_date, text("1998.05"), "date"),
        (read_date, number(1998.05), "date"),
        (read_date, number(1998), "date"),
        (read_date, text("98-5-1"), "date"),
        (read_date, text("1998-05/01"), "date"),
        (read_date, text("１９９８年５月３２日"), "date"),
        (read_date, Given("bool", True), "date"),
        (read_phone, text("无此号"), "phone"),
        (read_email, text("a@b"), "email"),
        (read_id_text, number(9.964101994101828e17), "id_as_number"),
        (read_count, text("-1"), "number"),
        (read_count, number(1.5), "number"),
        (read_choice({"男": 1}, code="sex"), text("M"), "sex"),
        (read_id_number(today=date(2026, 11, 23)), text("110105194912310021"), "id_checksum"),
        (read_id_number(today=date(2026, 11, 23)), number(1.1e17), "id_as_number"),
    ],
)
def test_reader_says_what_is_wrong(reader, given, code):
    with pytest.raises(CellFault) as fault:
        reader(given)

    assert fault.value.code == code
    assert fault.value.message.endswith("。")


def test_id_number_reader_gives_the_checked_number():
    read = read_id_number(today=date(2026, 11, 23))

    assert read(text("11010519491231002x")) == IdNumber("11010519491231002X", date(1949, 12, 31), "female")


def test_choice_offers_each_value_once_by_its_first_word():
    with pytest.raises(CellFault, match="请填写：成年组、少年组。"):
        COLUMNS[0].reader(text("青年组"))


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("1998-05-01", date(1998, 5, 1)),
        ("1998.5.1", date(1998, 5, 1)),
        ("1998/05/01", date(1998, 5, 1)),
        ("1998年5月1日", date(1998, 5, 1)),
        ("1998年5月1", date(1998, 5, 1)),
        ("1998 年 5 月 1 号", date(1998, 5, 1)),
        ("19980501", date(1998, 5, 1)),
        ("1998-05-01 00:00:00", date(1998, 5, 1)),
        ("1998—05—01", date(1998, 5, 1)),
        ("1998.05", Month(1998, 5)),
        ("1998年5月", Month(1998, 5)),
        ("199805", Month(1998, 5)),
        ("2000-02-29", date(2000, 2, 29)),
        ("1999-02-29", None),
        ("1998-13", None),
        ("1998", None),
        ("05-01-1998", None),
        ("٢٠٢٠-٠١-٠١", None),
        ("", None),
    ],
)
def test_date_is_parsed_from_text(written, parsed):
    assert parse_date(written) == parsed
