from scoring.models.decisions import Correction, LateMark, PaperEntry, TieDecision
from scoring.models.rounds import Deduction, Entry, Panel, Recusal, Round, Rulebook, Seat
from scoring.models.sheets import ScoreSheet, SheetComment, SheetRevision
from scoring.models.snapshots import Snapshot

__all__ = [
    "Correction",
    "Deduction",
    "Entry",
    "LateMark",
    "Panel",
    "PaperEntry",
    "Recusal",
    "Round",
    "Rulebook",
    "ScoreSheet",
    "Seat",
    "SheetComment",
    "SheetRevision",
    "Snapshot",
    "TieDecision",
]
