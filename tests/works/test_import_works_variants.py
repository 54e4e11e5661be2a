"""Works as other units would send them: other words, other shapes, other faults (domain.md B2, B3, D6)."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from accounts.services import create_unit
from core.spreadsheets import WorkbookRefused
from tests.works.desk import isbn
from works.exceptions import WorkRefused
from works.models import Work
from works.services import import_works, missing_items
from works.spreadsheets import read_works, works_template

ONE, TWO, THREE = isbn(1), isbn(2), isbn(3)
BOOK: dict[str, Any] = {
    "作品名称": "《身边的力学》",
    "类别": "原创",
    "册数": 1,
    "ISBN": ONE,
    "出版时间": "2025年3月",
    "第一作者": "杨一",
    "其他作者": "段伟、梁凡",
    "第一作者单位": "市中心医院",
    "联系电话": "19900010001",
    "推荐顺序": 1,
}
VIDEO: dict[str, Any] = {
    "作品名称": "水的三次旅行",
    "时长": "3′54″",
    "首播日期": "2025-02-05",
    "播放链接": "https://video.example.com/2",
    "主创人员": "阎英，谭懿",
    "版权单位": "市气象学会",
    "联系电话": "19900020002",
    "非原创素材比例": "8%",
    "是否使用AI生成内容": "否",
    "推荐顺序": 1,
}


def sheet_of(workbook, title, *rows):
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append(row)
    return sheet


def read(workbook, selection, **options):
    if "Sheet" in workbook.sheetnames and len(workbook.sheetnames) > 1:
        workbook.remove(workbook["Sheet"])
    stream = io.BytesIO()
    workbook.save(stream)
    return read_works(stream, selection, **options)


def one(selection, usual, **changes):
    """What becomes of the usual row with some cells changed, by heading; a column that is None is not there."""
    cells = {name: value for name, value in (usual | changes).items() if value is not None}
    workbook = Workbook()
    sheet_of(workbook, "表", list(cells), list(cells.values()))
    return read(workbook, selection)


def codes(found):
    return [(fault.cell, fault.code) for fault in found.faults]


@pytest.mark.parametrize(
    ("column", "written", "name", "expected"),
    [
        ("作品名称", "身边的力学", "title", "身边的力学"),
        ("类别", "系列丛书", "category", None),
        ("出版时间", "2025.3", "published_on", date(2025, 3, 1)),
        ("出版时间", "２０２５年０３月", "published_on", date(2025, 3, 1)),
        ("出版时间", datetime(2025, 3, 9), "published_on", date(2025, 3, 1)),
        ("出版时间", "2025年3月第1版第1次印刷", "published_on", date(2025, 3, 1)),
        ("联系电话", 19900010001.0, "phone", "19900010001"),
        ("册数", "1册", "volumes", 1),
    ],
)
def test_books_cells_are_read_however_they_are_written(selection, column, written, name, expected):
    found = one(selection, BOOK, **{column: written})
    if expected is None:
        assert codes(found) == [("C2", "series_of_one")] or codes(found) == [("D2", "series_of_one")]
        return
    [row] = found.rows
    assert row.content.values[name] == expected


@pytest.mark.parametrize(
    ("column", "written", "name", "expected"),
    [
        ("时长", "00:03:54", "seconds", 234),
        ("时长", "3：54", "seconds", 234),
        ("时长", time(0, 3, 54), "seconds", 234),
        ("时长", 234, "seconds", 234),
        ("时长", 234 / 86400, "seconds", 234),
        ("时长", "3分钟54秒", "seconds", 234),
        ("首播日期", datetime(2025, 2, 5), "published_on", date(2025, 2, 5)),
        ("首播日期", "2025/2/5 10:00", "published_on", date(2025, 2, 5)),
        ("非原创素材比例", 0.08, "non_original_percent", Decimal(8)),
        ("非原创素材比例", "７.５％", "non_original_percent", Decimal("7.5")),
        ("非原创素材比例", 0, "non_original_percent", Decimal(0)),
        ("非原创素材比例", "无", "non_original_percent", Decimal(0)),
        ("是否使用AI生成内容", "无", "ai_used", False),
        ("是否使用AI生成内容", "√", "ai_used", True),
        ("是否使用AI生成内容", True, "ai_used", True),
        ("是否使用AI生成内容", False, "ai_used", False),
    ],
)
def test_videos_cells_are_read_however_they_are_written(selection, column, written, name, expected):
    [row] = one(selection, VIDEO, **{column: written}).rows
    assert row.content.values[name] == expected


@pytest.mark.parametrize(
    ("usual", "column", "written", "fault"),
    [
        (BOOK, "ISBN", f"{ONE[:12]}{(int(ONE[12]) + 1) % 10}", "isbn_checksum"),
        (BOOK, "ISBN", "978-7-123", "isbn"),
        (BOOK, "ISBN", 978712345, "isbn_as_number"),
        (BOOK, "ISBN", "", "required"),
        (BOOK, "ISBN", "申请中", "isbn"),
        (BOOK, "作品名称", "", "required"),
        (BOOK, "作品名称", datetime(2025, 3, 1), "not_text"),
        (BOOK, "作品名称", "长" * 121, "too_long"),
        (BOOK, "作品名称", "=A1", "formula"),
        (BOOK, "类别", "小说", "category"),
        (BOOK, "册数", "几册", "number"),
        (BOOK, "出版时间", "2025年13月", "date"),
        (BOOK, "出版时间", "去年", "date"),
        (BOOK, "第一作者", "", "required"),
        (BOOK, "第一作者", 12345, "name"),
        (BOOK, "其他作者", "段伟等", "name"),
        (BOOK, "其他作者", "、".join(f"作者{sign}" for sign in "甲乙丙丁戊己庚辛壬癸子丑"), "too_many_authors"),
        (BOOK, "联系电话", "123", "phone"),
        (BOOK, "推荐顺序", "第一", "number"),
        (VIDEO, "时长", "三分多", "duration"),
        (VIDEO, "时长", 5, "duration"),
        (VIDEO, "时长", time(3, 54), "duration"),
        (VIDEO, "首播日期", "2025-02-30", "date"),
        (VIDEO, "首播日期", "2025年2月", "date"),
        (VIDEO, "播放链接", "微信公众号", "url"),
        (VIDEO, "播放链接", "javascript:alert(1)", "url"),
        (VIDEO, "非原创素材比例", "120%", "percent"),
        (VIDEO, "是否使用AI生成内容", "也许", "yes_no"),
        (VIDEO, "主创人员", "", "required"),
        (VIDEO, "版权单位", "", "required"),
    ],
)
def test_a_fault_is_named_by_its_cell(selection, usual, column, written, fault):
    cell = f"{'ABCDEFGHIJK'[list(usual).index(column)]}2"
    found = one(selection, usual, **{column: written})
    assert (codes(found), found.rows) == ([(cell, fault)], [])


@pytest.mark.parametrize(
    ("volumes", "isbns", "faults"),
    [
        (3, f"{ONE}；{TWO}；{THREE}", []),
        (3, f"978-{ONE[3:]}\n978-{TWO[3:]}\nISBN 978 {THREE[3:]}", []),
        (None, f"{ONE} {TWO}", []),
        (3, f"{ONE}/{TWO}", [("D2", "isbn_count")]),
        (2, f"{ONE}、{TWO}、{THREE}", [("D2", "isbn_count")]),
        (2, f"{ONE}、{ONE}", [("D2", "isbn_twice")]),
        (1, ONE, [("D2", "series_of_one")]),
    ],
)
def test_a_series_has_an_isbn_for_each_volume(selection, volumes, isbns, faults):
    found = one(selection, BOOK | {"册数": volumes or ""}, 类别="丛书", ISBN=isbns)
    assert codes(found) == faults
    if not faults:
        assert found.rows[0].content.volume_count == len(found.rows[0].content.isbns)


def test_a_series_with_a_row_for_each_volume_and_merged_cells_is_one_work(selection):
    workbook = Workbook()
    cells = BOOK | {"类别": "丛书", "册数": 2}
    second = dict.fromkeys(BOOK, None) | {"ISBN": TWO}
    sheet = sheet_of(workbook, "图书", list(cells), list(cells.values()), list(second.values()))
    for letter in "ABCEFGHIJ":
        sheet.merge_cells(f"{letter}2:{letter}3")
    found = read(workbook, selection)
    assert (found.faults, [row.content.isbns for row in found.rows]) == ([], [[ONE, TWO]])


def test_other_columns_names_and_orders(selection):
    workbook = Workbook()
    sheet_of(
        workbook,
        "Sheet2",
        ["附件2", None],
        ["推荐单位（盖章）：市科协"],
        [
            "编号",
            "书名",
            "图书类型",
            "国际标准书号",
            "出版年月",
            "作者（按顺序）",
            "作者单位",
            "手机号码",
            "推荐序号",
            "页数",
        ],
        [1, "《身边的力学》", "再版", ONE, "2025-03", "杨 一 段  伟", "市中心医院", "199 0001 0001", 2, 300],
        ["填表说明：每格一项"],
    )
    found = read(workbook, selection)
    [row] = found.rows
    content = row.content
    assert ([each.name for each in content.authors], row.order, row.unit_name) == (["杨一", "段伟"], 2, "市中心医院")
    assert (content.values["category"], [str(each) for each in found.ignored]) == ("reprint", ["页数（J3）"])


def test_a_length_in_the_unit_of_its_heading(selection):
    assert one(selection, VIDEO | {"时长": None}, **{"时长（分钟）": 3.5}).rows[0].content.values["seconds"] == 210
    assert one(selection, VIDEO | {"时长": None}, **{"时长（秒）": 45}).rows[0].content.values["seconds"] == 45


def test_the_same_work_twice_is_named_where_it_comes_again(selection):
    workbook = Workbook()
    again = BOOK | {"作品名称": "另一个名字"}
    same_title = BOOK | {"ISBN": TWO}
    sheet_of(workbook, "图书", list(BOOK), *(list(row.values()) for row in (BOOK, again, same_title)))
    sheet_of(workbook, "微视频", list(VIDEO), list(VIDEO.values()), list((VIDEO | {"作品名称": "别名"}).values()))
    found = read(workbook, selection)
    assert [(fault.sheet, fault.cell, fault.code) for fault in found.faults] == [
        ("图书", "D3", "duplicate_in_file"),
        ("图书", "A4", "duplicate_in_file"),
        ("微视频", "D3", "duplicate_in_file"),
    ]


def test_a_file_without_such_a_table_is_refused(selection):
    workbook = Workbook()
    sheet_of(workbook, "表", ["姓名", "电话"], ["张三", "1"])
    with pytest.raises(WorkbookRefused) as refused:
        read(workbook, selection)
    assert refused.value.code == "no_header"


def test_imported_works_are_drafts_that_list_what_is_missing(selection, now):
    found = one(selection, VIDEO)
    import_works(selection=selection, rows=found.rows, actor=None, now=now)
    work = Work.objects.get()
    assert (work.status, work.unit.name, work.unit_order) == ("draft", "市气象学会", 1)
    assert [item.message for item in missing_items(work)] == [
        "还没有提交",
        "缺首播平台",
        "缺联系人",
        "缺内容简介",
        "缺非原创素材来源与授权",
        "缺原创承诺",
        "缺材料：视频；以播放链接代替的，须提交首播证明",
        "缺材料：推荐表（盖章扫描件）",
    ]


def test_a_unit_may_not_bring_what_somebody_else_submitted(selection, unit, make_work, book, now):
    other = make_work(book)
    rows = one(selection, BOOK, ISBN=other.volume_rows.get().isbn).rows
    with pytest.raises(WorkRefused, match="已由作者本人或别的单位申报"):
        import_works(selection=selection, rows=rows, unit=unit, actor=None, now=now)
    create_unit(name="市气象学会")
    workbook = Workbook()
    cells = BOOK | {"推荐单位": "市气象学会"}
    sheet_of(workbook, "图书", list(cells), list(cells.values()))
    assert codes(read(workbook, selection, unit=unit)) == [("K2", "foreign_unit")]


def test_the_empty_table_imports_as_it_is_filled_in(selection):
    workbook = load_workbook(io.BytesIO(works_template(selection)))
    assert workbook.sheetnames == ["图书", "微视频", "填写说明"]
    for title, usual in (("图书", BOOK), ("微视频", VIDEO)):
        sheet = workbook[title]
        assert {cell.number_format for cell in sheet[2]} == {"@"}
        assert sheet.data_validations.dataValidation
        for cell in sheet[1]:
            sheet.cell(row=2, column=cell.column, value=usual.get(cell.value))
    workbook["微视频"]["G2"] = "市气象学会"
    stream = io.BytesIO()
    workbook.save(stream)
    found = read_works(stream, selection)
    assert (found.faults, [row.content.title for row in found.rows]) == ([], ["身边的力学", "水的三次旅行"])
