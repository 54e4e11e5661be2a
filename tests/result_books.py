"""Result books for tests, made without the engine: the golden contest of reference/vectors.md §6, and random ones."""

import random
from fractions import Fraction
from statistics import median
from typing import Any

from tools.verify_result_book import Recount, digest

Obj = dict[str, Any]

# reference/vectors.md §6: totals of J1..J7, trimmed mean, rank after the chain step "untrimmed mean".
GOLDEN = {
    "C01": ("88.5 90.5 90.5 87.5 91.0 87.0 90.0", "89.4", 4),
    "C02": ("87.0 85.0 86.0 86.5 88.5 85.0 84.0", "85.9", 9),
    "C03": ("91.5 94.5 91.5 91.5 91.0 89.5 89.5", "91", 2),
    "C04": ("82.0 81.5 85.5 84.0 85.5 78.0 83.0", "83.2", 11),
    "C05": ("86.5 88.0 86.0 86.5 88.0 85.5 90.0", "87", 8),
    "C06": ("88.0 91.0 94.0 89.5 93.0 90.0 91.0", "90.9", 3),
    "C07": ("78.0 82.0 85.5 78.5 85.5 81.0 80.5", "81.5", 12),
    "C08": ("89.5 89.5 85.5 86.5 90.0 85.5 88.5", "87.9", 7),
    "C09": ("87.5 90.5 93.0 87.0 91.5 87.0 89.5", "89.2", 5),
    "C10": ("81.0 84.0 85.5 86.5 89.5 81.5 83.5", "84.2", 10),
    "C11": ("88.0 84.0 88.0 87.5 92.5 88.5 87.5", "87.9", 6),
    "C12": ("90.0 91.5 96.0 90.5 93.5 91.5 92.0", "91.8", 1),
}
JUDGES = [f"J{number}" for number in range(1, 8)]


def rulebook() -> Obj:
    """One panel segment of 50 + 30 + 20, seven judges, one high and one low dropped, 金奖 2 + 一等奖 4 advance."""
    maxima = {"content": ("内容陈述", "50"), "delivery": ("表达效果", "30"), "image": ("整体形象", "20")}
    criteria = [
        {"code": code, "title": title, "max_points": most, "step": "0.5", "description": f"{title}的要求"}
        for code, (title, most) in maxima.items()
    ]
    segment = {"code": "self", "title": "自主命题讲解", "weight": "100", "scored_by": "panel", "criteria": criteria}
    under = {"code": "under", "when": "under", "limit_seconds": 180, "per_seconds": None, "points": "2", "cap": None}
    over = {"code": "over", "when": "over", "limit_seconds": 240, "per_seconds": 15, "points": "2", "cap": "6"}
    tiers = [
        {"code": "gold", "title": "金奖", "count": 2, "advances": True},
        {"code": "first", "title": "一等奖", "count": 4, "advances": True},
        {"code": "second", "title": "二等奖", "percent": "20", "percent_rounding": "half_up", "advances": False},
        {"code": "merit", "title": "优秀奖", "rest": True, "advances": False},
    ]
    titles = [{"code": "top10", "title": "十佳科普使者", "count": 10}]
    group = {"code": "adult", "title": "成年组", "tiers": tiers, "titles": titles, "reserves": 2, "extra_nominees": 1}
    return {
        "format": "mingping-rulebook/1",
        "title": "讲解大赛评分细则",
        "segments": [segment],
        "aggregation": {
            "level": "total",
            "drop_high": 1,
            "drop_low": 1,
            "min_panel_for_drop": 5,
            "min_valid_marks": 3,
        },
        "penalties": [{**rule, "segment": "self", "stop": False} for rule in (under, over)],
        "rounding": {"places": 2, "rank_by": "exact"},
        "tie_chain": [{"kind": kind} for kind in ("untrimmed_mean", "median", "runoff", "decision")],
        "boundary": "block",
        "groups": [group],
    }


def entry(code: str, order: int, **changes: Any) -> Obj:
    defaults = {"title": f"题目{code}", "status": "competing", "seconds": {}, "quiz": {}, "deductions": []}
    return {"code": code, "order": order, **defaults, **changes}


def plain(value: Fraction) -> str:
    """A finite decimal as a result book writes it."""
    text = f"{float(value):.2f}"
    return text.rstrip("0").rstrip(".")


def sheet(judge: str, code: str, segment: str, marks: dict[str, Fraction] | str) -> Obj:
    """A submitted sheet with these marks, or one in the state named."""
    keys = {"judge": judge, "entry": code, "segment": segment}
    if isinstance(marks, str):
        return {**keys, "state": marks, "marks": None, "total": None}
    texts = {criterion: plain(mark) for criterion, mark in marks.items()}
    return {**keys, "state": "submitted", "marks": texts, "total": plain(sum(marks.values(), Fraction(0)))}


def split(total: str) -> dict[str, Fraction]:
    """A total in three marks on the half point: about 50 %, about 30 %, and what is left."""
    points = Fraction(total)
    content, delivery = (Fraction(int(points * share / 50), 2) for share in (50, 30))
    return {"content": content, "delivery": delivery, "image": points - content - delivery}


