from scoring.services.assignments import (
    Conflict,
    assign_one,
    assign_sheets,
    reassign_sheet,
    record_conflicts,
    unassign_sheet,
)
from scoring.services.attendance import mark_absent, mark_present, mark_seat_absent, mark_seat_present
from scoring.services.comments import ReviewTerms, save_comments, set_review_terms
from scoring.services.corrections import (
    confirm_correction,
    refuse_correction,
    request_entry_correction,
    request_mark_correction,
    settle_late_mark,
)
from scoring.services.entries import add_deduction, cancel_deduction, record_quiz, record_seconds, set_entry_status
from scoring.services.panels import add_seat, create_panel, remove_seat
from scoring.services.paper import confirm_paper_marks, discard_paper_marks, type_paper_marks
from scoring.services.recusals import confirm_recusal, declare_recusal, dismiss_recusal, propose_recusals
from scoring.services.rounds import (
    NewEntry,
    add_entries,
    create_round,
    lock_entry,
    lock_round,
    open_round,
    reorder_entries,
)
from scoring.services.rulebooks import (
    Revision,
    create_rulebook,
    revise_and_follow,
    revise_rulebook,
    switch_fault,
    switch_rulebook,
)
from scoring.services.runoffs import create_runoff
from scoring.services.sheets import SaveOutcome, return_sheet, save_draft, submit_sheet
from scoring.services.snapshots import take_snapshot
from scoring.services.ties import record_tie_decision

__all__ = [
    "Conflict",
    "NewEntry",
    "ReviewTerms",
    "Revision",
    "SaveOutcome",
    "add_deduction",
    "add_entries",
    "add_seat",
    "assign_one",
    "assign_sheets",
    "cancel_deduction",
    "confirm_correction",
    "confirm_paper_marks",
    "confirm_recusal",
    "create_panel",
    "create_round",
    "create_rulebook",
    "create_runoff",
    "declare_recusal",
    "discard_paper_marks",
    "dismiss_recusal",
    "lock_entry",
    "lock_round",
    "mark_absent",
    "mark_present",
    "mark_seat_absent",
    "mark_seat_present",
    "open_round",
    "propose_recusals",
    "reassign_sheet",
    "record_conflicts",
    "record_quiz",
    "record_seconds",
    "record_tie_decision",
    "refuse_correction",
    "remove_seat",
    "reorder_entries",
    "request_entry_correction",
    "request_mark_correction",
    "return_sheet",
    "revise_and_follow",
    "revise_rulebook",
    "save_comments",
    "save_draft",
    "set_entry_status",
    "set_review_terms",
    "settle_late_mark",
    "submit_sheet",
    "switch_fault",
    "switch_rulebook",
    "take_snapshot",
    "type_paper_marks",
    "unassign_sheet",
]
