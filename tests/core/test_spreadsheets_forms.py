"""Empty tables to fill in."""

import io

from openpyxl import load_workbook

from core.spreadsheets import FormColumn, add_form, new_workbook, workbook_bytes

LONG = tuple(f"第{number}个很长很长的选项" for number in range(30))


def form(*columns):
    workbook = new_workbook()
    add_form(workbook, "报名表", columns, printed_title="科普 & 讲解")
    return load_workbook(io.BytesIO(workbook_bytes(workbook)))


def test_header_stands_first_and_cells_are_text():
    sheet = form(FormColumn("姓名", required=True), FormColumn("身份证号", width=22)).worksheets[0]

    assert [cell.value for cell in sheet[1]] == ["姓名", "身份证号"]
    assert {sheet.cell(row=row, column=column).number_format for row in (2, 301) for column in (1, 2)} == {"@"}
    assert sheet.column_dimensions["B"].width == 22
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A2", "$1:$1", "landscape")
    assert sheet.oddHeader.center.text == "科普 && 讲解"
    assert sheet["A1"].fill.fgColor.rgb != sheet["B1"].fill.fgColor.rgb


def test_choices_are_drop_downs_and_prompts_are_shown():
    rules = {
        str(rule.sqref): rule
        for rule in form(
            FormColumn("性别", choices=("女", "男")), FormColumn("题目", prompt="最多 60 个字。"), FormColumn("备注")
        )
        .worksheets[0]
        .data_validations.dataValidation
    }

    assert set(rules) == {"A2:A5001", "B2:B5001"}
    gender, title = rules["A2:A5001"], rules["B2:B5001"]
    assert (gender.type, gender.formula1, gender.showErrorMessage) == ("list", '"女,男"', True)
    assert (title.type, title.prompt, title.showInputMessage) == (None, "最多 60 个字。", True)


def test_choices_too_long_for_a_rule_lie_on_a_hidden_sheet():
    workbook = form(FormColumn("组别", choices=LONG), FormColumn("类别", choices=("甲,乙", "丙")))
    choices = workbook["选项"]

    rules = [rule.formula1 for rule in workbook.worksheets[0].data_validations.dataValidation]
    assert rules == ["'选项'!$B$1:$B$30", "'选项'!$C$1:$C$2"]
    assert choices.sheet_state == "hidden"
    assert [choices.cell(row=row, column=2).value for row in range(1, 31)] == list(LONG)
    assert [choices["C1"].value, choices["C2"].value] == ["甲,乙", "丙"]