def seal(book: Obj) -> Obj:
    """The digests that a forger would recompute."""
    parts = {key: book[key] for key in ("rulebook", "input", "output")}
    book["digests"] = {**{key: digest(value) for key, value in parts.items()}, "snapshot": digest(parts)}
    return book


def book_of(rules: Obj, given: Obj, output: Obj | None = None) -> Obj:
    book = {
        "format": "mingping-result-book/1",
        "edition": {"slug": "2026", "title": "2026 年科技活动周"},
        "round": {"title": "成年组决赛", "group": rules["groups"][0]["code"]},
        "snapshot": {"number": 3, "created_at": "2026-05-21T02:15:30.123Z"},
        "rulebook": rules,
        "input": given,
        "output": output,
        "ledger": {"number": 412, "root": "0123456789abcdef" * 4},
    }
    if output is None:
        book["output"] = Recount(book).output()
    return seal(book)


def golden_input() -> Obj:
    return {
        "judges": JUDGES,
        "entries": [entry(code, order) for order, code in enumerate(GOLDEN, 1)],
        "sheets": [
            sheet(judge, code, "self", split(total))
            for code, (totals, _, _) in GOLDEN.items()
            for judge, total in zip(JUDGES, totals.split(), strict=True)
        ],
        "runoffs": [],
        "decisions": [],
    }


def golden_standing(code: str) -> Obj:
    totals, trimmed, rank = GOLDEN[code]
    values = [Fraction(total) for total in totals.split()]
    by_value = sorted(range(7), key=lambda index: (values[index], index))
    segment = {
        "segment": "self",
        "counted": 7,
        "dropped": {"total": [JUDGES[index] for index in sorted((by_value[0], by_value[-1]))]},
        "exact": str(Fraction(trimmed)),
        "untrimmed": str(sum(values) / 7),
        "median": str(median(values)),
    }
    return {
        "entry": code,
        "rank": rank,
        "tied": False,
        "reason": None,
        "segments": [segment],
        "aggregate": str(Fraction(trimmed)),
        "penalties": [],
        "penalty": "0",
        "exact": str(Fraction(trimmed)),
        "shown": f"{float(trimmed):.2f}",
    }


def golden_output() -> Obj:
    """By hand from the table: 12 ranked, the tie at 87.9 resolved for C11 (616 against 615), two and four advance."""
    ranked = sorted(GOLDEN, key=lambda code: GOLDEN[code][2])
    tiers = {"gold": ["C12", "C03"], "first": ["C06", "C01", "C09", "C11"], "second": ["C08", "C05"]}
    tiers["merit"] = ["C02", "C10", "C04", "C07"]
    step = {"kind": "untrimmed_mean", "values": {"C08": "615/7", "C11": "88"}, "split": True}
    tie = {"value": "879/10", "entries": ["C08", "C11"], "steps": [step], "order": [["C11"], ["C08"]], "resolved": True}
    return {
        "standings": [golden_standing(code) for code in ranked],
        "ties": [tie],
        "boundaries": [],
        "placements": [
            {"entry": code, "tier": tier, "advances": tier in ("gold", "first")}
            for tier, codes in tiers.items()
            for code in codes
        ],
        "titles": [{"entry": code, "title": "top10"} for code in ranked[:10]],
        "finalists": ["C12", "C03", "C06", "C01", "C09", "C11"],
        "reserves": ["C08", "C05"],
        "unused_decisions": [],
        "counts": {"entries": 12, "ranked": 12},
    }


def golden_book() -> Obj:
    return book_of(rulebook(), golden_input(), golden_output())


def random_rulebook(dice: random.Random) -> Obj:
    rules = rulebook()
    high, low = dice.randint(0, 2), dice.randint(0, 2)
    rules["aggregation"] = {
        "level": dice.choice(["total", "criterion"]),
        "drop_high": high,
        "drop_low": low,
        "min_panel_for_drop": dice.randint(high + low + 1, 6),
        "min_valid_marks": dice.randint(1, 3),
    }
    rules["rounding"] = {"places": dice.choice([0, 1, 2, 2, 3, 4]), "rank_by": dice.choice(["exact", "rounded"])}
    rules["boundary"] = dice.choice(["block", "share_up", "share_down"])
    random_segments(dice, rules)
    tiers, group = rules["groups"][0]["tiers"], rules["groups"][0]
    tiers[0]["count"], tiers[1]["count"] = dice.randint(1, 2), dice.randint(1, 3)
    tiers[1]["advances"] = dice.random() < 0.8
    tiers[2]["percent"] = dice.choice(["5", "12.5", "20", "33.33"])
    tiers[2]["percent_rounding"] = dice.choice(["floor", "half_up", "ceil"])
    rules["groups"][0]["tiers"] = tiers[: dice.randint(1, 4)]
    group["titles"] = [{"code": f"t{size}", "title": "称号", "count": size} for size in dice.sample([1, 2, 3, 5], 2)]
    group["reserves"] = dice.randint(0, 3)
    return rules


