"""Registrations as other units would send them: other words, other shapes, other faults (domain.md D6)."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from contest.models import Contestant
from contest.services import Registration
from contest.spreadsheets import read_registrations
from core.spreadsheets import WorkbookRefused
from tests.contest.office import id_number

BORN = date(1990, 5, 1)
ID = id_number(BORN)
HEADER = ["组别", "姓名", "性别", "出生日期", "身份证号", "工作单位（学校）", "讲解题目", "联系电话"]
ROW = ["成年组", "张三", "男", "1990-05-01", ID, "市气象学会", "看云识天气", "19900000001"]
CHILD = date(2014, 5, 22)


def workbook_of(*rows, title="报名表", formats=()):
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats:
        sheet[cell].number_format = number_format
    return workbook


def read(workbook, contest, **options):
    stream = io.BytesIO()
    workbook.save(stream)
    return read_registrations(stream, contest, **options)


def one(contest, **changes):
    """What becomes of the usual row with some cells changed, by heading."""
    cells = dict(zip(HEADER, ROW, strict=True)) | changes
    return read(workbook_of(list(cells), list(cells.values())), contest)


def codes(found):
    return [(fault.cell, fault.code) for fault in found.faults]


@pytest.fixture
def expected(adult):
    return Registration(
        group=adult,
        name="张三",
        gender="男",
        birth_date=BORN,
        id_number=ID,
        workplace="市气象学会",
        title="看云识天气",
        phone="19900000001",
    )


@pytest.mark.parametrize(
    "header",
    [
        ["参赛组别", "选手姓名", "性 别", "出生年月日", "身份证号码", "单位/学校", "讲解作品名称", "手机号"],
        ["组 别", "参赛者", "性别*", "出生年月", "证件号码", "学校/单位全称", "作品题目", "手机号码"],
        ["报名组别", "姓　名", "性别\n", "生日", "居民身份证号码", "所在单位", "选题", "联系人电话"],
        ["所属组别", "参赛选手姓名", "选手性别", "出生时间", "公民身份号码", "推荐单位", "讲解主题", "联系方式"],
        [
            "组别（下拉选择）",
            "姓名（中文）",
            "性别（男/女）",
            "出生日期（年月日）",
            "身份证号（18位）",
            "学校",
            "题目",
            "电话",
        ],
        ["参赛类别", "讲解人", "性别：", "出生日期 ", "身份证", "单位", "参赛作品名称", "移动电话"],
    ],
)
def test_columns_under_other_names(contest, expected, header):
    found = read(workbook_of(["某县报名汇总表"], header, ROW), contest)

    assert (found.faults, found.registrations, found.ignored) == ([], [expected], [])


def test_columns_in_another_order(contest, expected):
    order = [6, 3, 0, 7, 4, 1, 5, 2]
    found = read(workbook_of([HEADER[place] for place in order], [ROW[place] for place in order]), contest)

    assert found.registrations == [expected]


def test_unit_and_school_beside_the_recommending_unit(contest, expected):
    found = one(contest, 推荐单位="示范区科协", 民族="汉族")

    assert found.registrations == [expected]
    assert [str(column) for column in found.ignored] == ["推荐单位（I1）", "民族（J1）"]


@pytest.mark.parametrize(
    "written",
    [
        "1990-05-01",
        "1990.5.1",
        "1990.05.01",
        "1990/5/1",
        "1990年5月1日",
        "1990 年 05 月 01 日",
        "19900501",
        19900501,
        "１９９０－０５－０１",
        datetime(1990, 5, 1),
        date(1990, 5, 1),
        32994,
        "1990-05-01 00:00:00",
    ],
)
def test_dates_as_they_are_written(contest, written):
    found = one(contest, 出生日期=written)

    assert (found.faults, [row.birth_date for row in found.registrations]) == ([], [BORN])


@pytest.mark.parametrize("written", ["90/5/1", "1990-5", 1990.05, "1990-02-30", "五月一日", "01/05/1990", "32994"])
def test_dates_that_nobody_can_be_sure_of(contest, written):
    assert codes(one(contest, 出生日期=written)) == [("D2", "date")]


@pytest.mark.parametrize(
    "written",
    [
        *(19900000001, 19900000001.0, "199 0000 0001", "199-0000-0001", "+86 19900000001", "0086-199-0000-0001"),
        *("+86１９９0000０００１", "（１９９）００００　０００１", "19900000001.0", "'19900000001", "199 0000 0001"),
    ],
)
def test_phones_as_they_are_written(contest, written):
    found = one(contest, 联系电话=written)

    assert (found.faults, [row.phone for row in found.registrations]) == ([], ["19900000001"])


@pytest.mark.parametrize(
    "written",
    [
        "1.99E+10",
        "12345",
        "1990000001",
        "199000000011",
        "19900000001/19900000002",
        "待定",
        "29900000001x",
        "电话" * 9000,
    ],
)
def test_phones_that_cannot_be_called(contest, written):
    found = one(contest, 联系电话=written)

    assert codes(found) == [("H2", "phone")]
    assert len(found.faults[0].message) < 200


@pytest.mark.parametrize(
    "written", [f" {ID} ", " ".join((ID[:6], ID[6:14], ID[14:])), ID.translate({48 + n: 0xFF10 + n for n in range(10)})]
)
def test_id_numbers_as_they_are_written(contest, written):
    found = one(contest, 身份证号=written)

    assert (found.faults, [row.id_number for row in found.registrations]) == ([], [ID])


def test_id_number_with_a_small_x(contest):
    number = next(n for serial in range(1, 50) if (n := id_number(BORN, serial)).endswith("X"))

    assert one(contest, 身份证号=number.lower()).registrations[0].id_number == number


@pytest.mark.parametrize(
    ("written", "code"),
    [(float(ID), "id_as_number"), (int(ID), "id_as_number"), (ID[:17], "id_format"), ("H12345678", "id_format")],
)
def test_id_numbers_that_are_none(contest, written, code):
    assert codes(one(contest, 身份证号=written)) == [("E2", code)]


def test_number_of_another_document_asks_for_its_kind(contest):
    assert one(contest, 身份证号="H12345678").faults[0].message.endswith("请加一列“证件类型”写明是什么证件。")


@pytest.mark.parametrize("word", ["港澳居民来往内地通行证", "港澳通行证", "回乡证"])
def test_other_documents_are_read_with_their_kind(contest, word):
    found = one(contest, 身份证号="h１２３４５６７８", 证件类型=word)

    assert found.faults == []
    assert [(row.id_kind, row.id_number) for row in found.registrations] == [("hk_macau", "H12345678")]


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [("驾驶证", ID, ("I2", "id_kind")), ("护照", "12", ("E2", "id_format")), ("", ID[:-1], ("E2", "id_format"))],
)
def test_other_documents_with_faults(contest, kind, number, fault):
    assert codes(one(contest, 身份证号=number, 证件类型=kind)) == [fault]


def test_names_lose_the_blanks_between_their_characters(contest):
    assert one(contest, 姓名="张　 三").registrations[0].name == "张三"


def test_guardians_phone_and_asked_fields(contest):
    contest.asked_fields = [{"code": "ethnicity", "required": True}, {"code": "education"}, {"code": "first_presented"}]
    contest.save()
    number = id_number(CHILD)
    found = one(
        contest,
        组别="少年组",
        出生日期=CHILD,
        身份证号=number,
        法定监护人="张父",
        监护人联系电话="+86 199 0000 0002",
        民族="汉族",
        文化程度="小学",
        首次讲解日期=datetime(2026, 1, 2),
    )

    assert found.faults == []
    (row,) = found.registrations
    assert (row.guardian_name, row.guardian_phone) == ("张父", "19900000002")
    assert dict(row.details) == {"ethnicity": "汉族", "education": "小学", "first_presented": "2026-01-02"}


def test_asked_field_that_is_no_choice(contest):
    contest.asked_fields = [{"code": "education"}]
    contest.save()

    assert codes(one(contest, 学历="大学")) == [("I2", "choice")]


def test_header_in_groups(contest):
    number = id_number(CHILD)
    found = read(
        workbook_of(
            ["序号", "组别", "选手信息", None, None, None, "监护人", None, "所在学校", "讲解", "联系电话"],
            [None, None, "姓名", "性别", "出生年月", "证件号码", "姓名", "电话", None, "题目", None],
            [1, "少年", "张小", "女", "2014.5.22", number, "张父", 19900000002, "实验小学", "水", "19900000001"],
        ),
        contest,
    )

    assert codes(found) == []
    row = found.registrations[0]
    assert (row.name, row.guardian_name, row.guardian_phone, row.title) == ("张小", "张父", "19900000002", "水")


def test_groups_on_sheets_of_their_own_need_no_column(contest):
    number = id_number(CHILD)
    workbook = workbook_of(HEADER[1:], ROW[1:], title="成年组名单")
    sheet = workbook.create_sheet("少年组")
    sheet.append([*HEADER[1:], "监护人"])
    sheet.append(["张小", "女", "2014-05-22", number, "实验小学", "水", "19900000001", "张父"])

    found = read(workbook, contest)

    assert [(row.name, row.group.code) for row in found.registrations] == [("张三", "adult"), ("张小", "junior")]
    assert found.sheets == ("成年组名单", "少年组")


def test_sheet_without_any_word_of_the_group_is_refused(contest):
    with pytest.raises(WorkbookRefused, match="工作表“报名表”的表头缺少“组别”，请补上这一列再上传。"):
        read(workbook_of(HEADER[1:], ROW[1:]), contest)


@pytest.mark.parametrize("left_out", HEADER[1:])
def test_missing_column_is_named(contest, left_out):
    kept = [place for place, heading in enumerate(HEADER) if heading != left_out]
    with pytest.raises(WorkbookRefused) as refused:
        read(workbook_of([HEADER[place] for place in kept], [ROW[place] for place in kept]), contest)

    message = f"工作表“报名表”第 1 行的表头缺少“{left_out}”，请补上这一列再上传。"
    assert (refused.value.code, refused.value.message) == ("missing_column", message)


def test_column_twice_is_refused(contest):
    with pytest.raises(WorkbookRefused, match="E1 和 I1 是同一列"):
        read(workbook_of([*HEADER, "身份证号码"], [*ROW, ID]), contest)


def test_empty_group_is_a_fault_of_its_cell(contest):
    assert codes(one(contest, 组别=None)) == [("A2", "required")]


def test_faults_of_a_row_stand_as_its_columns_do(contest):
    found = one(contest, 组别="老年组", 身份证号=ID[:-1] + "?", 讲解题目="=A1", 联系电话="x", 姓名=None)

    assert codes(found) == [
        ("A2", "group"),
        ("B2", "required"),
        ("E2", "id_format"),
        ("G2", "formula"),
        ("H2", "phone"),
    ]


def test_person_twice_is_named_with_the_sheet_where_there_are_several(contest):
    workbook = workbook_of(HEADER, ROW)
    sheet = workbook.create_sheet("补报")
    sheet.append(HEADER)
    sheet.append(ROW)

    (fault,) = read(workbook, contest).faults

    assert (fault.sheet, fault.cell, fault.code) == ("补报", "E2", "duplicate_in_file")
    assert fault.message == "与 工作表“报名表”的 E2 的证件号码相同，同一个人只能报名一次。"


def test_hidden_rows_and_columns_are_read_and_counted(contest, expected):
    other = ["成年组", "李四", "男", "1990-05-01", id_number(BORN, 2), "市气象学会", "雷", "19900000002"]
    workbook = workbook_of(HEADER, ROW, [None] * 8, other)
    workbook.worksheets[0].row_dimensions[4].hidden = True
    workbook.worksheets[0].column_dimensions["H"].hidden = True

    found = read(workbook, contest)

    assert (found.row_count, found.hidden_count, [row.name for row in found.registrations]) == (2, 1, ["张三", "李四"])


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1", "-1", "@x", "0"])
def test_pitfall_17_text_of_a_title_stays_text(contest, text):
    workbook = workbook_of(HEADER, ROW)
    cell = workbook.worksheets[0]["G2"]
    cell.value, cell.data_type = text, "s"

    assert [row.title for row in read(workbook, contest).registrations] == [text]


def test_pitfall_17_zero_is_a_title_like_any_other(contest):
    assert one(contest, 讲解题目=0).registrations[0].title == "0"


def test_unknown_kind_of_document_does_not_hide_other_faults(contest):
    assert codes(one(contest, 证件类型="学生证", 联系电话="1")) == [("H2", "phone"), ("I2", "id_kind")]


def test_kinds_of_documents_are_all_known(contest):
    numbers = {
        "id_card": ID,
        "hk_macau": "H12345678",
        "taiwan": "12345678",
        "residence": "ABC123456789012",
        "passport": "E12345678",
    }
    for kind in Contestant.IdKind:
        found = one(contest, 证件类型=kind.label, 身份证号=numbers[kind])
        assert [row.id_kind for row in found.registrations] == [kind]
