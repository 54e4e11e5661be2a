"""What is doubtful in the tiers, titles and reserves of a group, for as many entrants as are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from scoring.engine.arithmetic import decimal_text, hundredths, quota
from scoring.engine.findings import DOUBT, HINT, STOP, Finding
from scoring.engine.rulebook import Group, Rulebook, Tier

HUNDRED = Decimal(100)


def award_findings(rulebook: Rulebook, entrants: Mapping[str, int]) -> Iterable[Finding]:
    """Findings group by group; `entrants` by group code."""
    for place, group in enumerate(rulebook.groups):
        path = f"groups[{place}]"
        yield from _tier_findings(path, group)
        yield from _advancing_findings(path, group)
        if group.code in entrants:
            yield from _reach_findings(path, group, entrants[group.code])


def _tier_findings(path: str, group: Group) -> Iterable[Finding]:
    if not group.tiers:
        yield Finding(DOUBT, "no_tiers", f"{path}.tiers", f"“{group.title}”没有设奖项：只有名次，谁也不获奖。")
        return
    percents = sum((tier.percent for tier in group.tiers if tier.percent is not None), Decimal(0))
    if percents > HUNDRED:
        text = f"“{group.title}”各奖项的比例加起来是 {decimal_text(hundredths(percents))}%，超过 100%。"
        yield Finding(STOP, "percents", f"{path}.tiers", text)
    elif percents == HUNDRED and group.tiers[-1].rest:
        last = group.tiers[-1].title
        text = f"“{group.title}”各奖项的比例加起来已是 100%，“{last}”没有名额可取。"
        yield Finding(DOUBT, "empty_rest", f"{path}.tiers[{len(group.tiers) - 1}].rest", text)
    if any(tier.rest and tier.advances for tier in group.tiers):
        text = f"“{group.title}”的“{group.tiers[-1].title}”取其余全部，又晋级：有名次的人都晋级。"
        yield Finding(DOUBT, "all_advance", f"{path}.tiers[{len(group.tiers) - 1}].advances", text)


def _advancing_findings(path: str, group: Group) -> Iterable[Finding]:
    advancing = [place for place, tier in enumerate(group.tiers) if tier.advances]
    if not advancing:
        if group.reserves:
            text = f"“{group.title}”没有晋级的奖项，递补 {group.reserves} 名不起作用。"
            yield Finding(DOUBT, "idle_reserves", f"{path}.reserves", text)
        return
    for place in range(advancing[-1]):
        if place not in advancing:
            title, below = group.tiers[place].title, group.tiers[advancing[-1]].title
            text = f"“{group.title}”的“{title}”不晋级，排在后面的“{below}”却晋级。"
            yield Finding(DOUBT, "skipped", f"{path}.tiers[{place}].advances", text)


def _reach_findings(path: str, group: Group, entrants: int) -> Iterable[Finding]:
    """Walks the tiers as the awards do, as if all entrants were ranked and nobody tied."""
    taken, advancing = 0, 0
    unreached: list[str] = []
    for place, tier in enumerate(group.tiers):
        wanted = _places(tier, entrants)
        if taken >= entrants:
            unreached.append(f"“{tier.title}”")
        elif not wanted:
            text = f"“{group.title}”参评 {entrants} 个，按比例取整以后是 0 名，“{tier.title}”没有人得。"
            yield Finding(DOUBT, "no_places", f"{path}.tiers[{place}].percent", text)
        taken += min(wanted, entrants - taken)
        advancing += wanted if tier.advances else 0
    if unreached:
        text = f"“{group.title}”参评 {entrants} 个，前面的奖项就取完了，轮不到{'、'.join(unreached)}。"
        yield Finding(DOUBT, "unreachable", f"{path}.tiers[{len(group.tiers) - len(unreached)}]", text)
    if advancing > entrants:
        text = f"“{group.title}”晋级 {advancing} 名，参评的只有 {entrants} 个，名额用不完。"
        yield Finding(DOUBT, "more_finalists", f"{path}.tiers", text)
    elif advancing and advancing + group.reserves > entrants:
        text = f"“{group.title}”晋级 {advancing} 名、递补 {group.reserves} 名，参评的只有 {entrants} 个。"
        yield Finding(HINT, "more_reserves", f"{path}.reserves", text)
    for place, title in enumerate(group.titles):
        if title.count > entrants:
            text = f"“{group.title}”的称号“{title.title}”有 {title.count} 名，参评的只有 {entrants} 个。"
            yield Finding(DOUBT, "more_titles", f"{path}.titles[{place}].count", text)


def _places(tier: Tier, entrants: int) -> int:
    if tier.count is not None:
        return tier.count
    if tier.percent is not None:
        return quota(entrants, tier.percent, tier.percent_rounding or "")
    return entrants
