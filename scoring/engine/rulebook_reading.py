"""Reads a rulebook document, refusing rules that are incomplete or contradict one another (design §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from scoring.engine.arithmetic import decimal_text, hundredths
from scoring.engine.faults import Faults, RulebookInvalid
from scoring.engine.reading import ZERO, Node, refuse_repeats
from scoring.engine.rulebook import (
    BOUNDARIES,
    DEDUCTION_SOURCE,
    FORMAT,
    LEVELS,
    NOBODY,
    OVER,
    PANEL,
    PERCENT_ROUNDINGS,
    QUIZ,
    RANK_EXACT,
    RANK_ROUNDED,
    RESERVES_LINE,
    SCORERS,
    STEPS,
    TIE_CRITERION,
    TIE_DECISION,
    TIE_KINDS,
    UNDER,
    Aggregation,
    AwardTitle,
    Criterion,
    Group,
    PenaltyRule,
    Rounding,
    Rulebook,
    Segment,
    Tier,
    TieStep,
)

HUNDRED = Decimal(100)
KEYS = ("format", "title", "segments", "aggregation", "penalties", "rounding", "tie_chain", "boundary", "groups")


def parse_rulebook(document: Mapping[str, object]) -> Rulebook:
    """The rulebook of a document; RulebookInvalid names every fault at once, each with its place and in Chinese."""
    faults = Faults()
    node = Node(document, "", faults)
    node.expect_keys(KEYS)
    if node.has("format") and node.values["format"] != FORMAT:
        node.fault("format", "format", f"评分细则的格式应为 {FORMAT}。")
    segments = _read_segments(node)
    rulebook = Rulebook(
        title=node.text("title"),
        segments=segments,
        aggregation=_read_aggregation(node.node("aggregation")),
        penalties=_read_penalties(node, segments),
        rounding=_read_rounding(node.node("rounding")),
        tie_chain=_read_tie_chain(node, segments),
        boundary=node.choice("boundary", BOUNDARIES),
        groups=_read_groups(node),
    )
    if faults.found:
        raise RulebookInvalid(faults.found)
    return rulebook


def _read_segments(node: Node) -> tuple[Segment, ...]:
    nodes = node.nodes("segments")
    refuse_repeats(nodes, "环节")
    segments = tuple(_read_segment(each) for each in nodes)
    if not node.faults.clear_at(*(each.path for each in nodes), node.at("segments")):
        return segments
    if not any(segment.scored_by == PANEL for segment in segments):
        node.fault("segments", "no_panel", "至少要有一个由评委打分的环节。")
    weights = sum((segment.weight for segment in segments), ZERO)
    if weights != HUNDRED:
        node.fault("segments", "weights", f"各环节权重之和应为 100，现在是 {decimal_text(hundredths(weights))}。")
    return segments


def _read_segment(node: Node) -> Segment:
    scored_by = node.choice("scored_by", SCORERS)
    extra = {PANEL: ["criteria"], QUIZ: ["max_points"], NOBODY: []}[scored_by]
    node.expect_keys(["code", "title", "weight", "scored_by", *extra])
    weight = node.decimal("weight")
    if weight > HUNDRED:
        node.fault("weight", "range", "权重应在 0 至 100 之间。")
    if scored_by == NOBODY and weight:
        node.fault("weight", "range", "不计分的环节，权重应为 0。")
    max_points = node.decimal("max_points") if scored_by == QUIZ else None
    if max_points == ZERO and node.faults.clear_at(node.at("max_points")):
        node.fault("max_points", "range", "满分应大于 0。")
    return Segment(
        code=node.code("code"),
        title=node.text("title"),
        weight=weight,
        scored_by=scored_by,
        criteria=_read_criteria(node) if scored_by == PANEL else (),
        max_points=max_points,
    )


def _read_criteria(node: Node) -> tuple[Criterion, ...]:
    nodes = node.nodes("criteria")
    refuse_repeats(nodes, "评分项")
    if not nodes and node.faults.clear_at(node.at("criteria")):
        node.fault("criteria", "empty", "评委打分的环节至少要有一个评分项。")
    return tuple(_read_criterion(each) for each in nodes)


def _read_criterion(node: Node) -> Criterion:
    node.expect_keys(["code", "title", "max_points", "step", "description"])
    max_points, step = node.decimal("max_points"), node.decimal("step")
    if node.faults.clear_at(node.at("step")) and step not in STEPS:
        node.fault("step", "choice", "评分间隔应为 0.1、0.5、1 之一。")
    if node.faults.clear_at(node.at("max_points")):
        if not max_points:
            node.fault("max_points", "range", "满分应大于 0。")
        elif step in STEPS and max_points % step:
            node.fault("max_points", "step", "满分应是评分间隔的整数倍。")
    return Criterion(
        code=node.code("code"),
        title=node.text("title"),
        max_points=max_points,
        step=step,
        description=node.text("description", blank=True),
    )


def _read_aggregation(node: Node) -> Aggregation:
    node.expect_keys(["level", "drop_high", "drop_low", "min_panel_for_drop", "min_valid_marks"])
    aggregation = Aggregation(
        level=node.choice("level", LEVELS),
        drop_high=node.whole("drop_high", low=0, high=99),
        drop_low=node.whole("drop_low", low=0, high=99),
        min_panel_for_drop=node.whole("min_panel_for_drop", low=1, high=999),
        min_valid_marks=node.whole("min_valid_marks", low=1, high=999),
    )
    dropped = aggregation.drop_high + aggregation.drop_low
    if node.faults.clear_at(node.path) and aggregation.min_panel_for_drop <= dropped:
        node.fault(
            "min_panel_for_drop",
            "range",
            f"去掉 {dropped} 个分数，评委人数至少应有 {dropped + 1} 人才可以去分。",
        )
    return aggregation


def _read_penalties(node: Node, segments: Sequence[Segment]) -> tuple[PenaltyRule, ...]:
    nodes = node.nodes("penalties")
    refuse_repeats(nodes, "扣分", {DEDUCTION_SOURCE})
    rules = tuple(_read_penalty(each, {segment.code for segment in segments}) for each in nodes)
    if not node.faults.clear_at(node.at("penalties")):
        return rules
    hardest: dict[tuple[str, str], int] = {}
    for each, rule in zip(nodes, rules, strict=True):
        key = (rule.segment, rule.when)
        limit = rule.limit_seconds if rule.when == UNDER else -rule.limit_seconds
        if limit <= hardest.get(key, limit - 1):
            each.fault(
                "limit_seconds", "unreachable", "这条永远轮不到：前面的规则已先符合。请把超得最多、差得最多的排在前面。"
            )
        hardest[key] = max(limit, hardest.get(key, limit))
    return rules


def _read_penalty(node: Node, segments: set[str]) -> PenaltyRule:
    node.expect_keys(["code", "segment", "when", "limit_seconds", "per_seconds", "points", "cap", "stop"])
    rule = PenaltyRule(
        code=node.code("code"),
        segment=node.code("segment"),
        when=node.choice("when", [UNDER, OVER]),
        limit_seconds=node.whole("limit_seconds", low=1, high=86_400),
        per_seconds=None if node.is_null("per_seconds") else node.whole("per_seconds", low=1, high=86_400),
        points=node.decimal("points"),
        cap=None if node.is_null("cap") else node.decimal("cap"),
        stop=node.flag("stop"),
    )
    if rule.segment and segments and rule.segment not in segments:
        node.fault("segment", "unknown_segment", f"没有代码为“{rule.segment}”的环节。")
    if node.faults.clear_at(node.at("points")) and not rule.points:
        node.fault("points", "range", "扣分应大于 0。")
    if rule.cap is not None and node.faults.clear_at(node.at("cap")) and rule.cap < rule.points:
        node.fault("cap", "range", "扣分上限不能小于一次所扣的分。")
    return rule


def _read_rounding(node: Node) -> Rounding:
    node.expect_keys(["places", "rank_by"])
    return Rounding(
        places=node.whole("places", low=0, high=4), rank_by=node.choice("rank_by", [RANK_EXACT, RANK_ROUNDED])
    )


def _read_tie_chain(node: Node, segments: Sequence[Segment]) -> tuple[TieStep, ...]:
    nodes = node.nodes("tie_chain")
    known = {(segment.code, criterion.code) for segment in segments for criterion in segment.criteria}
    steps: list[TieStep] = []
    for each in nodes:
        step = _read_tie_step(each, known)
        if node.faults.clear_at(each.path):
            if step in steps:
                each.fault("kind", "duplicate", "这一步在前面已经有了。")
            if TieStep(TIE_DECISION) in steps:
                each.fault("kind", "after_decision", "“评议决定”之后不能再有别的步骤。")
        steps.append(step)
    return tuple(steps)


def _read_tie_step(node: Node, known: set[tuple[str, str]]) -> TieStep:
    if node.values.get("kind") != TIE_CRITERION:
        node.expect_keys(["kind"])
        return TieStep(node.choice("kind", TIE_KINDS))
    node.expect_keys(["kind", "segment", "criterion"])
    step = TieStep(TIE_CRITERION, node.code("segment"), node.code("criterion"))
    if known and node.faults.clear_at(node.path) and (step.segment, step.criterion) not in known:
        node.fault("criterion", "unknown_criterion", f"环节“{step.segment}”里没有代码为“{step.criterion}”的评分项。")
    return step


def _read_groups(node: Node) -> tuple[Group, ...]:
    nodes = node.nodes("groups")
    refuse_repeats(nodes, "组别")
    if not nodes and node.faults.clear_at(node.at("groups")):
        node.fault("groups", "empty", "至少要有一个组别。")
    return tuple(_read_group(each) for each in nodes)


def _read_group(node: Node) -> Group:
    node.expect_keys(["code", "title", "tiers", "titles", "reserves", "extra_nominees"])
    tier_nodes, title_nodes = node.nodes("tiers"), node.nodes("titles")
    refuse_repeats([*tier_nodes, *title_nodes], "奖项或称号", {RESERVES_LINE})
    tiers = tuple(_read_tier(each) for each in tier_nodes)
    for each, tier in zip(tier_nodes[:-1], tiers, strict=False):
        if tier.rest:
            each.fault("rest", "rest_not_last", "“其余全部”只能用于最后一个奖项。")
    return Group(
        code=node.code("code"),
        title=node.text("title"),
        tiers=tiers,
        titles=tuple(_read_title(each) for each in title_nodes),
        reserves=node.whole("reserves", low=0, high=9_999),
        extra_nominees=node.whole("extra_nominees", low=0, high=9_999),
    )


def _read_tier(node: Node) -> Tier:
    sizes = [key for key in ("count", "percent", "rest") if node.has(key)]
    extra = ["percent_rounding"] if "percent" in sizes else []
    node.expect_keys(["code", "title", "advances", *extra], ["count", "percent", "rest"])
    if len(sizes) != 1:
        node.faults.add(node.path, "size", "人数、比例、其余全部三者之中，应填且只填一项。")
    percent = node.decimal("percent") if "percent" in sizes else None
    if percent is not None and node.faults.clear_at(node.at("percent")) and not 0 < percent <= HUNDRED:
        node.fault("percent", "range", "比例应大于 0，不超过 100。")
    rest = node.flag("rest")
    if "rest" in sizes and node.values["rest"] is False:
        node.fault("rest", "choice", "不取其余全部时，请去掉这一项。")
    return Tier(
        code=node.code("code"),
        title=node.text("title"),
        advances=node.flag("advances"),
        count=node.whole("count", low=1, high=99_999) if "count" in sizes else None,
        percent=percent,
        percent_rounding=node.choice("percent_rounding", PERCENT_ROUNDINGS) if extra else None,
        rest=rest,
    )


def _read_title(node: Node) -> AwardTitle:
    node.expect_keys(["code", "title", "count"])
    return AwardTitle(code=node.code("code"), title=node.text("title"), count=node.whole("count", low=1, high=99_999))
