"""定格成绩: the engine's whole input and output at a moment (design §6)."""

from datetime import datetime

from accounts.models import User
from scoring.models import Round, Snapshot


def take_snapshot(*, round: Round, reason: str, actor: User, now: datetime) -> Snapshot:
    """The next snapshot of a locked round (and of its parent, when the round is a runoff)."""
    raise NotImplementedError
