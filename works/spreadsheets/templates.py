"""The empty table of works that units fill in: a sheet for each kind, with columns that the import reads."""

from core.spreadsheets import FormColumn, OutColumn, add_form, add_sheet, new_workbook, workbook_bytes, write_table
from works.models import Kind, Selection, Work
from works.spreadsheets.headings import HEADINGS

_COLUMNS: dict[str, tuple[str, ...]] = {
    Kind.Form.BOOK: (
        *("title", "category", "volumes", "isbn", "publisher", "published_on", "edition_note", "print_run"),
        *("first_author", "other_authors", "workplace", "contact_name", "phone", "email", "summary", "reason"),
        *("order", "remark"),
    ),
    Kind.Form.VIDEO: (
        *("title", "seconds", "platform", "published_on", "url", "authors", "workplace", "publisher", "contact_name"),
        *("phone", "email", "non_original_percent", "ai_used", "ai_note", "sources", "summary", "reason", "order"),
        "remark",
    ),
}
_REQUIRED: dict[str, frozenset[str]] = {
    Kind.Form.BOOK: frozenset(
        ("title", "category", "isbn", "publisher", "published_on", "first_author", "workplace", "phone")
    ),
    Kind.Form.VIDEO: frozenset(
        ("title", "seconds", "published_on", "url", "authors", "workplace", "publisher", "phone", "ai_used")
    ),
}
_WIDTHS = {"title": 30, "isbn": 24, "summary": 40, "reason": 40, "url": 34, "workplace": 26, "publisher": 24}
_HINTS = {
    "title": "不写书名号；丛书写丛书名。",
    "category": "从下拉列表中选择。",
    "volumes": "不填按 ISBN 的个数计；丛书须整套申报。",
    "isbn": "丛书每册一个，写在同一格，各占一行或用分号隔开。",
    "first_author": "只写一人，排在第一位的作者。",
    "other_authors": "按顺序写，用顿号隔开；没有就不填。",
    "authors": "按顺序写全部主创人员，用顿号隔开，第一位是第一作者。",
    "workplace": "写全称。",
    "publisher": "写全称。",
    "edition_note": "如：2025 年 3 月第 1 版第 1 次印刷。",
    "print_run": "只填数字。",
    "contact_name": "填一个人的姓名。",
    "phone": "11 位手机号，或带区号的固定电话。",
    "email": "可以不填。",
    "summary": "最多 500 个字。",
    "reason": "最多 500 个字。",
    "order": "本单位推荐的第几件，填 1、2、3……",
    "remark": "可以不填，最多 200 个字。",
    "seconds": "写成 3分31秒 或 00:03:31。",
    "platform": "首次播出的平台。",
    "url": "完整的播放链接，以 https:// 或 http:// 开头。",
    "non_original_percent": "按片长计，写成 5% 的样子；没有填 0。",
    "ai_used": "从下拉列表中选择。",
    "ai_note": "用了什么工具、用在哪里；没有使用的不填。",
    "sources": "逐项写明素材、来源和授权；没有的不填。",
}
_DATES = {Kind.Form.BOOK: "写成 2025-03；丛书填最后一册的出版时间。", Kind.Form.VIDEO: "写成 2025-05-22。"}


def works_template(selection: Selection) -> bytes:
    """A workbook with a table for each kind to fill in, and a sheet that says how. It imports as it is filled in."""
    workbook = new_workbook()
    kinds = list(selection.kinds.order_by("order", "pk"))
    for kind in kinds:
        add_form(workbook, kind.title, _columns(kind), printed_title=f"{selection.title}（{kind.title}）推荐汇总表")
    guide = add_sheet(workbook, "填写说明")
    write_table(
        guide,
        title=f"{selection.title}推荐汇总表填写说明",
        note=_note(selection),
        columns=(OutColumn("工作表", 14), OutColumn("列名", 22), OutColumn("必填", 8), OutColumn("怎样填写", 80)),
        rows=[
            (kind.title, column.heading, "必填" if column.required else "", column.prompt)
            for kind in kinds
            for column in _columns(kind)
        ],
    )
    guide.row_dimensions[2].height = 80
    # The choices' sheet, if there is one, is hidden and stays last.
    workbook.move_sheet(guide, offset=len(kinds) - workbook.index(guide))
    return workbook_bytes(workbook)


def _columns(kind: Kind) -> list[FormColumn]:
    choices = {"category": tuple(str(label) for label in Work.Category.labels), "ai_used": ("是", "否")}
    return [
        FormColumn(
            HEADINGS[kind.form][name][0],
            width=_WIDTHS.get(name, 14),
            required=name in _REQUIRED[kind.form],
            choices=choices.get(name, ()),
            prompt=_DATES[Kind.Form(kind.form)] if name == "published_on" else _HINTS[name],
        )
        for name in _COLUMNS[kind.form]
    ]


def _note(selection: Selection) -> str:
    return "\n".join(
        (
            "一件作品一行，每个类别填在自己的工作表里；列名不要改，不需要的列可以空着，橙色的列必填。",
            "单元格都是文本格式，从别处粘贴时请选“只粘贴文本（值）”，不要留公式。",
            f"作者按顺序写，最多 {selection.most_authors} 人；丛书须整套申报，每册的 ISBN 写在同一格里。",
            "上传后系统先检查，每个问题都指出单元格，全部改正后才会导入；同一份表导入两次不会重复。",
        )
    )
