"""说明 and 校验: what the workbook is, and whether its live figures still are those of the snapshot."""

from decimal import Decimal
from fractions import Fraction

from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scoring.documents.cells import (
    ALERT_FONT,
    FACE,
    LEFT,
    STRONG,
    Columns,
    decimals,
    fixed,
    frame,
    lines_needed,
    put_formula,
    put_head,
    put_text,
    put_title,
    set_up_page,
    span,
    spot,
    style_where,
)
from scoring.documents.marks_sheet import FIRST as FIRST_MARK
from scoring.documents.marks_sheet import NAME as MARKS
from scoring.documents.marks_sheet import MarkRows
from scoring.documents.ranking_sheet import FIRST as FIRST_RANK
from scoring.documents.ranking_sheet import NAME as RANKING
from scoring.documents.ranking_sheet import SCORE, Ranking
from scoring.documents.wording import Document, in_groups, judged_group, local_time, rules_in_words, ties_in_words
from scoring.engine import round_half_up

COVER, CHECK = "说明", "校验"
SAME, CHANGED = "一致", "不同"
USE = (
    "“评分”“扣分”“名次”三表的浅黄格可以试改，其余各格都是公式，改后随即重算；“校验”表指出哪些与定格成绩不同。",
    "试改不影响正式成绩：正式成绩以定格成绩为准，改动须经两人办理更正，形成新的定格成绩。",
    "打开后若不见数字，请允许重新计算（LibreOffice：数据 → 计算 → 重新计算）。",
    "同附的 result-book.json 可用 tools/verify_result_book.py 独立重算：只需 Python 3.11，不依赖本系统；"
    "所示定格摘要和台账根应与签字的评分汇总表相同。",
)


def add_cover_sheet(workbook: Workbook, book: Document, *, mark: str) -> None:
    sheet = workbook.create_sheet(COVER)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 100
    put_text(sheet.cell(1, 1), f"{book['edition']['title']} {book['round']['title']} 成绩册")
    sheet.cell(1, 1).font = Font(name=FACE, size=16, bold=True)
    lines = [
        ("组别", judged_group(book)["title"]),
        ("评分细则", book["rulebook"]["title"]),
        ("定格成绩", f"第 {book['snapshot']['number']} 号，{local_time(book['snapshot']['created_at'])}"),
        ("定格摘要", in_groups(book["digests"]["snapshot"])),
        ("台账根", f"{in_groups(book['ledger']['root'])}（第 {book['ledger']['number']} 条）"),
        ("人数", f"{book['output']['counts']['entries']} 个编号，{book['output']['counts']['ranked']} 个参加排名"),
    ]
    lines += _numbered("怎样使用", USE)
    lines += _numbered("怎样计分", rules_in_words(book))
    lines += _numbered("并列的处理", ties_in_words(book) or ["没有并列。"])
    for row, (label, text) in enumerate(lines, 3):
        put_text(sheet.cell(row, 1), label)
        put_text(sheet.cell(row, 2), text)
        sheet.cell(row, 1).font = STRONG
        for column in (1, 2):
            sheet.cell(row, column).alignment = LEFT
        sheet.row_dimensions[row].height = 4 + 16 * lines_needed(text, 96)
    set_up_page(sheet, head=None, mark=mark)


def _numbered(label: str, sentences: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    """The label beside the first sentence only."""
    return [(label if number == 0 else "", text) for number, text in enumerate(sentences)]


def add_check_sheet(workbook: Workbook, book: Document, marks: MarkRows, ranking: Ranking, *, mark: str) -> None:
    """Rank and exact total of the snapshot beside the live ones, and one sentence over all."""
    sheet = workbook.create_sheet(CHECK)
    columns = Columns()
    for key, title, width in (
        ("entry", "编号", 10),
        ("rank", "定格名次", 10),
        ("live_rank", "现算名次", 10),
        ("exact", "定格精确得分", 16),
        ("live_exact", "现算精确得分", 16),
        ("shown", "定格得分", 12),
        ("live_shown", "现算得分", 12),
        ("verdict", "结论", 12),
    ):
        columns.add(key, title, width)
    note = "“定格”各列是定格成绩中的数值，“现算”各列由本工作簿的公式算出；未试改时应全部一致。"
    put_title(sheet, f"{book['round']['title']} 校验", note, len(columns.titles))
    standings = book["output"]["standings"]
    head = 6
    first, last = head + 1, head + len(standings)
    put_head(sheet, head, columns)
    for row, standing in enumerate(standings, first):
        _put_comparison(sheet, row, columns, ranking, FIRST_RANK + row - first, standing)
        shown = decimals(book["rulebook"]["rounding"]["places"])
        sheet.cell(row, columns["shown"]).number_format = shown
        sheet.cell(row, columns["live_shown"]).number_format = shown
    frame(sheet, first, last, len(columns.titles))
    _put_verdict(sheet, marks, span(columns["verdict"], first, last))
    alert = f'{spot(columns["verdict"], first)}="{CHANGED}"'
    style_where(sheet, f"A{first}:H{max(first, last)}", alert, ALERT_FONT)
    sheet.freeze_panes = sheet.cell(first, 2)
    set_up_page(sheet, head=head, mark=mark)


def _put_comparison(
    sheet: Worksheet, row: int, columns: Columns, ranking: Ranking, source: int, standing: Document
) -> None:
    put_text(sheet.cell(row, columns["entry"]), standing["entry"])
    if standing["rank"] is not None:
        sheet.cell(row, columns["rank"], standing["rank"])
        sheet.cell(row, columns["exact"], Decimal(round_half_up(Fraction(standing["exact"]), 8)))
        sheet.cell(row, columns["shown"], Decimal(standing["shown"]))
    for key, wanted in (("live_rank", "rank"), ("live_exact", "exact"), ("live_shown", "shown")):
        put_formula(sheet, row, columns[key], fixed(ranking.columns[wanted], source, RANKING))
    for key in ("exact", "live_exact"):
        sheet.cell(row, columns[key]).number_format = SCORE
    here = {key: spot(columns[key], row) for key in columns.index}
    ranked = f"AND({here['live_rank']}={here['rank']},ABS({here['live_exact']}-{here['exact']})<0.00000002)"
    same = f"IF(ISNUMBER({here['live_rank']}),ISNUMBER({here['rank']}),NOT(ISNUMBER({here['rank']})))"
    verdict = f'IF({same},IF(ISNUMBER({here["rank"]}),IF({ranked},"{SAME}","{CHANGED}"),"{SAME}"),"{CHANGED}")'
    put_formula(sheet, row, columns["verdict"], verdict)


def _put_verdict(sheet: Worksheet, marks: MarkRows, verdicts: str) -> None:
    """Two sentences above the table."""
    changed = f'COUNTIF({verdicts},"{CHANGED}")'
    standings = (
        f'IF({changed}=0,"名次和得分与定格成绩一致","有 "&{changed}&" 个编号的名次或得分与定格成绩不同（试算）")'
    )
    points, snapshot = (span(marks.columns[key], FIRST_MARK, marks.last, MARKS) for key in ("points", "snapshot"))
    differing = f"SUMPRODUCT(--({points}<>{snapshot}))"
    totals = f'IF({differing}=0,"评委总分与定格成绩一致","有 "&{differing}&" 份评分的总分与定格成绩不同（试算）")'
    for row, formula in ((3, standings), (4, totals)):
        put_formula(sheet, row, 1, formula)
        sheet.cell(row, 1).font = STRONG
