from scoring.exceptions import Blocker
from scoring.selectors.books import latest_snapshot, result_book, snapshot_faults, tied_sets
from scoring.selectors.input import RoundRows, round_input, round_rows
from scoring.selectors.live import Cell, Column, LiveRow, LiveTable, QueueItem, judge_queue, live_table
from scoring.selectors.progress import SeatProgress, entry_blockers, lock_blockers, open_blockers, seat_progress
from scoring.selectors.reviews import Comments, sheet_comments

__all__ = [
    "Blocker",
    "Cell",
    "Column",
    "Comments",
    "LiveRow",
    "LiveTable",
    "QueueItem",
    "RoundRows",
    "SeatProgress",
    "entry_blockers",
    "judge_queue",
    "latest_snapshot",
    "live_table",
    "lock_blockers",
    "open_blockers",
    "result_book",
    "round_input",
    "round_rows",
    "seat_progress",
    "sheet_comments",
    "snapshot_faults",
    "tied_sets",
]
