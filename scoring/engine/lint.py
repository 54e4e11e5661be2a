"""Reads rules that are valid and says what in them cannot work or is doubtful (design §4), in Chinese.

parse_rulebook refuses what contradicts itself; this looks at what may be meant but probably is not, given how many
judges sit and how many are entered, where that is known. Nothing here refuses anything: people decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from scoring.engine.arithmetic import decimal_text, hundredths, round_half_up
from scoring.engine.faults import RulebookInvalid
from scoring.engine.findings import DOUBT, HINT, SEVERITIES, STOP, Finding
from scoring.engine.lint_awards import award_findings
from scoring.engine.lint_penalties import best_result, penalty_findings
from scoring.engine.rulebook import (
    BLOCK,
    RANK_ROUNDED,
    TIE_DECISION,
    TIE_RUNOFF,
    TIE_UNTRIMMED_MEAN,
    Rulebook,
    Segment,
)
from scoring.engine.rulebook_reading import parse_rulebook

DOMINANT = Fraction(60, 100)  # a criterion above this share of the result decides nearly alone


def lint_rulebook(
    rulebook: Rulebook, *, entrants: Mapping[str, int] | None = None, panel: int | None = None
) -> tuple[Finding, ...]:
    """What cannot work or is doubtful, the gravest first.

    `entrants` are how many compete in each group (by code), `panel` how many judges sit; what is not known is left out.
    """
    found = [
        *_title_findings(rulebook),
        *_segment_findings(rulebook),
        *_aggregation_findings(rulebook, panel),
        *penalty_findings(rulebook),
        *_ranking_findings(rulebook),
        *award_findings(rulebook, entrants or {}),
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def lint_document(
    document: Mapping[str, object], *, entrants: Mapping[str, int] | None = None, panel: int | None = None
) -> tuple[Finding, ...]:
    """As lint_rulebook for a document that nobody has checked: while it is invalid, its faults and nothing else."""
    try:
        rulebook = parse_rulebook(document)
    except RulebookInvalid as invalid:
        return tuple(Finding(STOP, fault.code, fault.path, fault.message) for fault in invalid.faults)
    return lint_rulebook(rulebook, entrants=entrants, panel=panel)


def _title_findings(rulebook: Rulebook) -> Iterable[Finding]:
    """Rows of one list that are called the same: no page and no certificate tells them apart."""
    lists: list[tuple[str, str, Sequence[str]]] = [
        ("segments", "环节", [segment.title for segment in rulebook.segments]),
        ("groups", "组别", [group.title for group in rulebook.groups]),
    ]
    for place, segment in enumerate(rulebook.segments):
        criteria = [criterion.title for criterion in segment.criteria]
        lists.append((f"segments[{place}].criteria", f"“{segment.title}”的评分项", criteria))
    for place, group in enumerate(rulebook.groups):
        awards = [*(tier.title for tier in group.tiers), *(title.title for title in group.titles)]
        lists.append((f"groups[{place}].tiers", f"“{group.title}”的奖项和称号", awards))
    for path, what, titles in lists:
        for title in sorted({title for title in titles if titles.count(title) > 1}):
            yield Finding(DOUBT, "same_title", path, f"{what}里有两个都叫“{title}”，名单和证书上分不清。")


def _segment_findings(rulebook: Rulebook) -> Iterable[Finding]:
    scored = rulebook.scored_segments
    for place, segment in enumerate(rulebook.segments):
        if segment in scored and not segment.weight:
            text = f"环节“{segment.title}”要评分，权重却是 0：评了也不算。"
            yield Finding(DOUBT, "weightless", f"segments[{place}].weight", text)
    most = {segment.code: rulebook.max_total(segment.code) for segment in scored}
    if len(set(most.values())) > 1:
        shares = "、".join(f"{each.title}满分 {decimal_text(hundredths(most[each.code]))}" for each in scored)
        text = f"各环节满分不同（{shares}），按权重相加以后，满分高的环节实际占得更多。"
        yield Finding(DOUBT, "unequal_maxima", "segments", text)
    whole = best_result(rulebook)
    if whole != 100:
        text = f"按权重相加，最高能得 {round_half_up(whole, 2)} 分，不是 100 分。"
        yield Finding(HINT, "not_hundred", "segments", text)
    for place, segment in enumerate(rulebook.segments):
        yield from _dominant(place, segment, whole)


def _dominant(place: int, segment: Segment, whole: Fraction) -> Iterable[Finding]:
    for number, criterion in enumerate(segment.criteria):
        share = Fraction(segment.weight) * Fraction(criterion.max_points) / 100 / whole
        if share > DOMINANT and len(segment.criteria) > 1:
            text = f"评分项“{criterion.title}”占总成绩的 {round_half_up(100 * share, 0)}%，几乎由它一项定名次。"
            yield Finding(HINT, "dominant", f"segments[{place}].criteria[{number}].max_points", text)


def _aggregation_findings(rulebook: Rulebook, panel: int | None) -> Iterable[Finding]:
    rules = rulebook.aggregation
    dropped = rules.drop_high + rules.drop_low
    if rules.drop_high != rules.drop_low:
        text = f"去掉 {rules.drop_high} 个最高分、{rules.drop_low} 个最低分，两头不一样，平均分会偏向一边。"
        yield Finding(HINT, "lopsided", "aggregation.drop_low", text)
    if rules.min_valid_marks == 1:
        text = "有 1 份有效评分就排名次：评委缺席或回避以后，一个人的分就定了名次。"
        yield Finding(DOUBT, "one_mark", "aggregation.min_valid_marks", text)
    if panel is None:
        if dropped and rules.min_panel_for_drop == dropped + 1:
            text = f"评委 {dropped + 1} 人就去掉 {dropped} 个分数，只剩 1 个分数定成绩。"
            yield Finding(DOUBT, "one_left", "aggregation.min_panel_for_drop", text)
        return
    if panel < rules.min_valid_marks:
        text = f"评委只有 {panel} 位，却要有 {rules.min_valid_marks} 份有效评分才排名：谁都不会有名次。"
        yield Finding(STOP, "too_few_judges", "aggregation.min_valid_marks", text)
    elif panel == rules.min_valid_marks and panel > 1:
        text = f"评委 {panel} 位，有效评分也要 {panel} 份：只要一位评委缺席或回避，这个条目就没有名次。"
        yield Finding(DOUBT, "no_spare_judge", "aggregation.min_valid_marks", text)
    if dropped and panel < rules.min_panel_for_drop:
        text = f"评委 {panel} 位，不到去分所要的 {rules.min_panel_for_drop} 位：去掉最高分和最低分永远不会生效。"
        yield Finding(DOUBT, "never_dropped", "aggregation.min_panel_for_drop", text)
    elif dropped and panel - dropped == 1:
        text = f"评委 {panel} 位，去掉 {dropped} 个分数，只剩 1 个分数定成绩。"
        yield Finding(DOUBT, "one_left", "aggregation.drop_high", text)


def _ranking_findings(rulebook: Rulebook) -> Iterable[Finding]:
    rounding, kinds = rulebook.rounding, [step.kind for step in rulebook.tie_chain]
    if rounding.rank_by == RANK_ROUNDED and rounding.places < 2:
        text = f"按保留 {rounding.places} 位小数以后的得分排名，并列会很多。"
        yield Finding(DOUBT, "coarse", "rounding.places", text)
    if rulebook.boundary == BLOCK and TIE_DECISION not in kinds:
        if TIE_RUNOFF in kinds:
            text = "加赛以后仍可能并列，先后办法里没有“评议决定”收尾：名额线上分不出先后，就产生不了获奖结果。"
            yield Finding(DOUBT, "open_chain", "tie_chain", text)
        else:
            text = "先后办法里既没有加赛也没有评议决定，名额线上的并列又要先分出先后：到时产生不了获奖结果。"
            yield Finding(STOP, "open_chain", "tie_chain", text)
    aggregation = rulebook.aggregation
    exact = rounding.rank_by != RANK_ROUNDED and not rulebook.penalties
    if TIE_UNTRIMMED_MEAN in kinds and exact and not aggregation.drop_high + aggregation.drop_low:
        place = kinds.index(TIE_UNTRIMMED_MEAN)
        text = "没有去分，去分前的平均分就是得分本身：除非另有扣分，这一步分不出先后。"
        yield Finding(HINT, "idle_step", f"tie_chain[{place}].kind", text)
