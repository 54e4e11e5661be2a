"""Make the Word templates that come with the product (contest/word/*.docx); staff restyle copies of them.

    python tools/make_word_templates.py

Fonts are named, not shipped: the office's computers have 方正小标宋 and 仿宋_GB2312 (domain.md D2).
"""

from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

FOLDER = Path(__file__).resolve().parent.parent / "contest" / "word"
TITLE, BODY = "方正小标宋简体", "仿宋_GB2312"


def new_document(*, landscape: bool = False) -> DocumentObject:
    """An A4 page with margins of 25 mm and the body's font."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(22))
    style = document.styles["Normal"]
    style.font.size = Pt(10.5) if landscape else Pt(12)
    set_font(style, BODY)
    return document


def set_font(style, name: str) -> None:  # type: ignore[no-untyped-def]  # styles and runs share no public type
    style.font.name = "Times New Roman"
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def add_title(document: DocumentObject, *lines: str) -> None:
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.font.size = Pt(20)
        set_font(run, TITLE)


def write(cell: _Cell, text: str, *, bold: bool = False, centre: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(text).bold = bold
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def add_table(document: DocumentObject, rows: int, widths: "list[int]") -> Table:
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row.height = Mm(12)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    return table


def registration_form() -> DocumentObject:
    """One person's form: photo, details, the unit's opinion with room for its stamp."""
    document = new_document()
    add_title(document, "{{ 比赛 }}", "报 名 表（{{ 组别 }}）")
    table = add_table(document, 14, [34, 32, 26, 42, 32])
    photo = table.cell(0, 4).merge(table.cell(3, 4))
    write(photo, "{{ 照片 }}", centre=True)
    pairs = [
        [("姓名", "姓名"), ("性别", "性别")],
        [("出生年月", "出生年月"), ("联系电话", "电话")],
        [("证件类型", "证件类型"), ("电子邮箱", "邮箱")],
        [("证件号码", "证件号码")],
        [("单位（学校）", "单位")],
        [("讲解题目", "题目")],
        [("指导教师", "指导教师")],
        [("监护人", "监护人"), ("监护人电话", "监护人电话")],
        [("推荐单位", "推荐单位")],
    ]
    for number, line in enumerate(pairs):
        last = 3 if number <= 3 else 4
        if len(line) == 1:
            table.cell(number, 1).merge(table.cell(number, last))
        elif last == 4:
            table.cell(number, 3).merge(table.cell(number, 4))
        for place, (label, field) in enumerate(line):
            write(table.cell(number, place * 2), label, bold=True, centre=True)
            write(table.cell(number, place * 2 + 1), f"{{{{ {field} }}}}")
    endings = (
        ("{%tr for 项 in 加问 %}", ""),
        ("{{ 项.项目 }}", "{{ 项.内容 }}"),
        ("{%tr endfor %}", ""),
        ("本人承诺", "以上内容真实，讲解内容为原创，没有侵犯他人权利。\n\n签名：　　　　　　　　　年　　月　　日"),
        ("推荐单位意见", "\n\n（盖章）　　　　　　　　年　　月　　日"),
    )
    for number, (label, text) in enumerate(endings, start=len(pairs)):
        table.cell(number, 1).merge(table.cell(number, 4))
        write(table.cell(number, 0), label, bold=not label.startswith("{%"), centre=True)
        write(table.cell(number, 1), text)
        if text.endswith("日"):
            table.rows[number].height = Mm(32)
    document.add_paragraph("填表日期：{{ 打印日期 }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def nomination_list() -> DocumentObject:
    """推荐名单汇总表: one row for each nominee, in the order of nomination."""
    document = new_document(landscape=True)
    add_title(document, "{{ 比赛 }}推荐名单汇总表")
    document.add_paragraph("推荐单位（盖章）：{{ 主办单位 }}　　　　　　{{ 打印日期 }}")
    headings = [
        "序号",
        "组别",
        "姓名",
        "性别",
        "出生年月",
        "单位",
        "讲解题目",
        "指导教师",
        "联系电话",
        "证件号码",
        "备注",
    ]
    fields = ["序号", "组别", "姓名", "性别", "出生年月", "单位", "题目", "指导教师", "电话", "证件号码", "备注"]
    table = add_table(document, 4, [12, 17, 19, 12, 20, 31, 31, 20, 30, 45, 16])
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        write(cell, heading, bold=True, centre=True)
    write(table.cell(1, 0), "{%tr for 人 in 行 %}")
    for cell, field in zip(table.rows[2].cells, fields, strict=True):
        write(cell, f"{{{{ 人.{field} }}}}")
    write(table.cell(3, 0), "{%tr endfor %}")
    document.add_paragraph("依据：{{ 依据 }}")
    return document


def delegation_form() -> DocumentObject:
    """代表队信息表."""
    document = new_document()
    add_title(document, "{{ 比赛 }}", "代表队信息表")
    lines = [
        "代表队", "领队", "领队职务", "领队电话", "联系人", "联系人电话", "联系人邮箱", "通信地址",
        "选手人数", "观摩人数", "总人数", "备注",
    ]  # fmt: skip
    table = add_table(document, len(lines), [40, 126])
    for row, field in zip(table.rows, lines, strict=True):
        write(row.cells[0], field, bold=True, centre=True)
        write(row.cells[1], f"{{{{ {field} }}}}")
    document.add_paragraph("\n推荐单位（盖章）：{{ 主办单位 }}\n{{ 打印日期 }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for make in (registration_form, nomination_list, delegation_form):
        document = make()
        document.core_properties.author = "明评"
        document.save(str(FOLDER / f"{make.__name__}.docx"))


if __name__ == "__main__":
    main()
