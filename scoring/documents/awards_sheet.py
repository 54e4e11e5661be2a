"""奖项: where each line falls (clause 9 of docs/result-book.md), and the list of awards in the order of ranks."""

from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scoring.documents.cells import (
    Columns,
    decimals,
    fixed,
    frame,
    lines_needed,
    put_formula,
    put_head,
    put_text,
    put_title,
    quoted,
    set_up_page,
    spot,
)
from scoring.documents.formulas import quota
from scoring.documents.ranking_sheet import Ranking
from scoring.documents.wording import Document, judged_group, quota_words

NAME = "奖项"
HEAD, FIRST = 3, 4
NOTE = "上表由名次算出各名额线；下表按名次列出获奖结果。有并列跨名额线而须裁定时，获奖结果显示“待裁定”。"
TITLE_WIDTH = 36
UNDECIDED = "待裁定"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the upper table: a tier, a title or the reserves, and the row at whose end it starts (None: the top)."""

    kind: str
    title: str
    rule: str
    places: str
    advances: bool
    row: int
    after: int | None


class AwardsSheet:
    def __init__(self, workbook: Workbook, book: Document, ranking: Ranking) -> None:
        self.sheet: Worksheet = workbook.create_sheet(NAME)
        self.book, self.ranking, self.group = book, ranking, judged_group(book)
        self.policy: str = book["rulebook"]["boundary"]
        self.columns = Columns()
        for key, title, width in (
            ("line", "奖项", 16),
            ("rule", "名额", TITLE_WIDTH),
            ("start", "前已取", 8),
            ("places", "应取", 8),
            ("end", "取至第", 8),
            ("taken", "实取", 12),
            ("advances", "晋级", 10),
            ("straddles", "跨线并列", 16),
        ):
            self.columns.add(key, title, width)
        self.lines = self._lines()
        self.total_row = FIRST + len(self.lines)
        self.ranked = fixed(self.columns["end"], self.total_row)
        self.blocked = fixed(self.columns["straddles"], self.total_row, NAME)

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        for tier in self.group["tiers"]:
            row = FIRST + len(lines)
            places = quota(tier, fixed(self.columns["end"], FIRST + self._line_count()))
            after = row - 1 if lines else None
            lines.append(Line("tier", tier["title"], quota_words(tier), places, tier["advances"], row, after))
        advancing = [line.row for line in lines if line.advances]
        for title in self.group["titles"]:
            row, words = FIRST + len(lines), f"{title['count']} 名"
            lines.append(Line("title", title["title"], words, str(title["count"]), False, row, None))
        if advancing:
            row, count = FIRST + len(lines), self.group["reserves"]
            lines.append(Line("reserve", "递补", f"{count} 名", str(count), False, row, advancing[-1]))
        return lines

    def _line_count(self) -> int:
        has_reserves = any(tier["advances"] for tier in self.group["tiers"])
        return len(self.group["tiers"]) + len(self.group["titles"]) + int(has_reserves)

    def write(self, *, mark: str) -> None:
        put_title(self.sheet, f"{self.book['round']['title']} 奖项", NOTE, len(self.columns.titles))
        put_head(self.sheet, HEAD, self.columns)
        for line in self.lines:
            self._put_line(line)
        put_text(self.sheet.cell(self.total_row, self.columns["line"]), "参加排名")
        put_formula(self.sheet, self.total_row, self.columns["end"], f"COUNT({self.ranking.all('rank')})")
        first, last = (spot(self.columns["straddles"], row) for row in (FIRST, max(FIRST, self.total_row - 1)))
        blocked = f"SUM({first}:{last})" if self.policy == "block" and self.lines else "0"
        put_formula(self.sheet, self.total_row, self.columns["straddles"], blocked)
        frame(self.sheet, FIRST, self.total_row, len(self.columns.titles), left_aligned=[self.columns["rule"]])
        self._put_list(self.total_row + 2)
        set_up_page(self.sheet, head=None, mark=mark)

    def _put_line(self, line: Line) -> None:
        """Start, number of places, end; a tie straddles the line if it begins at or before it and ends beyond."""
        row, columns = line.row, self.columns
        put_text(self.sheet.cell(row, columns["line"]), line.title)
        put_text(self.sheet.cell(row, columns["rule"]), line.rule)
        put_text(self.sheet.cell(row, columns["advances"]), "晋级" if line.advances else "")
        start, places, end = (spot(columns[key], row) for key in ("start", "places", "end"))
        put_formula(self.sheet, row, columns["start"], "0" if line.after is None else spot(columns["end"], line.after))
        put_formula(self.sheet, row, columns["places"], line.places)
        nominal = f"MIN({start}+{places},{self.ranked})"
        ranks, ends = self.ranking.all("rank"), self.ranking.all("end")
        straddling = f'COUNTIFS({ranks},"<="&{nominal},{ends},">"&{nominal})'
        put_formula(self.sheet, row, columns["straddles"], f"IF({places}=0,0,{straddling})")
        taken = {
            "block": nominal,
            "share_up": f'COUNTIF({ranks},"<="&{nominal})',
            "share_down": f'COUNTIF({ends},"<="&{nominal})',
        }[self.policy]
        put_formula(self.sheet, row, columns["end"], f"IF({places}=0,{start},{taken})")
        put_formula(self.sheet, row, columns["taken"], f"{end}-{start}")

    def _between(self, line: Line) -> str:
        """True for the ranks that a line took."""
        start, end = (fixed(self.columns[key], line.row, NAME) for key in ("start", "end"))
        return f"AND({{rank}}>{start},{{rank}}<={end})"

    def formulas(self) -> dict[str, str]:
        """For 名次: award, advance and honours of an entry as formulas over its `{rank}`."""
        award = advance = '""'
        for line in reversed([line for line in self.lines if line.kind == "tier"]):
            award = f"IF({self._between(line)},{quoted(line.title)},{award})"
        for line in self.lines:
            if line.kind == "reserve" or line.advances:
                word = "递补" if line.kind == "reserve" else "晋级"
                advance = f"IF({self._between(line)},{quoted(word)},{advance})"
        titles = [
            f'IF({self._between(line)},{quoted(line.title + " ")},"")' for line in self.lines if line.kind == "title"
        ]
        honours = f"TRIM({'&'.join(titles)})" if titles else '""'
        undecided = f"{self.blocked}>0"
        return {
            "award": f"IF({undecided},{quoted(UNDECIDED)},{award})",
            "advance": f'IF({undecided},"",{advance})',
            "honours": f'IF({undecided},"",{honours})',
        }

    def _put_list(self, head: int) -> None:
        """The standings in the order of their live ranks."""
        listing = Columns()
        shown = decimals(self.book["rulebook"]["rounding"]["places"])
        # In this order the widths suit the upper table, whose columns these stand under.
        fields = (
            ("award", "奖项", 16),
            ("title", "题目", TITLE_WIDTH),
            ("rank", "名次", 8),
            ("equal", "并列", 8),
            ("entry", "编号", 8),
            ("shown", "得分", 12),
            ("advance", "晋级", 10),
            ("honours", "称号", 16),
        )
        for key, title, width in fields:
            listing.add(key, title, width)
        put_head(self.sheet, head, listing)
        count = len(self.book["output"]["standings"])
        for position in range(1, count + 1):
            row = head + position
            place = f"MATCH({position},{self.ranking.all('position')},0)"
            for key, _, _ in fields:
                formula = f'IFERROR(INDEX({self.ranking.all(key)},{place}),"")'
                put_formula(self.sheet, row, listing[key], formula, shown if key == "shown" else "General")
        longest = max((lines_needed(entry["title"], TITLE_WIDTH) for entry in self.book["input"]["entries"]), default=1)
        width, left = len(listing.titles), [listing["title"]]
        frame(self.sheet, head + 1, head + count, width, left_aligned=left, lines=longest)
