"""How far the reviews of one work lie apart; marks in hundredths, as the engine counts them."""

from collections.abc import Sequence
from dataclasses import dataclass

# Reviews of one work that lie further apart than this share of the full marks are flagged for the meeting.
WIDE_PERCENT = 15


@dataclass(frozen=True, slots=True)
class Spread:
    """Lowest and highest total, and whether they lie so far apart that the meeting is told."""

    lowest: int
    highest: int
    is_wide: bool

    @property
    def width(self) -> int:
        return self.highest - self.lowest


def spread_of(totals: Sequence[int], *, full: int) -> Spread | None:
    """The spread of the counted totals of one work; None below two, which cannot lie apart."""
    if len(totals) < 2:
        return None
    lowest, highest = min(totals), max(totals)
    return Spread(lowest, highest, (highest - lowest) * 100 > full * WIDE_PERCENT)
