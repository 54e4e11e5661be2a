#!/usr/bin/env python3
"""Recompute a result book from its marks and rules, and name every difference.

    python tools/verify_result_book.py result-book.json

Needs Python 3.11 and nothing else, and shares no code with the system that wrote the book: whoever holds the file
and docs/result-book.md, the page that this follows clause by clause, can check it.
Exit status: 0 the book agrees, 1 it differs (one line each, from marks to standings), 2 it is not a result book.
"""

import argparse
import hashlib
import io
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, groupby, product
from pathlib import Path
from typing import Any, NamedTuple

Obj = dict[str, Any]
ZERO = Fraction(0)


class NotAResultBook(Exception):
    """The file has not the shape of a result book, so there is nothing to recompute."""


class OrNull(NamedTuple):
    shape: Any


# A dict lists keys ("?": may be missing; "*": any), a list its items, a set the allowed words, a pattern the spelling.
# `output` has no shape: it is compared, value by value, with what it should be.
FORMAT = "mingping-result-book/1"
NUMBER = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]?[1-9])?")
CODE = re.compile(r"[^\s\x00-\x1f\x7f]{1,40}")
HASH = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
# fmt: off
RULEBOOK = {
    "format": {"mingping-rulebook/1"}, "title": str,
    "segments": [{
        "code": CODE, "title": str, "weight": NUMBER, "scored_by": {"panel", "quiz", "none"}, "max_points?": NUMBER,
        "criteria?": [{"code": CODE, "title": str, "description": str,
                       "max_points": NUMBER, "step": {"0.1", "0.5", "1"}}],
    }],
    "aggregation": {"level": {"total", "criterion"}, "drop_high": int, "drop_low": int,
                    "min_panel_for_drop": int, "min_valid_marks": int},
    "penalties": [{"code": CODE, "segment": CODE, "when": {"under", "over"}, "limit_seconds": int,
                   "per_seconds": OrNull(int), "points": NUMBER, "cap": OrNull(NUMBER), "stop": bool}],
    "rounding": {"places": int, "rank_by": {"exact", "rounded"}},
    "tie_chain": [{"kind": {"criterion", "untrimmed_mean", "median", "runoff", "decision"},
                   "segment?": CODE, "criterion?": CODE}],
    "boundary": {"block", "share_up", "share_down"},
    "groups": [{
        "code": CODE, "title": str, "reserves": int, "extra_nominees": int,
        "tiers": [{"code": CODE, "title": str, "advances": bool, "count?": int, "rest?": bool,
                   "percent?": NUMBER, "percent_rounding?": {"floor", "half_up", "ceil"}}],
        "titles": [{"code": CODE, "title": str, "count": int}],
    }],
}
INPUT = {
    "assigned?": bool,
    "judges": [CODE],
    "entries": [{"code": CODE, "title": str, "order": int, "seconds": {"*": int}, "quiz": {"*": NUMBER},
                 "status": {"competing", "withdrawn", "ineligible", "forfeited"},
                 "deductions": [{"points": NUMBER, "reason": str}]}],
    "sheets": [{"judge": CODE, "entry": CODE, "segment": CODE, "marks": OrNull({"*": NUMBER}), "total": OrNull(str),
                "state": {"submitted", "pending", "draft", "returned", "recused", "absent"}}],
    "runoffs": [{"order": [[CODE]]}],
    "decisions": [{"order": [CODE], "reason": str}],
}
BOOK = {
    "format": {FORMAT}, "edition": {"slug": str, "title": str}, "round": {"title": str, "group": CODE},
    "snapshot": {"number": int, "created_at": TIME}, "rulebook": RULEBOOK, "input": INPUT, "output": {"*": object},
    "ledger": {"number": int, "root": HASH},
    "digests": {"rulebook": HASH, "input": HASH, "output": HASH, "snapshot": HASH},
}
# fmt: on
KINDS = {str: "字符串", int: "整数", bool: "true 或 false", dict: "对象", list: "列表"}


