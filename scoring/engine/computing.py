"""Computes a round's outcome from its rules and its input, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.engine.awards import award
from scoring.engine.faults import Fault, InputInvalid
from scoring.engine.input_reading import parse_input
from scoring.engine.outcome import Outcome, Standing
from scoring.engine.ranking import ScoredEntry, group_equals, score_entries
from scoring.engine.round_input import RoundInput
from scoring.engine.rulebook import Rulebook
from scoring.engine.rulebook_reading import parse_rulebook
from scoring.engine.scores import Scale
from scoring.engine.ties import Tie, TieBreaker


def compute(rulebook: Rulebook, group: str, round_input: RoundInput) -> Outcome:
    """The outcome of a round that judged `group` (docs/result-book.md, “How a result is computed”).

    Never refuses a valid input: what cannot be ranked is listed with a reason (pitfall 4). KeyError if the rulebook has
    no such group.
    """
    rules = rulebook.group(group)
    scored, scale = score_entries(rulebook, round_input)
    breaker = TieBreaker(rulebook, round_input, scale)
    groups: list[list[ScoredEntry]] = []
    ties: list[Tie] = []
    for equals in group_equals(scored):
        if len(equals) == 1:
            groups.append(equals)
            continue
        resolved, tie = breaker.resolve(equals)
        groups.extend(resolved)
        ties.append(tie)
    unranked = sorted((each for each in scored if each.reason is not None), key=lambda each: each.place_key)
    return Outcome(
        standings=(*_ranked_standings(groups, scale), *(Standing(each, None, False, scale) for each in unranked)),
        ties=tuple(ties),
        awards=award([[each.entry.code for each in equals] for equals in groups], rules, rulebook.boundary),
        unused_decisions=breaker.unused_decisions(),
    )


def _ranked_standings(groups: Sequence[Sequence[ScoredEntry]], scale: Scale) -> list[Standing]:
    """Standard competition ranks over the final groups: who is still equal shares a rank."""
    standings: list[Standing] = []
    for equals in groups:
        rank = len(standings) + 1
        standings += [Standing(each, rank, len(equals) > 1, scale) for each in equals]
    return standings


def recompute_book(book: Mapping[str, object]) -> Outcome:
    """The outcome of a result book's rules and input.

    RulebookInvalid or InputInvalid if the book's own rules or input are refused, or if it has none.
    """
    rulebook = parse_rulebook(_part(book, "rulebook"))
    round_input = parse_input(_part(book, "input"), rulebook)
    group = _part(book, "round").get("group")
    if not isinstance(group, str) or group not in {each.code for each in rulebook.groups}:
        raise InputInvalid([Fault("round.group", "unknown_group", f"评分细则里没有代码为“{group}”的组别。")])
    return compute(rulebook, group, round_input)


def _part(book: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = book.get(key)
    return part if isinstance(part, Mapping) else {}
