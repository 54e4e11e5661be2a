"""名次: one row per entry, from the judges' totals to rank and award."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scoring.documents.cells import (
    DROPPED_FONT,
    INPUT_FILL,
    Columns,
    decimals,
    fixed,
    frame,
    lines_needed,
    offer_choice,
    put_formula,
    put_head,
    put_text,
    put_title,
    set_up_page,
    span,
    spot,
    style_where,
)
from scoring.documents.deductions_sheet import Deductions
from scoring.documents.formulas import Trim, half_up, time_penalty, weighted
from scoring.documents.marks_sheet import NAME as MARKS
from scoring.documents.marks_sheet import MarkRows
from scoring.documents.wording import (
    REASON_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    Document,
    panel_segments,
    quiz_segments,
    step_title,
)

NAME = "名次"
HEAD, FIRST = 3, 4
NOTE = (
    "各列都是公式，随“评分”“扣分”两表重算；浅黄格可以试改；中间列收在列标上方的 + 号下。得分保留 8 位小数后比较，"
    "并列时依次比较“并列”各列；“加赛”“裁定”两列是定格时的先后，不会重新裁定。"
)
TITLE_WIDTH = 30
SCORE = "0.00######"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where the standings stand, for the formulas of the other sheets."""

    columns: Columns
    last: int

    def all(self, key: Hashable, sheet: str = NAME) -> str:
        return span(self.columns[key], FIRST, self.last, sheet)


def ranking_columns(book: Document) -> Columns:
    rulebook, columns = book["rulebook"], Columns()
    segments = panel_segments(rulebook)
    for key, title, width in (
        ("rank", "名次", 7),
        ("equal", "并列", 6),
        ("entry", "编号", 8),
        ("title", "题目", TITLE_WIDTH),
    ):
        columns.add(key, title, width)
    columns.add("status", "状态", 9)
    for segment in segments:
        prefix = f"{segment['title']}\n" if len(segments) > 1 else ""
        for total, title in _total_columns(book, segment):
            columns.add(total, f"{prefix}{title}", 8)
        columns.add(("count", segment["code"]), f"{prefix}有效评分", 8)
        columns.add(("kept", segment["code"]), f"{prefix}去分后合计\n百分之一分", 11, folded=True)
        columns.add(("segment", segment["code"]), f"{prefix or ''}平均分", 10)
    for segment in quiz_segments(rulebook):
        columns.add(("segment", segment["code"]), f"{segment['title']}\n答题得分", 10)
    columns.add("aggregate", "汇总得分", 11)
    for segment in rulebook["segments"]:
        if any(rule["segment"] == segment["code"] for rule in rulebook["penalties"]):
            prefix = f"{segment['title']}\n" if len(rulebook["segments"]) > 1 else ""
            columns.add(("seconds", segment["code"]), f"{prefix}用时（秒）", 9)
            columns.add(("overtime", segment["code"]), f"{prefix}用时扣分", 9)
    for key, title, width in (("deduction", "其他扣分", 9), ("penalty", "扣分合计", 9), ("exact", "精确得分", 13)):
        columns.add(key, title, width)
    for key, title, width in (("shown", "得分", 10), ("reason", "不排名的原因", 13)):
        columns.add(key, title, width)
    columns.add("value", "排名依据", 13, folded=True)
    for number, step in enumerate(rulebook["tie_chain"], 1):
        if step["kind"] in ("runoff", "decision"):
            columns.add(("place", number), f"{step_title(rulebook, step)}先后", 9)
        columns.add(("step", number), f"并列{number}\n{step_title(rulebook, step)}", 13, folded=True)
    columns.add("end", "并列末位", 8, folded=True)
    columns.add("position", "排列位置", 8, folded=True)
    for key, title, width in (("award", "奖项", 12), ("advance", "晋级", 9), ("honours", "称号", 16)):
        columns.add(key, title, width)
    return columns


def _total_columns(book: Document, segment: Document) -> list[tuple[Hashable, str]]:
    """Where judges' totals of a segment stand: one column per judge; in an assigned round, where a row has few of the
    panel's many judges, as many as the most that an entry has."""
    own = segment["code"]
    if not book["input"].get("assigned"):
        return [(("judge", own, judge), judge) for judge in book["input"]["judges"]]
    counts = Counter(sheet["entry"] for sheet in book["input"]["sheets"] if sheet["segment"] == own)
    return [(("review", own, place), f"第 {place} 份") for place in range(1, max(counts.values(), default=0) + 1)]