def examine(value: Any, shape: Any, place: str) -> Iterator[str]:
    """Yield what is only spelt wrongly; raise NotAResultBook where a key is missing or unknown or a type is wrong."""
    match shape:
        case OrNull(inner):
            yield from () if value is None else examine(value, inner, place)
        case dict():
            require(value, dict, place)
            shape = dict.fromkeys(value, shape["*"]) if "*" in shape else shape
            fields = {key.removesuffix("?"): inner for key, inner in shape.items()}
            for word, keys in ("缺少", shape.keys() - value.keys()), ("多出", value.keys() - fields.keys()):
                for key in sorted(key for key in keys if not key.endswith("?")):
                    raise NotAResultBook(f"{place or '文件'} {word}键 {key}")
            for key, item in value.items():
                yield from examine(item, fields[key], f"{place}.{key}".lstrip("."))
        case [inner]:
            require(value, list, place)
            for index, item in enumerate(value):
                yield from examine(item, inner, f"{place}[{index}]")
        case _:
            yield from examine_leaf(value, shape, place)


def examine_leaf(value: Any, shape: Any, place: str) -> Iterator[str]:
    if isinstance(shape, type):
        require(value, shape, place)
        if shape is int and not 0 <= value < 10**9:
            yield f"{place}：整数 {value} 超出范围"
        return
    require(value, str, place)
    if isinstance(shape, re.Pattern) and not shape.fullmatch(value):
        yield f"{place}：{value!r} 的写法不合规定"
    if isinstance(shape, set) and value not in shape:
        yield f"{place}：{value!r} 不是规定的取值（{'、'.join(sorted(shape))}）"


