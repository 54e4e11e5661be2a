"""A contest's office: registrations, rounds, draw, results, finalists; other apps import from here."""

from contest.services.contestants import (
    change_contestant,
    record_guardian_consent,
    refuse_contestant,
    withdraw_contestant,
)
from contest.services.contests import create_contest
from contest.services.draws import commit_draw, draw_lots, set_draw_order
from contest.services.exports import record_export
from contest.services.finalists import move_up_reserve, record_finalists, withdraw_finalist
from contest.services.imports import ImportOutcome, import_contestants, preview_import
from contest.services.outcomes import propose_group_result, roster_rows
from contest.services.participants import ParticipantAccount, open_participant_account
from contest.services.registrations import FieldFault, Registration, registration_faults
from contest.services.rounds import propose_kinship, set_up_round
from contest.services.uploads import discard_upload, keep_upload, open_upload

__all__ = [
    "FieldFault",
    "ImportOutcome",
    "ParticipantAccount",
    "Registration",
    "change_contestant",
    "commit_draw",
    "create_contest",
    "discard_upload",
    "draw_lots",
    "import_contestants",
    "keep_upload",
    "move_up_reserve",
    "open_participant_account",
    "open_upload",
    "preview_import",
    "propose_group_result",
    "propose_kinship",
    "record_export",
    "record_finalists",
    "record_guardian_consent",
    "refuse_contestant",
    "registration_faults",
    "roster_rows",
    "set_draw_order",
    "set_up_round",
    "withdraw_contestant",
    "withdraw_finalist",
]
