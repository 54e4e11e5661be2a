"""Rulebooks: versions of the rules, checked on save, frozen when a round opens (design §4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.models import Edition
from scoring.models import Round, Rulebook


def create_rulebook(
    *, edition: Edition, code: str, title: str, document: Mapping[str, Any], actor: User, now: datetime
) -> Rulebook:
    """First version of a rulebook. Refuses (RulebookRefused, faults by place) rules that make no sense, and a taken code."""
    raise NotImplementedError


def revise_rulebook(
    *, rulebook: Rulebook, document: Mapping[str, Any], reason: str, actor: User, now: datetime
) -> Rulebook:
    """The next version of a rulebook. Refuses a missing reason, rules that make no sense, and rules that did not change."""
    raise NotImplementedError


def switch_rulebook(*, round: Round, rulebook: Rulebook, actor: User, now: datetime) -> Round:
    """Let a round follow another rulebook."""
    raise NotImplementedError
