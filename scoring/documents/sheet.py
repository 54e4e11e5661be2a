"""评分汇总表: the result on paper, signed by four hands, with the digests that make the file checkable."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring.documents.wording import (
    REASON_WORDS,
    STATE_WORDS,
    Document,
    in_groups,
    judged_group,
    local_time,
    panel_segments,
    quiz_segments,
    rules_in_words,
    segment_title,
    ties_in_words,
)
from scoring.engine import round_half_up

SIGNATURES = ("统计员", "复核人", "监督员", "评审组长")
UNDECIDED = "待裁定"


def result_sheet_context(book: Document) -> dict[str, Any]:
    """What `scoring/book_print.html` shows of a result book: one snapshot, every figure ready to print."""
    rulebook = book["rulebook"]
    return {
        "edition": book["edition"]["title"],
        "round": book["round"]["title"],
        "group": judged_group(book)["title"],
        "number": book["snapshot"]["number"],
        "taken_at": local_time(book["snapshot"]["created_at"]),
        "digest": in_groups(book["digests"]["snapshot"]),
        "root": in_groups(book["ledger"]["root"]),
        "root_number": book["ledger"]["number"],
        "counts": book["output"]["counts"],
        "judges": book["input"]["judges"],
        "quizzes": [segment["title"] for segment in quiz_segments(rulebook)],
        "has_segments": len(panel_segments(rulebook)) > 1,
        "assigned": book["input"].get("assigned", False),
        "rows": _rows(book),
        "dropping": _dropping_in_words(rulebook["aggregation"]),
        "rules": rules_in_words(book),
        "ties": ties_in_words(book),
        "boundaries": _boundaries_in_words(book),
        "signatures": SIGNATURES,
    }


def _dropping_in_words(aggregation: Document) -> str:
    """What a struck-through total means; under `criterion` no judge's total is dropped as a whole."""
    if not aggregation["drop_high"] + aggregation["drop_low"]:
        return ""
    if aggregation["level"] == "criterion":
        return "本轮按评分项去分，各项去掉的评分见成绩册。"
    return "带删除线的总分是去掉的最高分或最低分。"


def _rows(book: Document) -> list[dict[str, Any]]:
    entries = {entry["code"]: entry for entry in book["input"]["entries"]}
    sheets = {(sheet["entry"], sheet["segment"], sheet["judge"]): sheet for sheet in book["input"]["sheets"]}
    awards = _awards(book)
    return [
        _row(book, standing, entries[standing["entry"]], sheets, awards.get(standing["entry"], []))
        for standing in book["output"]["standings"]
    ]


def _row(
    book: Document,
    standing: Document,
    entry: Document,
    sheets: Mapping[tuple[str, str, str], Document],
    awards: list[str],
) -> dict[str, Any]:
    rulebook, places = book["rulebook"], book["rulebook"]["rounding"]["places"]
    scores = {score["segment"]: score for score in standing["segments"]}
    lines = [
        _line(segment, scores[segment["code"]], entry["code"], book["input"]["judges"], sheets, places)
        for segment in panel_segments(rulebook)
    ]
    ranked = standing["rank"] is not None
    return {
        "rank": f"{standing['rank']}{'=' if standing['tied'] else ''}" if ranked else "—",
        "code": entry["code"],
        "title": entry["title"],
        "first": lines[0],
        "more": lines[1:],
        "height": len(lines),
        "quizzes": [_shown(scores[segment["code"]]["exact"], places) for segment in quiz_segments(rulebook)],
        "aggregate": _shown(standing["aggregate"], places),
        "penalty": standing["penalty"],
        "penalties": _penalties_in_words(rulebook, standing, entry),
        "shown": standing["shown"] or "—",
        "award": "、".join(awards) or (UNDECIDED if ranked and book["output"]["boundaries"] else ""),
        "reason": REASON_WORDS[standing["reason"]] if standing["reason"] else "",
    }


def _line(
    segment: Document,
    score: Document,
    code: str,
    judges: list[str],
    sheets: Mapping[tuple[str, str, str], Document],
    places: int,
) -> dict[str, Any]:
    """One segment of one entry: each judge's total or why there is none, and the mean of those kept.

    A judge to whom the entry was not assigned is not listed.
    """
    dropped = score["dropped"].get("total", [])
    keys = [(judge, (code, segment["code"], judge)) for judge in judges]
    own = [(judge, sheets[key]) for judge, key in keys if key in sheets]
    marks = [
        {"judge": judge, "text": sheet["total"] or STATE_WORDS[sheet["state"]], "dropped": judge in dropped}
        for judge, sheet in own
    ]
    return {"title": segment["title"], "marks": marks, "mean": _shown(score["exact"], places)}


def _shown(exact: str | None, places: int) -> str:
    return "—" if exact is None else round_half_up(Fraction(exact), places)


def _penalties_in_words(rulebook: Document, standing: Document, entry: Document) -> str:
    """Each penalty with its reason; the reasons of deductions stand in the order of the standing's lines."""
    rules = {rule["code"]: rule for rule in rulebook["penalties"]}
    reasons = [line["reason"] for line in entry["deductions"]]
    words = []
    for penalty in standing["penalties"]:
        rule = rules.get(penalty["source"])
        if rule is None:
            words.append(f"{reasons.pop(0)} {penalty['points']} 分")
            continue
        seconds = entry["seconds"][rule["segment"]]
        words.append(f"{segment_title(rulebook, rule['segment'])}用时 {seconds} 秒 {penalty['points']} 分")
    return "；".join(words)


def _awards(book: Document) -> dict[str, list[str]]:
    """By entry: its tier, whether it advances or stands by, its titles."""
    group, output = judged_group(book), book["output"]
    tiers = {tier["code"]: tier["title"] for tier in group["tiers"]}
    titles = {title["code"]: title["title"] for title in group["titles"]}
    awards: dict[str, list[str]] = {}
    for placement in output["placements"]:
        word = tiers[placement["tier"]] + ("（晋级）" if placement["advances"] else "")
        awards.setdefault(placement["entry"], []).append(word)
    for number, code in enumerate(output["reserves"], 1):
        awards.setdefault(code, []).append(f"递补 {number}")
    for holder in output["titles"]:
        awards.setdefault(holder["entry"], []).append(titles[holder["title"]])
    return awards


def _boundaries_in_words(book: Document) -> list[str]:
    group = judged_group(book)
    lines = {line["code"]: line["title"] for line in [*group["tiers"], *group["titles"]]} | {"reserves": "递补"}
    return [
        f"{'、'.join(boundary['entries'])} 并列，跨{lines[boundary['line']]}的名额线，须先由加赛或裁定分出先后。"
        for boundary in book["output"]["boundaries"]
    ]
