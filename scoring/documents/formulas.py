"""The rules as spreadsheet formulas: what docs/result-book.md says, in words that Excel, WPS and LibreOffice share.

Marks are taken as integer hundredths, so sums are exact; quotients are rounded to 8 places before they are compared,
since binary floats would rank equal means apart. No array formulas and no functions younger than Excel 2007.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.documents.wording import Document


@dataclass(frozen=True, slots=True)
class Trim:
    """Dropping of high and low values as formulas over the range of one entry's values."""

    high: int
    low: int
    smallest_panel: int

    @classmethod
    def of(cls, aggregation: Document) -> "Trim":
        return cls(aggregation["drop_high"], aggregation["drop_low"], aggregation["min_panel_for_drop"])

    def applies(self, count: str) -> str:
        """True where `count` marks are enough to drop from."""
        if not self.high + self.low:
            return "FALSE"
        return f"{count}>={max(self.smallest_panel, self.high + self.low + 1)}"

    def kept_sum(self, values: str, count: str) -> str:
        if not self.high + self.low:
            return f"SUM({values})"
        dropped = [f"LARGE({values},{place})" for place in range(1, self.high + 1)]
        dropped += [f"SMALL({values},{place})" for place in range(1, self.low + 1)]
        return f"SUM({values})-IF({self.applies(count)},{'+'.join(dropped)},0)"

    def kept_count(self, count: str) -> str:
        return f"({count}-IF({self.applies(count)},{self.high + self.low},0))"

    def is_low(self, value: str, values: str, up_to: str) -> str:
        """True for the dropped lows: the first in the order (value, judge)."""
        return f"{_place(value, values, up_to)}<={self.low}"

    def is_high(self, value: str, values: str, up_to: str) -> str:
        return f"{_place(value, values, up_to)}>COUNT({values})-{self.high}"

    def flag(self, value: str, values: str, up_to: str) -> str:
        """去低, 去高 or nothing."""
        high = f'IF({self.is_high(value, values, up_to)},"去高","")'
        return f'IF({self.applies(f"COUNT({values})")},IF({self.is_low(value, values, up_to)},"去低",{high}),"")'

    def is_dropped(self, value: str, values: str, up_to: str) -> str:
        """For conditional formats."""
        either = f"OR({self.is_low(value, values, up_to)},{self.is_high(value, values, up_to)})"
        return f"AND(ISNUMBER({value}),{self.applies(f'COUNT({values})')},{either})"


def _place(value: str, values: str, up_to: str) -> str:
    """Place of a value in the order (value, judge); `up_to` is the part of the range that ends with the value."""
    return f'COUNTIF({values},"<"&{value})+COUNTIF({up_to},{value})'


def time_penalty(rules: Sequence[Document], seconds: str) -> str:
    """Points for one segment's recorded seconds: for each `when` the first rule that matches; blank is not timed."""
    parts = []
    for when in ("under", "over"):
        choice = "0"
        for rule in reversed([rule for rule in rules if rule["when"] == when]):
            sign = "<" if when == "under" else ">"
            choice = f"IF({seconds}{sign}{rule['limit_seconds']},{_points(rule, seconds)},{choice})"
        if choice != "0":
            parts.append(choice)
    return f"IF(ISNUMBER({seconds}),ROUND({'+'.join(parts)},2),0)"


def _points(rule: Document, seconds: str) -> str:
    points = str(rule["points"])
    if rule["per_seconds"]:
        first, second = (seconds, rule["limit_seconds"]) if rule["when"] == "over" else (rule["limit_seconds"], seconds)
        points = f"{points}*ROUNDUP(({first}-{second})/{rule['per_seconds']},0)"
    return points if rule["cap"] is None else f"MIN({rule['cap']},{points})"


def weighted(parts: Sequence[tuple[str, str]]) -> str:
    """Σ weight × value ÷ 100 to 8 places."""
    return f"ROUND(({'+'.join(f'{weight}*{value}' for weight, value in parts)})/100,8)"


def half_up(value: str, places: int) -> str:
    """Rounded half up without asking the program's ROUND about a binary half (pitfall 27)."""
    scale = 10**places
    return f"INT(ROUND({value}*{scale},6)+0.5)/{scale}"


def quota(tier: Document, ranked: str) -> str:
    """The number of places of a tier, from the cell that counts the ranked entries."""
    if "rest" in tier:
        return ranked
    if "count" in tier:
        return str(tier["count"])
    share = f"ROUND({ranked}*{tier['percent']}/100,8)"
    return {"floor": f"INT({share})", "half_up": f"INT({share}+0.5)", "ceil": f"ROUNDUP({share},0)"}[
        tier["percent_rounding"]
    ]
