"""Headers as people write them: over two rows, in groups, with other words, with columns that nobody asked for."""

import io

import pytest
from openpyxl import Workbook

from core.spreadsheets import Column, WorkbookRefused, open_workbook, read_name, read_phone, read_tables, read_text

COLUMNS = [
    Column("name", ("姓名", "选手", "选手姓名"), read_name, True),
    Column("unit", ("学校", "工作单位"), read_text(), True, fallbacks=("单位", "推荐单位")),
    Column("topic", ("讲解题目", "题目"), read_text(), True),
    Column("phone", ("联系电话", "手机号"), read_phone, True, fallbacks=("电话",)),
    Column("tutor", ("指导教师", "指导教师姓名"), read_name),
    Column("guardian", ("监护人", "监护人姓名"), read_name),
    Column("guardian_phone", ("监护人电话",), read_phone),
]
PERSON = {"name": "张三", "unit": "示范中学", "topic": "水的旅行", "phone": "19900000001"}


def tables(*rows, merged=(), **limits):
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "报名表"
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    stream = io.BytesIO()
    workbook.save(stream)
    return read_tables(open_workbook(stream), COLUMNS, **limits)


def values(found):
    return [{name: value for name, value in row.values.items() if value is not None} for row in found.rows]


def test_header_in_groups_says_whose_a_column_is():
    found = tables(
        ["2026年报名表", None, None, None, None, None, None, None],
        ["序号", "选手信息", None, None, None, "监护人信息", None, "指导教师"],
        [None, "姓名", "学校", "联系电话", "讲解题目", "姓名", "电话", None],
        [1, "张三", "示范中学", "19900000001", "水的旅行", "张父", "19900000002", "李老师"],
        merged=("A1:H1", "A2:A3", "B2:E2", "F2:G2", "H2:H3"),
    )

    assert values(found) == [
        {**PERSON, "guardian": "张父", "guardian_phone": "19900000002", "tutor": "李老师"},
    ]
    assert (found.rows[0].number, found.rows[0].cells["guardian_phone"], found.ignored) == (4, "G4", [])


def test_tutors_phone_is_nobody_elses():
    found = tables(
        ["姓名", "学校", "联系电话", "题目", "指导教师信息", None],
        [None, None, None, None, "姓名", "电话"],
        ["张三", "示范中学", "19900000001", "水的旅行", "李老师", "19900000009"],
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"),
    )

    assert values(found) == [{**PERSON, "tutor": "李老师"}]
    assert [str(column) for column in found.ignored] == ["指导教师信息电话（F1）"]


def test_headings_broken_over_two_rows_are_joined():
    found = tables(
        ["姓名", "学校", "讲解", "联系"],
        [None, None, "题目", "电话"],
        ["张三", "示范中学", "水的旅行", "19900000001"],
    )

    assert values(found) == [PERSON]
    assert found.rows[0].number == 3


def test_header_below_a_title_is_named_by_its_own_row():
    with pytest.raises(WorkbookRefused, match="工作表“报名表”第 3 行的表头缺少“联系电话”，请补上这一列再上传。"):
        tables(
            ["2026年科普讲解大赛报名汇总表", None, None],
            ["推荐单位（盖章）：示范中学", None, None],
            ["姓名", "学校", "讲解题目"],
            ["张三", "示范中学", "水的旅行"],
            merged=("A1:C1", "A2:C2"),
        )


@pytest.mark.parametrize("header", [["推荐单位", "学校"], ["学校", "推荐单位"]])
def test_heading_that_only_may_mean_a_column_gives_way(header):
    cells = dict(zip(header, ("第一格", "第二格"), strict=True))
    found = tables(["姓名", *header, "题目", "手机号"], ["张三", *cells.values(), "水的旅行", "19900000001"])

    assert found.rows[0]["unit"] == cells["学校"]
    assert [column.heading for column in found.ignored] == ["推荐单位"]


def test_heading_that_only_may_mean_a_column_counts_where_no_other_does():
    found = tables(["姓名", "单位", "题目", "电话"], ["张三", "示范中学", "水的旅行", "19900000001"])

    assert values(found) == [PERSON]


def test_columns_with_contents_that_nobody_asked_for_are_named():
    found = tables(
        ["序号", "姓名", "学校", "题目", "手机号", "QQ 号", "座位", "No."],
        [1, "张三", "示范中学", "水的旅行", "19900000001", "12345", None, 1],
        ["合计", "1 人", None, None, None, None, "后排", None],
    )

    assert [(column.sheet, column.cell, column.heading) for column in found.ignored] == [("报名表", "F1", "QQ 号")]


@pytest.mark.parametrize("second", ["姓名", "选手", "选手姓名（必填）"])
def test_one_column_twice_is_refused(second):
    header = ["姓名", "学校", "题目", "手机号", second]
    with pytest.raises(WorkbookRefused, match="工作表“报名表”的 A1 和 E1 是同一列，请只保留一列。"):
        tables(header, ["张三", "示范中学", "水的旅行", "19900000001", "张三"])


def test_row_with_nothing_but_a_merged_unit_is_none():
    found = tables(
        ["姓名", "学校", "题目", "手机号"],
        ["张三", "示范中学", "水的旅行", "19900000001"],
        [None, None, None, None],
        ["李四", None, "火的旅行", "19900000002"],
        ["以上信息经本单位核实无误，同意推荐。", None, None, None],
        merged=("B2:B4", "A5:D5"),
    )

    assert [(row.number, row["name"], row["unit"]) for row in found.rows] == [
        (2, "张三", "示范中学"),
        (4, "李四", "示范中学"),
    ]


@pytest.mark.parametrize("sample", ["示例", "（示例）", "填写示例", "例1", "样例："])
def test_sample_rows_are_passed_over(sample):
    header = ["序号", "姓名", "学校", "题目", "手机号"]
    found = tables(header, [sample, "某某", "某校", "某题", "110"], [1, "张三", "示范中学", "水的旅行", "19900000001"])

    assert values(found) == [PERSON]


def test_too_many_rows_are_refused_before_all_are_read():
    row = ["张三", "示范中学", "水的旅行", "19900000001"]
    with pytest.raises(WorkbookRefused) as refused:
        tables(["姓名", "学校", "题目", "手机号"], *[row] * 1500, max_rows=100)

    assert (refused.value.code, refused.value.message) == ("too_many_rows", "超过 100 行，请分成几个文件上传。")


def test_long_sheet_without_the_table_is_passed_over():
    workbook = Workbook()
    for number in range(7000):
        workbook.worksheets[0].append([f"学校{number}", "地址"])
    table = workbook.create_sheet("报名表")
    table.append(["姓名", "学校", "题目", "手机号"])
    table.append(["张三", "示范中学", "水的旅行", "19900000001"])
    stream = io.BytesIO()
    workbook.save(stream)

    found = read_tables(open_workbook(stream), COLUMNS, max_rows=10)

    assert (values(found), found.sheets) == ([PERSON], ("报名表",))
