"""Marks from paper: typed by one account, typed again by another (pitfall 25)."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from scoring.models import PaperEntry, ScoreSheet
from scoring.services.sheets import SaveOutcome


def type_paper_marks(
    *, sheet: ScoreSheet, marks: Mapping[str, str], submission_id: str, actor: User, now: datetime
) -> PaperEntry:
    """First typing of a paper sheet; counts only after confirm_paper_marks."""
    raise NotImplementedError


def confirm_paper_marks(*, paper: PaperEntry, marks: Mapping[str, str], actor: User, now: datetime) -> SaveOutcome:
    """Second typing by another account; equal marks become the sheet's submission."""
    raise NotImplementedError


def discard_paper_marks(*, paper: PaperEntry, actor: User, now: datetime) -> PaperEntry:
    """Throw a first typing away, so that it can be typed anew."""
    raise NotImplementedError
