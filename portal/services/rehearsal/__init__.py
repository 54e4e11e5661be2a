"""Playing a whole contest without a browser, through the same services as the pages (design §6)."""

from portal.services.rehearsal.cast import Cast, gather_cast
from portal.services.rehearsal.play import Rehearsal, RehearsalFailed, rehearse_contest

__all__ = ["Cast", "Rehearsal", "RehearsalFailed", "gather_cast", "rehearse_contest"]
