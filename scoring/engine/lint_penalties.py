"""What is doubtful in a table of time penalties: rows that overlap, contradict one another or never apply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from scoring.engine.arithmetic import decimal_text, hundredths
from scoring.engine.findings import DOUBT, HINT, Finding
from scoring.engine.rulebook import OVER, UNDER, PenaltyRule, Rulebook

Row = tuple[str, PenaltyRule]  # its place in the document, and the rule


def penalty_findings(rulebook: Rulebook) -> Iterable[Finding]:
    """Findings row by row, then those about several rows of one segment."""
    rows = [(f"penalties[{place}]", rule) for place, rule in enumerate(rulebook.penalties)]
    for path, rule in rows:
        yield from _row_findings(path, rule, rulebook)
    for segment in rulebook.segments:
        own = [row for row in rows if row[1].segment == segment.code]
        yield from _overlap(segment.title, own)
        yield from _after_stop(own)
        for when in (UNDER, OVER):
            yield from _gentler([row for row in own if row[1].when == when])


def _row_findings(path: str, rule: PenaltyRule, rulebook: Rulebook) -> Iterable[Finding]:
    if rule.points >= best_result(rulebook):
        text = f"一次就扣 {_points(rule)} 分，不比满分少：得分会扣成 0。"
        yield Finding(DOUBT, "heavy_penalty", f"{path}.points", text)
    if rule.stop and rule.when == UNDER:
        text = "“到时停止”只对超时有意义；不足时间的讲解早已结束。"
        yield Finding(DOUBT, "stop_under", f"{path}.stop", text)
    if rule.cap is None:
        return
    if rule.per_seconds is None:
        text = "这一条只扣一次，扣分上限不起作用。"
        yield Finding(HINT, "idle_cap", f"{path}.cap", text)
    elif rule.when == UNDER and rule.points * -(-rule.limit_seconds // rule.per_seconds) < rule.cap:
        text = "就算一秒没讲，也扣不到这个上限。"
        yield Finding(HINT, "idle_cap", f"{path}.cap", text)


def best_result(rulebook: Rulebook) -> Fraction:
    """The most that anybody can get: each scored segment's maximum by its weight."""
    parts = [Fraction(each.weight) * Fraction(rulebook.max_total(each.code)) for each in rulebook.scored_segments]
    return sum(parts, Fraction(0)) / 100


def _overlap(title: str, rows: Sequence[Row]) -> Iterable[Finding]:
    unders = [row for row in rows if row[1].when == UNDER]
    overs = [row for row in rows if row[1].when == OVER]
    if not unders or not overs:
        return
    path, under = max(unders, key=lambda row: row[1].limit_seconds)
    over = min((rule for _, rule in overs), key=lambda rule: rule.limit_seconds)
    if under.limit_seconds > over.limit_seconds:
        text = (
            f"“{title}”不足 {_clock(under.limit_seconds)} 要扣分，超过 {_clock(over.limit_seconds)} 也要扣分："
            "中间这一段两样都扣，怎么讲都扣分。"
        )
        yield Finding(DOUBT, "overlap", f"{path}.limit_seconds", text)


def _after_stop(rows: Sequence[Row]) -> Iterable[Finding]:
    stops = [rule.limit_seconds for _, rule in rows if rule.when == OVER and rule.stop]
    for path, rule in rows:
        if stops and rule.when == OVER and rule.limit_seconds > min(stops):
            text = f"到 {_clock(min(stops))} 就停止讲解，轮不到超过 {_clock(rule.limit_seconds)} 的这一条。"
            yield Finding(DOUBT, "after_stop", f"{path}.limit_seconds", text)


def _gentler(rows: Sequence[Row]) -> Iterable[Finding]:
    """Rows stand hardest first; a later one that takes more for less is probably the wrong way round."""
    for (path, harder), (_, softer) in pairwise(rows):
        if harder.per_seconds is None and softer.per_seconds is None and harder.points < softer.points:
            text = f"差得更多的这一条只扣 {_points(harder)} 分，差得少的反而扣 {_points(softer)} 分。"
            yield Finding(DOUBT, "gentler", f"{path}.points", text)


def _points(rule: PenaltyRule) -> str:
    return decimal_text(hundredths(rule.points))


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
