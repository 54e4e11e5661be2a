"""Make the Word templates that come with the product (contest/word, works/word); staff restyle copies of them.

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

ROOT = Path(__file__).resolve().parent.parent
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


def recommendation_form() -> DocumentObject:
    """A work's 推荐表: what the call asks (domain.md B2, B3), its makers' promise and the unit's opinion."""
    document = new_document()
    add_title(document, "{{ 评选 }}推荐表", "（{{ 类别 }}）")
    lines = [
        [("作品名称", "作品名称")],
        [("作者（按排序）", "作者")],
        [("第一作者单位", "单位")],
        [("联系人", "联系人"), ("联系电话", "联系电话")],
        [("电子邮箱", "邮箱"), ("推荐顺序", "推荐顺序")],
        "{%tr if ISBN %}",
        [("作品类别", "作品类别"), ("册数", "册数")],
        [("出版社", "出版社"), ("出版时间", "出版时间")],
        [("ISBN", "ISBN")],
        [("版次印次", "版次印次"), ("印数", "印数")],
        "{%tr endif %}",
        "{%tr if not ISBN %}",
        [("首播平台", "首播平台"), ("时长", "时长")],
        [("版权单位", "版权单位"), ("首播日期", "首播日期")],
        [("播放链接", "播放链接")],
        [("非原创素材比例", "非原创素材比例"), ("人工智能生成内容", "人工智能")],
        [("人工智能说明", "人工智能说明")],
        [("素材来源与授权", "素材来源")],
        "{%tr endif %}",
        [("内容简介", "内容简介")],
        [("推荐理由", "推荐理由")],
        [("获奖", "获奖")],
    ]
    endings = (
        ("作者承诺", "作品为原创，不侵犯他人权利；以上内容真实。\n\n第一作者签名：　　　　　　　年　　月　　日"),
        ("推荐单位意见", "{{ 推荐单位 }}\n\n（盖章）　　　　　　　　年　　月　　日"),
    )
    table = add_table(document, len(lines) + len(endings), [34, 50, 34, 48])
    for row, fields in zip(table.rows, lines, strict=False):
        if isinstance(fields, str):
            write(row.cells[0], fields)
            continue
        row.height = Mm(10)
        if len(fields) == 1:
            row.cells[1].merge(row.cells[3])
        for place, (label, field) in enumerate(fields):
            write(row.cells[place * 2], label, bold=True, centre=True)
            write(row.cells[place * 2 + 1], f"{{{{ {field} }}}}")
    for number, (label, text) in enumerate(endings, start=len(lines)):
        table.cell(number, 1).merge(table.cell(number, 3))
        write(table.cell(number, 0), label, bold=True, centre=True)
        write(table.cell(number, 1), text)
        table.rows[number].height = Mm(32)
    document.add_paragraph("填表日期：{{ 打印日期 }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def minutes() -> DocumentObject:
    """评审会纪要 of a kind: when and where, the standing with the meeting's words, ties, what is not ranked."""
    document = new_document()
    add_title(document, "{{ 评选 }}", "评审会纪要（{{ 类别 }}）")
    for label in ("日期", "地点", "主持人", "出席人员", "会议情况"):
        document.add_paragraph().add_run(f"{label}：").bold = True
        document.paragraphs[-1].add_run(f"{{{{ {label} }}}}")
    document.add_paragraph(
        "共评审作品 {{ 作品数 }} 件，评审员 {{ 评审员数 }} 位，收到评审 {{ 评审数 }} 份；有名次的 {{ 有名次数 }} 件。"
    )
    document.add_paragraph("一、名次、奖项与意见").runs[0].bold = True
    fields = ["名次", "编号", "作品", "作者", "得分", "奖项", "意见"]
    table = add_table(document, 4, [12, 14, 38, 28, 16, 18, 40])
    for cell, heading in zip(table.rows[0].cells, fields, strict=True):
        write(cell, heading, bold=True, centre=True)
    write(table.cell(1, 0), "{%tr for 项 in 行 %}")
    for cell, field in zip(table.rows[2].cells, fields, strict=True):
        write(cell, f"{{{{ 项.{field} }}}}")
    write(table.cell(3, 0), "{%tr endfor %}")
    for heading, rows, line in (
        ("二、并列裁定", "裁定", "{{ 项.顺序 }}：{{ 项.理由 }}"),
        ("三、未排名的作品", "未排名", "{{ 项.编号 }}《{{ 项.作品 }}》：{{ 项.原因 }}{{ 项.意见 }}"),
    ):
        document.add_paragraph("{%p if " + rows + " %}")
        document.add_paragraph(heading).runs[0].bold = True
        document.add_paragraph("{%p for 项 in " + rows + " %}")
        document.add_paragraph(line)
        document.add_paragraph("{%p endfor %}")
        document.add_paragraph("{%p endif %}")
    document.add_paragraph("依据：{{ 依据 }}")
    document.add_paragraph(
        "\n评审组长（签名）：　　　　　　　　监督员（签名）：　　　　　　　　\n\n{{ 主办单位 }}　{{ 打印日期 }}"
    )
    return document


TEMPLATES = {
    "contest": (registration_form, nomination_list, delegation_form),
    "works": (recommendation_form, minutes),
}


def main() -> None:
    for app, makers in TEMPLATES.items():
        folder = ROOT / app / "word"
        folder.mkdir(exist_ok=True)
        for make in makers:
            document = make()
            document.core_properties.author = "明评"
            document.save(str(folder / f"{make.__name__}.docx"))


if __name__ == "__main__":
    main()