def random_segments(dice: random.Random, rules: Obj) -> None:
    """One to three segments: the panel's first one, perhaps a second panel one, a quiz, one that is only shown."""
    first = rules["segments"][0]
    second = {**first, "code": "topic", "title": "随机命题讲解", "criteria": first["criteria"][:2]}
    quiz = {"code": "quiz", "title": "知识问答", "scored_by": "quiz", "max_points": "20"}
    shown = {"code": "talk", "title": "评委问答", "weight": "0", "scored_by": "none"}
    shape = dice.randrange(4)
    weights = [["100"], ["60", "40"], ["66.67", "33.33"], ["50", "30", "20"]][shape]
    chosen = [[first], [first, second], [quiz, first], [first, second, quiz]][shape]
    rules["segments"] = [{**segment, "weight": weight} for segment, weight in zip(chosen, weights, strict=True)]
    if dice.random() < 0.3:
        rules["segments"].insert(1, shown)
    panel = [segment["code"] for segment in rules["segments"] if segment["scored_by"] == "panel"]
    steps: list[Obj] = [{"kind": kind} for kind in ("untrimmed_mean", "median", "runoff")]
    steps += [{"kind": "criterion", "segment": code, "criterion": "content"} for code in panel]
    rules["tie_chain"] = dice.sample(steps, dice.randint(0, len(steps))) + [{"kind": "decision"}] * dice.randint(0, 1)
    harsher = {**rules["penalties"][1], "code": "far", "limit_seconds": 300, "per_seconds": None, "points": "5.5"}
    late = {**rules["penalties"][1], "code": "late", "segment": panel[-1], "cap": None, "points": "0.25"}
    rules["penalties"] = [harsher, *rules["penalties"]] + ([late] if len(panel) > 1 else [])


def random_book(seed: int) -> Obj:
    """Coarse marks, so that ties are common; absences, recusals, penalties, withdrawals, run-offs and decisions."""
    dice = random.Random(seed)
    rules = random_rulebook(dice)
    judges = JUDGES[: dice.randint(3, 7)]
    codes = [f"{number:02}" for number in range(1, dice.randint(4, 11))]
    panel = [segment for segment in rules["segments"] if segment["scored_by"] == "panel"]
    quizzes = [segment["code"] for segment in rules["segments"] if segment["scored_by"] == "quiz"]
    entries = []
    for code in codes:
        deductions = [{"points": dice.choice(["1", "0.5"]), "reason": "超出范围"}] * (dice.random() < 0.15)
        entries.append(
            entry(
                code,
                dice.randint(1, len(codes)),  # equal ones go on by code
                status=dice.choices(["competing", "withdrawn", "ineligible", "forfeited"], [20, 1, 1, 1])[0],
                seconds={
                    s["code"]: dice.choice([170, 200, 239, 240, 241, 256, 301]) for s in panel if dice.random() < 0.3
                },
                quiz={code: dice.choice(["10", "15.5", "20"]) for code in quizzes if dice.random() < 0.95},
                deductions=deductions,
            )
        )
    spread = dice.choice([0, 1, 1, 2])  # 0: all marks equal, all ties
    sheets = []
    for item in entries:
        for segment in panel:
            for judge in judges:
                state = dice.choices(
                    ["", "absent", "recused", "pending", "draft", "returned"], [100, 4, 4, 0.2, 0.2, 0.2]
                )[0]
                marks = {c["code"]: Fraction(dice.randint(36, 36 + spread), 2) for c in segment["criteria"]}
                sheets.append(sheet(judge, item["code"], segment["code"], state or marks))
    given = {"judges": judges, "entries": entries, "sheets": sheets, "runoffs": [], "decisions": []}
    return resolve_some(dice, book_of(rules, given))


def resolve_some(dice: random.Random, book: Obj) -> Obj:
    """Answers some of its ties by run-offs and decisions, some of them beside the point."""
    for tie in book["output"]["ties"]:
        left = max(tie["order"], key=len)
        order = dice.sample(left, len(left))
        if dice.random() < 0.4:
            cut = dice.randint(1, len(order))
            groups = [group for group in (order[:cut], order[cut:]) if group]
            book["input"]["runoffs"].append({"order": groups})
        if dice.random() < 0.6:
            book["input"]["decisions"].append({"order": dice.sample(left, len(left)), "reason": "评审组集体裁定"})
    if dice.random() < 0.1:
        book["input"]["decisions"].append({"order": [book["input"]["entries"][0]["code"]], "reason": "与并列无关"})
    return book_of(book["rulebook"], book["input"])


def sparse_book(seed: int) -> Obj:
    """A random book of an assigned round: about half of its sheets were not assigned to anybody."""
    book = random_book(seed)
    dice = random.Random(seed + 1000)
    given = book["input"]
    sheets = [each for each in given["sheets"] if dice.random() < 0.5]
    return book_of(book["rulebook"], {**given, "sheets": sheets, "assigned": True})