def require(value: Any, kind: type, place: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise NotAResultBook(f"{place or '文件'} 应为{KINDS[kind]}")


# --- Numbers ------------------------------------------------------------------------------------------------------


def shown_text(value: Fraction, places: int) -> str:
    """Rounded half up to exactly this many places."""
    digits = str(math.floor(value * 10**places + Fraction(1, 2))).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def decimal_text(value: Fraction) -> str:
    """A sum of hundredths, written plainly."""
    return shown_text(value, 2).rstrip("0").rstrip(".")


def add(values: Iterable[Fraction | str]) -> Fraction:
    return sum((Fraction(value) for value in values), ZERO)


def mean(values: Sequence[Fraction]) -> Fraction:
    return add(values) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    return mean(sorted(values)[(len(values) - 1) // 2 : len(values) // 2 + 1])


def exact(value: Any) -> Any:
    """The same value with every fraction as text."""
    match value:
        case Fraction():
            return str(value)
        case dict():
            return {key: exact(item) for key, item in value.items()}
        case list():
            return [exact(item) for item in value]
    return value


def digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- What rules and input must fulfil -----------------------------------------------------------------------------


def repeated(values: Iterable[Any], place: str) -> Iterator[str]:
    yield from (f"{place}：{value} 重复" for value, times in Counter(values).items() if times > 1)


def failed(place: str, *claims: tuple[bool, str]) -> Iterator[str]:
    yield from (f"{place}：{text}" for holds, text in claims if not holds)


def check_rules(book: Obj) -> Iterator[str]:
    rules, groups = book["rulebook"], book["rulebook"]["groups"]
    criteria = {s["code"]: [c["code"] for c in s.get("criteria", [])] for s in rules["segments"]}
    weight = add(s["weight"] for s in rules["segments"] if s["scored_by"] != "none")
    yield from repeated((s["code"] for s in rules["segments"]), "rulebook.segments")
    yield from failed(
        "rulebook",
        (weight == 100, f"各环节权重之和为 {decimal_text(weight)}，应为 100"),
        (any(criteria.values()), "没有评委打分的环节"),
        (rules["aggregation"]["min_valid_marks"] > 0, "aggregation.min_valid_marks 应不小于 1"),
        (rules["rounding"]["places"] <= 4, "rounding.places 应为 0 至 4"),
    )
    for index, segment in enumerate(rules["segments"]):
        keys = {"panel": {"criteria"}, "quiz": {"max_points"}, "none": set()}[segment["scored_by"]]
        yield from failed(
            f"rulebook.segments[{index}] 环节 {segment['code']}",
            (keys == {"criteria", "max_points"} & segment.keys(), "评分项或满分与评分方式不符"),
            (segment["scored_by"] != "panel" or bool(criteria[segment["code"]]), "没有评分项"),
            (segment["scored_by"] != "none" or segment["weight"] == "0", "不计分的环节权重应为 0"),
        )
        yield from repeated(criteria[segment["code"]], f"rulebook.segments[{index}].criteria")
    for index, rule in enumerate(rules["penalties"]):
        like = [r for r in rules["penalties"][:index] if all(r[key] == rule[key] for key in ("segment", "when"))]
        sign = 1 if rule["when"] == "over" else -1
        yield from failed(
            f"rulebook.penalties[{index}] {rule['code']}",
            (rule["segment"] in criteria, "没有这个环节"),
            (rule["per_seconds"] != 0, "计罚单位不能是 0 秒"),
            (rule["code"] != "deduction", "规则的编号不能是 deduction"),
            (all(sign * r["limit_seconds"] > sign * rule["limit_seconds"] for r in like), "排在较宽的时限之后，用不到"),
        )
    for index, step in enumerate(rules["tie_chain"]):
        named = [step.get(key) for key in ("segment", "criterion")]
        known = named[1] in criteria.get(named[0], []) if step["kind"] == "criterion" else named == [None, None]
        yield from failed(f"rulebook.tie_chain[{index}]", (known, "环节或评分项不对"))
    yield from repeated((group["code"] for group in groups), "rulebook.groups")
    yield from failed("round.group", (any(g["code"] == book["round"]["group"] for g in groups), "细则中没有这个组别"))
    for index, group in enumerate(groups):
        lines = [line["code"] for line in group["tiers"] + group["titles"]]
        yield from repeated([*lines, "reserves"], f"rulebook.groups[{index}] 奖项")
        for tier in group["tiers"]:
            keys = {"count", "percent", "percent_rounding", "rest"} & tier.keys()
            rest_is_last = "rest" not in keys or (tier["rest"] and tier is group["tiers"][-1])
            claim = keys in ({"count"}, {"percent", "percent_rounding"}, {"rest"}) and rest_is_last, "名额写法不对"
            yield from failed(f"rulebook.groups[{index}] 奖项 {tier['code']}", claim)


def check_input(book: Obj) -> Iterator[str]:
    rules, given = book["rulebook"], book["input"]
    segments = {segment["code"]: segment for segment in rules["segments"]}
    codes = [entry["code"] for entry in given["entries"]]
    yield from chain(repeated(given["judges"], "input.judges"), repeated(codes, "input.entries"))
    for index, entry in enumerate(given["entries"]):
        place = f"input.entries[{index}] 选手 {entry['code']}"
        yield from failed(place, (entry["seconds"].keys() <= segments.keys(), "用时所记的环节不存在"))
        for code, score in entry["quiz"].items():
            most = segments.get(code, {}).get("max_points")
            claim = most is not None and Fraction(score) <= Fraction(most), f"答题成绩 {code} {score} 不可能"
            yield from failed(place, claim)
    for kind in ("runoffs", "decisions"):
        for index, item in enumerate(given[kind]):
            order = item["order"] if kind == "decisions" else list(chain(*item["order"]))
            yield from repeated(order, f"input.{kind}[{index}]")
            yield from failed(f"input.{kind}[{index}]", (set(order) <= set(codes), "有不存在的选手编号"))
    panel = [code for code, segment in segments.items() if segment["scored_by"] == "panel"]
    wanted = list(product(codes, panel, given["judges"]))
    listed = [(sheet["entry"], sheet["segment"], sheet["judge"]) for sheet in given["sheets"]]
    if "assigned" in given:  # what is missing was not assigned: only the sheets that are listed are wanted
        yield from failed("input.assigned", (given["assigned"], "只能是 true"))
        present = set(listed)
        wanted = [key for key in wanted if key in present]
    for word, keys in ("缺少", Counter(wanted) - Counter(listed)), ("多出", Counter(listed) - Counter(wanted)):
        yield from (f"input.sheets：{word}选手 {e} 环节 {s} 评委 {j} 的评分表" for e, s, j in keys)
    yield from failed("input.sheets", (sorted(listed) != sorted(wanted) or listed == wanted, "评分表的次序不对"))
    for index, sheet in enumerate(given["sheets"]):
        place = f"input.sheets[{index}] 评委 {sheet['judge']} 选手 {sheet['entry']}"
        place += f" 环节 {sheet['segment']}" if len(panel) > 1 else ""
        yield from check_sheet(sheet, segments.get(sheet["segment"], {}).get("criteria", []), place)


def check_sheet(sheet: Obj, criteria: list[Obj], place: str) -> Iterator[str]:
    marks = sheet["marks"]
    if sheet["state"] != "submitted":
        yield from failed(place, (marks is None and sheet["total"] is None, f"状态为 {sheet['state']}，不应有分数"))
        return
    if marks is None or marks.keys() != {criterion["code"] for criterion in criteria}:
        yield f"{place}：单项分与评分项不符"
        return
    for criterion in criteria:
        text, most, step = marks[criterion["code"]], criterion["max_points"], criterion["step"]
        yield from failed(
            f"{place} {criterion['code']} {text}",
            (Fraction(text) <= Fraction(most), f"超过满分 {most}"),
            (Fraction(text) % Fraction(step) == 0, f"不合步长 {step}"),
        )
    total = decimal_text(add(marks.values()))
    yield from failed(place, (sheet["total"] == total, f"总分 {sheet['total']}，单项分之和为 {total}"))


# --- How a result is computed (the clauses of docs/result-book.md) ------------------------------------------------


class Recount:
    """Computes `output` from `rulebook`, `input` and `round.group` alone; values stay fractions to the end."""

    def __init__(self, book: Obj) -> None:
        self.rules, self.given = book["rulebook"], book["input"]
        self.group = next(group for group in self.rules["groups"] if group["code"] == book["round"]["group"])
        self.place = {e["code"]: (e["order"], e["code"]) for e in self.given["entries"]}
        self.states: dict[str, set[str]] = {code: set() for code in self.place}
        self.submitted: dict[tuple[str, str], list[Obj]] = {}
        for sheet in self.given["sheets"]:
            self.states[sheet["entry"]].add(sheet["state"])
            if sheet["state"] == "submitted":
                self.submitted.setdefault((sheet["entry"], sheet["segment"]), []).append(sheet)

    def trim(self, values: list[Fraction], judges: list[str]) -> tuple[Fraction, list[str]]:
        """Clause 2: the mean of what is kept, and whose values were dropped, in judge order."""
        rules = self.rules["aggregation"]
        low, high, count = rules["drop_low"], rules["drop_high"], len(values)
        if count < rules["min_panel_for_drop"] or count <= low + high:
            low = high = 0
        kept = sorted(range(count), key=lambda index: (values[index], index))[low : count - high]
        return mean([values[i] for i in kept]), [judges[i] for i in range(count) if i not in kept]

    def segment(self, entry: Obj, segment: Obj) -> Obj:
        """Clauses 1 and 2 for one segment of one entry."""
        if segment["scored_by"] == "quiz":
            score = Fraction(entry["quiz"][segment["code"]]) if segment["code"] in entry["quiz"] else None
            numbers = dict.fromkeys(("untrimmed", "median", "exact"), score)
            return {"segment": segment["code"], "counted": 0, "dropped": {}, **numbers}
        sheets = self.submitted.get((entry["code"], segment["code"]), [])
        columns = {c["code"]: [Fraction(sheet["marks"][c["code"]]) for sheet in sheets] for c in segment["criteria"]}
        totals = [add(row) for row in zip(*columns.values(), strict=True)]
        units = {"total": totals} if self.rules["aggregation"]["level"] == "total" else columns
        row: Obj = {"segment": segment["code"], "counted": len(sheets), "dropped": {unit: [] for unit in units}}
        if not sheets:
            return {**row, "untrimmed": None, "median": None, "exact": None}
        trimmed = {unit: self.trim(values, [s["judge"] for s in sheets]) for unit, values in units.items()}
        row["dropped"] = {unit: judges for unit, (_, judges) in trimmed.items()}
        row |= {"untrimmed": mean(totals), "median": median(totals)}
        return {**row, "exact": add(value for value, _ in trimmed.values())}

    def weigh(self, row: Obj, field: str) -> Fraction:
        """Clause 3, for the aggregate and for the like values of the tie chain."""
        weights = {segment["code"]: Fraction(segment["weight"]) for segment in self.rules["segments"]}
        return add(weights[part["segment"]] * part[field] for part in row["segments"]) / 100

    def penalties(self, entry: Obj) -> Iterator[tuple[str, Fraction]]:
        """Clause 4: of each segment and each `when` the first rule that matches, then every deduction."""
        seen = set()
        for rule in self.rules["penalties"]:
            seconds = entry["seconds"].get(rule["segment"], rule["limit_seconds"])
            beyond = (seconds - rule["limit_seconds"]) * (1 if rule["when"] == "over" else -1)
            if beyond <= 0 or (rule["segment"], rule["when"]) in seen:
                continue
            seen.add((rule["segment"], rule["when"]))
            points = Fraction(rule["points"]) * (math.ceil(Fraction(beyond, rule["per_seconds"] or beyond)))
            yield rule["code"], points if rule["cap"] is None else min(points, Fraction(rule["cap"]))
        yield from (("deduction", Fraction(line["points"])) for line in entry["deductions"])

    def reason(self, entry: Obj, row: Obj) -> str | None:
        """Clause 5, in its order."""
        panel = {s["code"] for s in self.rules["segments"] if s["scored_by"] == "panel"}
        fewest = min(part["counted"] for part in row["segments"] if part["segment"] in panel)
        reasons = {
            entry["status"]: entry["status"] != "competing",
            "waiting": bool(self.states[entry["code"]] & {"pending", "draft", "returned"}),
            "no_marks": "submitted" not in self.states[entry["code"]],
            "too_few_marks": fewest < self.rules["aggregation"]["min_valid_marks"],
            "quiz_missing": any(part["exact"] is None for part in row["segments"]),
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def row(self, entry: Obj) -> Obj:
        """Clauses 1 to 6: a standing without its rank."""
        scored = [segment for segment in self.rules["segments"] if segment["scored_by"] != "none"]
        penalties = list(self.penalties(entry))
        penalty = add(points for _, points in penalties)
        row: Obj = {"entry": entry["code"], "segments": [self.segment(entry, segment) for segment in scored]}
        row |= {"aggregate": None, "penalties": [{"source": s, "points": decimal_text(p)} for s, p in penalties]}
        row |= {"penalty": decimal_text(penalty), "exact": None, "shown": None}
        row |= {"reason": self.reason(entry, row), "rank": None, "tied": False}
        if row["reason"] is None:
            row["aggregate"] = self.weigh(row, "exact")
            row["exact"] = max(ZERO, row["aggregate"] - penalty)
            row["shown"] = shown_text(row["exact"], self.rules["rounding"]["places"])
        return row

    def ranking(self, row: Obj) -> Fraction:
        """Clause 6."""
        return Fraction(row["exact"] if self.rules["rounding"]["rank_by"] == "exact" else row["shown"])

    def tie_values(self, step: Obj, tied: list[Obj]) -> dict[str, Fraction] | None:
        """Clause 7: what one step says about exactly these rows; None if it does not apply."""
        codes = [row["entry"] for row in tied]
        match step["kind"]:
            case "criterion":
                sheets = {code: self.submitted[code, step["segment"]] for code in codes}
                return {c: mean([Fraction(s["marks"][step["criterion"]]) for s in sheets[c]]) for c in codes}
            case "untrimmed_mean":
                return {row["entry"]: self.weigh(row, "untrimmed") for row in tied}
            case "median":
                return {row["entry"]: self.weigh(row, "median") for row in tied}
            case "decision":
                decided = [d["order"] for d in self.given["decisions"] if set(d["order"]) == set(codes)]
                orders = [[[code] for code in decided[-1]]] if decided else []
            case _:
                runoffs = [runoff["order"] for runoff in self.given["runoffs"]]
                orders = [order for order in runoffs if set(codes) <= set(chain(*order))]
        if not orders:
            return None
        ahead = {c: list(chain(*orders[0][:i])) for i, group in enumerate(orders[0]) for c in group}
        return {code: Fraction(1 + len(set(ahead[code]) & set(codes))) for code in codes}

    def break_tie(self, tied: list[Obj]) -> tuple[list[list[Obj]], list[Obj]]:
        """Clause 7: the final grouping of one tied set, and the steps that were tried."""
        groups, steps = [tied], []
        for step in self.rules["tie_chain"]:
            sign = 1 if step["kind"] in ("runoff", "decision") else -1
            split: list[list[Obj]] = []
            for group in groups:
                values = self.tie_values(step, group) if len(group) > 1 else None
                if values is None:
                    split.append(group)
                    continue
                order = sorted(set(values.values()), key=lambda value: sign * value)
                split += [[row for row in group if values[row["entry"]] == value] for value in order]
                steps.append({**step, "values": values, "split": len(order) > 1})
            groups = split
        return groups, steps

    def allot(self, groups: list[list[Obj]], line: str, size: int, start: int) -> tuple[int, list[Obj]]:
        """Clause 9: where a line falls, and the unresolved tie that straddles it if that blocks."""
        edges = [0]
        for group in groups:
            edges.append(edges[-1] + len(group))
        end = min(start + size, edges[-1])
        if size == 0 or end in edges:
            return end, []
        before = max(edge for edge in edges if edge < end)
        if self.rules["boundary"] == "block":
            return end, [{"line": line, "entries": [row["entry"] for row in groups[edges.index(before)]]}]
        return before if self.rules["boundary"] == "share_down" else min(edge for edge in edges if edge > end), []

    def awards(self, groups: list[list[Obj]]) -> Obj:
        """Clause 9."""
        ranked = [row["entry"] for row in chain(*groups)]
        end = advanced = 0
        placements: list[Obj] = []
        titles: list[Obj] = []
        blocked: list[Obj] = []
        for tier in self.group["tiers"]:
            start, (end, boundary) = end, self.allot(groups, tier["code"], quota(tier, len(ranked)), end)
            placements += [{"entry": c, "tier": tier["code"], "advances": tier["advances"]} for c in ranked[start:end]]
            advanced, blocked = end if tier["advances"] else advanced, blocked + boundary
        for title in self.group["titles"]:
            end, boundary = self.allot(groups, title["code"], title["count"], 0)
            titles += [{"entry": code, "title": title["code"]} for code in ranked[:end]]
            blocked += boundary
        reserves = self.group["reserves"] if any(tier["advances"] for tier in self.group["tiers"]) else 0
        end, boundary = self.allot(groups, "reserves", reserves, advanced)
        awards = {"boundaries": blocked + boundary, "placements": placements, "titles": titles}
        awards["finalists"] = [placed["entry"] for placed in placements if placed["advances"]]
        awards["reserves"] = ranked[advanced:end]
        return {key: [] if awards["boundaries"] and key != "boundaries" else value for key, value in awards.items()}

    def output(self) -> Obj:
        """Clauses 7 to 9 over all rows."""
        rows = sorted(map(self.row, self.given["entries"]), key=lambda row: self.place[row["entry"]])
        ranked = sorted((row for row in rows if not row["reason"]), key=self.ranking, reverse=True)
        groups: list[list[Obj]] = []
        ties: list[Obj] = []
        for value, equal in groupby(ranked, key=self.ranking):
            tied = list(equal)
            order, steps = self.break_tie(tied)
            groups += order
            if len(tied) > 1:
                codes = [[row["entry"] for row in group] for group in order]
                tie = {"value": value, "entries": [row["entry"] for row in tied], "steps": steps}
                ties.append({**tie, "order": codes, "resolved": len(order) == len(tied)})
        standings: list[Obj] = []
        for group in groups:
            standings += [{**row, "rank": len(standings) + 1, "tied": len(group) > 1} for row in group]
        decided = [set(step["values"]) for tie in ties for step in tie["steps"] if step["kind"] == "decision"]
        unused = [i for i, decision in enumerate(self.given["decisions"]) if set(decision["order"]) not in decided]
        return {
            "standings": exact(standings + [row for row in rows if row["reason"]]),
            "ties": exact(ties),
            **self.awards(groups),
            "unused_decisions": unused,
            "counts": {"entries": len(rows), "ranked": len(ranked)},
        }


def quota(tier: Obj, ranked: int) -> int:
    """Clause 9: the number of places of a tier."""
    if "percent" not in tier:
        return ranked if "rest" in tier else int(tier["count"])
    share = Fraction(tier["percent"]) * ranked / 100
    shift = {"floor": ZERO, "half_up": Fraction(1, 2)}.get(tier["percent_rounding"])
    return math.ceil(share) if shift is None else math.floor(share + shift)


# --- The comparison -----------------------------------------------------------------------------------------------

MISSING = object()
# fmt: off
LABELS = {
    "counted": "有效评分数", "dropped": "去掉的评分", "untrimmed": "未去高低的平均分", "median": "中位数",
    "exact": "精确得分", "aggregate": "汇总得分", "penalties": "扣分", "penalty": "扣分合计", "shown": "公布得分",
    "reason": "不排名的原因", "rank": "名次", "tied": "是否并列",
}
# fmt: on


def differences(given: Any, right: Any, place: str, label: str = "") -> Iterator[str]:
    """Each leaf of `given` that is not what it should be; true is not 1."""
    if isinstance(given, dict) and isinstance(right, dict):
        for key in [*right, *(key for key in given if key not in right)]:
            one, other, name = given.get(key, MISSING), right.get(key, MISSING), LABELS.get(key, label)
            yield from differences(one, other, f"{place}.{key}", name)
    elif isinstance(given, list) and isinstance(right, list) and len(given) == len(right):
        for index, (one, other) in enumerate(zip(given, right, strict=True)):
            yield from differences(one, other, f"{place}[{index}]", label)
    elif type(given) is not type(right) or given != right:
        yield f"{place}{label and ' ' + label}：书中为 {written(given)}，重算为 {written(right)}"


def written(value: Any) -> str:
    return "（无）" if value is MISSING else json.dumps(value, ensure_ascii=False).strip('"')


def compare_output(given: Obj, right: Obj) -> Iterator[str]:
    """Standings entry by entry, so that one wrong rank does not hide in a shifted list; then the rest."""
    rows = given.get("standings")
    rows = [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
    order, proper = [row.get("entry") for row in rows], [row["entry"] for row in right["standings"]]
    for row in right["standings"]:
        if row["entry"] in order:
            index = order.index(row["entry"])
            yield from differences(rows[index], row, f"output.standings[{index}] 选手 {row['entry']}")
    if order != proper:
        yield f"output.standings 次序：书中为 {written(order)}，重算为 {written(proper)}"
    yield from differences(given | {"standings": None}, right | {"standings": None}, "output")


def verify(book: Obj) -> list[str]:
    """Every difference, from marks to standings, then the digests; an empty list means that the book agrees.

    Raises NotAResultBook where keys are missing or unknown or types are wrong.
    """
    lines = list(examine(book, BOOK, ""))
    if not lines:
        lines = [*check_rules(book), *check_input(book)]
        try:
            lines += compare_output(book["output"], Recount(book).output())
        except (LookupError, ArithmeticError, TypeError, ValueError, StopIteration):
            if not lines:  # the checks above let through what cannot be computed: that is a fault of this program
                raise
            lines.append("以上各处有误，名次无法重算")
    right = {key: digest(book[key]) for key in ("rulebook", "input", "output")}
    right["snapshot"] = digest({key: book[key] for key in right})
    return [*lines, *differences(book["digests"], right, "digests", "摘要")]


# --- The command --------------------------------------------------------------------------------------------------


def unique_keys(pairs: list[tuple[str, Any]]) -> Obj:
    """Readers of JSON differ in which of two equal keys they keep, so a book may not have any."""
    if len(dict(pairs)) != len(pairs):
        raise NotAResultBook("同一对象中有重复的键")
    return dict(pairs)


def read_book(path: Path) -> Obj:
    try:
        book = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=unique_keys)
        digest(book)  # finds what UTF-8 cannot write
    except OSError as error:
        raise NotAResultBook(f"文件读不出：{error.strerror}") from error
    except UnicodeError as error:
        raise NotAResultBook("文件不是 UTF-8 文本") from error
    except (ValueError, RecursionError) as error:
        raise NotAResultBook(f"文件不是 JSON：{error}") from error
    if not isinstance(book, dict) or book.get("format") != FORMAT:
        raise NotAResultBook(f"格式不是 {FORMAT}")
    return book


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that cannot print a title still gets the answer
    parser = argparse.ArgumentParser(description="按细则和分数重算一份成绩册，逐处指出不同。")
    parser.add_argument("book", type=Path, metavar="result-book.json")
    try:
        book = read_book(parser.parse_args(arguments).book)
        lines = verify(book)
    except NotAResultBook as error:
        print(f"这不是一份成绩册：{error}", file=sys.stderr)
        return 2
    name = f"{book['edition']['title']} {book['round']['title']}，定格成绩第 {book['snapshot']['number']} 号"
    if lines:
        print(f"核对不符：{name}，共 {len(lines)} 处", *lines, sep="\n")
        return 1
    print(f"核对一致：{name}", f"定格摘要 {book['digests']['snapshot']}", sep="\n")
    print(f"台账根 {book['ledger']['root']}（第 {book['ledger']['number']} 条）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
