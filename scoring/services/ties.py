"""并列裁定: the recorded order of a tied set (design §4: never chance, never silence)."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from scoring.models import Round, TieDecision


def record_tie_decision(*, round: Round, order: Sequence[str], reason: str, actor: User, now: datetime) -> TieDecision:
    """Order exactly one set that is still tied in the latest snapshot; takes a new snapshot."""
    raise NotImplementedError
