"""A works selection: call, submissions, screening, review, recommendation; other apps import from here."""

from works.services.checks import check_work, check_works
from works.services.drafts import delete_draft, discard_changes, save_draft, start_work
from works.services.files import current_files, hand_in_file, take_back_file
from works.services.imports import ImportOutcome, ImportRow, import_works, preview_import
from works.services.missing import Missing, missing_for, missing_items
from works.services.paper_copies import record_paper_copies
from works.services.quotas import set_outside_quota
from works.services.screening import ScreeningOutcome, accept_works, refuse_works, reopen_works, return_works
from works.services.selections import create_selection
from works.services.submissions import recall_work, submit_work, withdraw_work
from works.services.typed import typed_values
from works.services.unit_entries import UnitKind, UnitLine, set_unit_order, submit_unit_works, unit_kinds

__all__ = [
    "ImportOutcome",
    "ImportRow",
    "Missing",
    "ScreeningOutcome",
    "UnitKind",
    "UnitLine",
    "accept_works",
    "check_work",
    "check_works",
    "create_selection",
    "current_files",
    "delete_draft",
    "discard_changes",
    "hand_in_file",
    "import_works",
    "missing_for",
    "missing_items",
    "preview_import",
    "recall_work",
    "record_paper_copies",
    "refuse_works",
    "reopen_works",
    "return_works",
    "save_draft",
    "set_outside_quota",
    "set_unit_order",
    "start_work",
    "submit_unit_works",
    "submit_work",
    "take_back_file",
    "typed_values",
    "unit_kinds",
    "withdraw_work",
]