class RankingSheet:
    """Writes the sheet row by row, in the order of the snapshot's standings."""

    def __init__(self, workbook: Workbook, book: Document, marks: MarkRows, deductions: Deductions) -> None:
        self.sheet: Worksheet = workbook.create_sheet(NAME)
        self.book, self.rulebook, self.marks, self.deductions = book, book["rulebook"], marks, deductions
        self.columns = ranking_columns(book)
        self.entries = {entry["code"]: entry for entry in book["input"]["entries"]}
        self.order = [standing["entry"] for standing in book["output"]["standings"]]
        self.ranking = Ranking(self.columns, FIRST + len(self.order) - 1)
        self.trim = Trim.of(self.rulebook["aggregation"])
        self.row = FIRST

    def here(self, key: Hashable) -> str:
        """The cell of this row."""
        return spot(self.columns[key], self.row)

    def all(self, key: Hashable) -> str:
        return self.ranking.all(key, "")

    def put(self, key: Hashable, formula: str, number_format: str = "General") -> None:
        put_formula(self.sheet, self.row, self.columns[key], formula, number_format)

    def put_input(self, key: Hashable, value: str | int | None) -> None:
        """A figure that may be changed to see what follows."""
        cell = self.sheet.cell(self.row, self.columns[key])
        cell.fill = INPUT_FILL
        if value is not None:
            cell.value = Decimal(value)

    def write(self, *, mark: str) -> Ranking:
        put_title(self.sheet, f"{self.book['round']['title']} 名次", NOTE, len(self.columns.titles))
        put_head(self.sheet, HEAD, self.columns)
        for row, code in enumerate(self.order, FIRST):
            self.row = row
            self._put_entry(code)
            for segment in panel_segments(self.rulebook):
                self._put_segment(code, segment)
            self._put_total(code)
            self._put_rank(code)
        longest = max((lines_needed(entry["title"], TITLE_WIDTH) for entry in self.entries.values()), default=1)
        width, left = len(self.columns.titles), [self.columns["title"]]
        frame(self.sheet, FIRST, self.ranking.last, width, left_aligned=left, lines=longest)
        self._add_formats()
        self.sheet.freeze_panes = self.sheet.cell(FIRST, self.columns["title"]).coordinate
        set_up_page(self.sheet, head=HEAD, mark=mark)
        return self.ranking

    def _put_entry(self, code: str) -> None:
        entry = self.entries[code]
        put_text(self.sheet.cell(self.row, self.columns["entry"]), code)
        put_text(self.sheet.cell(self.row, self.columns["title"]), entry["title"])
        put_text(self.sheet.cell(self.row, self.columns["status"]), STATUS_WORDS[entry["status"]])
        self.sheet.cell(self.row, self.columns["status"]).fill = INPUT_FILL
        for segment in quiz_segments(self.rulebook):
            self.put_input(("segment", segment["code"]), entry["quiz"].get(segment["code"]))
        for segment in self.rulebook["segments"]:
            rules = [rule for rule in self.rulebook["penalties"] if rule["segment"] == segment["code"]]
            if rules:
                self.put_input(("seconds", segment["code"]), entry["seconds"].get(segment["code"]))
                seconds = self.here(("seconds", segment["code"]))
                self.put(("overtime", segment["code"]), time_penalty(rules, seconds), "0.##")

    def _put_segment(self, code: str, segment: Document) -> None:
        """Judges' totals, how many count, what is kept of them, and the mean."""
        own, marks = segment["code"], self.marks
        for place, judge in enumerate(marks.judges_of(code, own), 1):
            row = marks.rows[code, own, judge]
            points = fixed(marks.columns["points"], row, MARKS)
            state = fixed(marks.columns["state"], row, MARKS)
            waiting = f'IF({state}="{STATE_WORDS["submitted"]}","缺分",{state})'
            key: Hashable = ("judge", own, judge) if ("judge", own, judge) in self.columns else ("review", own, place)
            self.put(key, f"IF(ISNUMBER({points}),{points},{waiting})", "0.0#")
        count = self.here(("count", own))
        self.put(("count", own), f"SUM({marks.block(code, own, 'complete')})")
        units: list[Hashable] = ["total"]
        if self.rulebook["aggregation"]["level"] == "criterion":
            units = [("hundredths", own, criterion["code"]) for criterion in segment["criteria"]]
        kept = "+".join(self.trim.kept_sum(marks.block(code, own, unit), count) for unit in units)
        self.put(("kept", own), f'IF({count}=0,"",{kept})')
        mean = f"{self.here(('kept', own))}/{self.trim.kept_count(count)}/100"
        self.put(("segment", own), f'IF({count}=0,"",{mean})', SCORE)

    def _put_total(self, code: str) -> None:
        """Aggregate, penalties and total (clauses 3 to 6)."""
        rulebook, scored = self.rulebook, [s for s in self.rulebook["segments"] if s["scored_by"] != "none"]
        self.put("reason", self._reason(code))
        blank = f'{self.here("reason")}<>""'
        parts = [(segment["weight"], self.here(("segment", segment["code"]))) for segment in scored]
        self.put("aggregate", f'IF({blank},"",{weighted(parts)})', SCORE)
        self.put("deduction", self.deductions.sum_for(self.here("entry")), "0.##")
        lines = [
            self.here(("overtime", s["code"])) for s in rulebook["segments"] if ("overtime", s["code"]) in self.columns
        ]
        self.put("penalty", f"ROUND({'+'.join([*lines, self.here('deduction')])},2)", "0.##")
        total = f"ROUND(MAX(0,{self.here('aggregate')}-{self.here('penalty')}),8)"
        self.put("exact", f'IF({blank},"",{total})', SCORE)
        places = rulebook["rounding"]["places"]
        self.put("shown", f'IF({blank},"",{half_up(self.here("exact"), places)})', decimals(places))
        basis = "exact" if rulebook["rounding"]["rank_by"] == "exact" else "shown"
        self.put("value", self.here(basis), SCORE)

    def _reason(self, code: str) -> str:
        """Clause 5, in its order; a sheet that is neither complete nor left out is owed."""
        if not self.marks.has_rows(code):
            status, none = self.here("status"), REASON_WORDS["no_marks"]
            return f'IF({status}<>"{STATUS_WORDS["competing"]}",{status},"{none}")'
        states, complete = self.marks.entry_block(code, "state"), self.marks.entry_block(code, "complete")
        left_out = "-".join(f'COUNTIF({states},"{STATE_WORDS[state]}")' for state in ("recused", "absent"))
        owed = f"ROWS({states})-{left_out}-SUM({complete})>0"
        fewest = self.rulebook["aggregation"]["min_valid_marks"]
        too_few = ",".join(f"{self.here(('count', s['code']))}<{fewest}" for s in panel_segments(self.rulebook))
        quizzes = [self.here(("segment", segment["code"])) for segment in quiz_segments(self.rulebook)]
        reason = (
            f'IF(COUNT({",".join(quizzes)})<{len(quizzes)},"{REASON_WORDS["quiz_missing"]}","")' if quizzes else '""'
        )
        for test, word in ((f"OR({too_few})", "too_few_marks"), (f"SUM({complete})=0", "no_marks"), (owed, "waiting")):
            reason = f'IF({test},"{REASON_WORDS[word]}",{reason})'
        status = self.here("status")
        return f'IF({status}<>"{STATUS_WORDS["competing"]}",{status},{reason})'

    def _put_rank(self, code: str) -> None:
        """Clauses 7 and 8: how many stand ahead, by the ranking value and then by each step of the tie chain."""
        value = self.here("value")
        equal = f"{self.all('value')},{value}"
        rank = f'1+COUNTIF({self.all("value")},">"&{value})'
        for number, step in enumerate(self.rulebook["tie_chain"], 1):
            self.put(("step", number), f'IF({value}="","",{self._step(code, number, step, equal)})', SCORE)
            key = self.here(("step", number))
            rank += f'+COUNTIFS({equal},{self.all(("step", number))},">"&{key})'
            equal += f",{self.all(('step', number))},{key}"
        self.put("rank", f'IF({value}="","",{rank})')
        ranks, own = self.all("rank"), self.here("rank")
        self.put("equal", f'IF({own}="","",IF(COUNTIF({ranks},{own})>1,"=",""))')
        self.put("end", f'IF({own}="","",{own}+COUNTIF({ranks},{own})-1)')
        above = span(self.columns["rank"], HEAD, self.row - 1)
        self.put("position", f'IF({own}="","",{own}+COUNTIF({above},{own}))')

    def _step(self, code: str, number: int, step: Document, equal: str) -> str:
        """The value of one step of the tie chain, higher first; a place in a run-off or decision counts downwards."""
        if step["kind"] in ("runoff", "decision"):
            places = self._recorded_places(code, step["kind"])
            self.put_input(("place", number), places.get(code))
            place = self.here(("place", number))
            applies = f'COUNTIFS({equal},{self.all(("place", number))},">0")=COUNTIFS({equal})'
            if step["kind"] == "decision":
                applies = f"AND({applies},COUNTIFS({equal})={len(places)})"
            return f"IF({applies},-{place},0)"
        if step["kind"] == "criterion":
            block = self.marks.block(code, step["segment"], ("hundredths", step["segment"], step["criterion"]))
            return f"ROUND(SUM({block})/{self.here(('count', step['segment']))}/100,8)"
        parts = []
        for segment in self.rulebook["segments"]:
            own = segment["code"]
            if segment["scored_by"] == "quiz":
                parts.append((segment["weight"], self.here(("segment", own))))
            elif segment["scored_by"] == "panel":
                block = self.marks.block(code, own, "total")
                mean = f"SUM({block})/{self.here(('count', own))}"
                parts.append(
                    (segment["weight"], f"({mean if step['kind'] == 'untrimmed_mean' else f'MEDIAN({block})'})/100")
                )
        return weighted(parts)

    def _recorded_places(self, code: str, kind: str) -> Mapping[str, str]:
        """Places by entry from the run-off or decision that speaks of this entry: the one that was used, if any."""
        steps = [step for tie in self.book["output"]["ties"] for step in tie["steps"] if step["kind"] == kind]
        for step in steps:
            if code in step["values"]:
                return cast(Mapping[str, str], step["values"])
        orders = [[[each] for each in decision["order"]] for decision in reversed(self.book["input"]["decisions"])]
        if kind == "runoff":
            orders = [runoff["order"] for runoff in self.book["input"]["runoffs"]]
        for order in orders:
            places = {each: str(1 + sum(map(len, order[:i]))) for i, group in enumerate(order) for each in group}
            if code in places:
                return places
        return {}

    def put_awards(self, award: str, advance: str, honours: str) -> None:
        """The last columns, from formulas over `{rank}` made by 奖项, since each of the two sheets needs the other."""
        for row in range(FIRST, self.ranking.last + 1):
            self.row = row
            for key, formula in (("award", award), ("advance", advance), ("honours", honours)):
                own = formula.replace("{rank}", self.here("rank"))
                self.put(key, f'IF({self.here("rank")}="","",{own})')

    def _add_formats(self) -> None:
        """Dropped totals are struck through; statuses are chosen from a list."""
        last = max(FIRST, self.ranking.last)
        if self.rulebook["aggregation"]["level"] == "total":
            for segment in panel_segments(self.rulebook):
                own = [place for key, place in self.columns.index.items() if _is_total(key, segment["code"])]
                if not own:
                    continue
                first, end = get_column_letter(own[0]), get_column_letter(own[-1])
                values, up_to = f"${first}{FIRST}:${end}{FIRST}", f"${first}{FIRST}:{first}{FIRST}"
                dropped = self.trim.is_dropped(f"{first}{FIRST}", values, up_to)
                style_where(self.sheet, f"{first}{FIRST}:{end}{last}", dropped, DROPPED_FONT)
        letter = get_column_letter(self.columns["status"])
        offer_choice(self.sheet, f"{letter}{FIRST}:{letter}{last}", STATUS_WORDS.values())


def _is_total(key: Hashable, segment: str) -> bool:
    """Whether a column shows judges' totals of a segment, by judge or, in an assigned round, one after the other."""
    return isinstance(key, tuple) and key[0] in ("judge", "review") and key[1] == segment
