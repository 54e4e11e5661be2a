"""A contest's office: registrations, rounds, draw, results, finalists; other apps import from here."""

from contest.services.advancements import advance_contestants, move_up_next
from contest.services.check_ins import check_in
from contest.services.consents import consent_fault, give_consent, record_guardian_consent
from contest.services.contestants import (
    change_contestant,
    refuse_contestant,
    take_phone_as_guardians,
    withdraw_contestant,
)
from contest.services.contests import create_contest
from contest.services.delegations import DelegationDetails, set_delegation
from contest.services.documents import index_document
from contest.services.drafts import (
    delete_draft,
    recall_registration,
    save_draft,
    start_registration,
    submit_registration,
    typed_values,
)
from contest.services.draws import commit_draw, deal, draw_lots, set_draw_order, set_room_orders
from contest.services.eligibility import (
    Ineligible,
    Missing,
    eligibility_faults,
    eligibility_for,
    missing_for,
    missing_items,
)
from contest.services.exclusions import Exclusion, add_exclusions, remove_exclusion
from contest.services.exhibits import forfeit_without_video, pin_contestants_videos, pin_videos
from contest.services.exports import record_export
from contest.services.fields import OPTIONAL_FIELDS, AskedField, FieldSpec, asked_fields
from contest.services.finalists import move_up_reserve, nominate_extra, record_finalists, withdraw_finalist
from contest.services.imports import ImportOutcome, RowFault, import_contestants, preview_import, unit_row_faults
from contest.services.materials import asked_materials, current_materials, hand_in_material, take_back_material
from contest.services.outcomes import propose_group_result, roster_rows
from contest.services.participants import ParticipantAccount, open_participant_account
from contest.services.redraws import agree_redraw, ask_redraw, decline_redraw
from contest.services.registrations import FieldFault, Registration, registration_faults
from contest.services.review import (
    ReviewOutcome,
    accept_registrations,
    close_abandoned_drafts,
    refuse_registrations,
    return_registrations,
    set_outside_quota,
)
from contest.services.rounds import preliminary_rulebook, prepare_round, propose_kinship, set_up_round
from contest.services.rulebooks import adopt_rulebook
from contest.services.running_order import plan_running_order
from contest.services.unit_entries import (
    SubmitOutcome,
    UnitGroup,
    UnitLine,
    set_unit_order,
    submit_unit_entries,
    unit_groups,
)
from contest.services.word_templates import keep_template, use_shipped_template
from core.files.waiting import discard_upload, keep_upload, open_upload

__all__ = [
    "OPTIONAL_FIELDS",
    "AskedField",
    "DelegationDetails",
    "Exclusion",
    "FieldFault",
    "FieldSpec",
    "ImportOutcome",
    "Ineligible",
    "Missing",
    "ParticipantAccount",
    "Registration",
    "ReviewOutcome",
    "RowFault",
    "SubmitOutcome",
    "UnitGroup",
    "UnitLine",
    "accept_registrations",
    "add_exclusions",
    "adopt_rulebook",
    "advance_contestants",
    "agree_redraw",
    "ask_redraw",
    "asked_fields",
    "asked_materials",
    "change_contestant",
    "check_in",
    "close_abandoned_drafts",
    "commit_draw",
    "consent_fault",
    "create_contest",
    "current_materials",
    "deal",
    "decline_redraw",
    "delete_draft",
    "discard_upload",
    "draw_lots",
    "eligibility_faults",
    "eligibility_for",
    "forfeit_without_video",
    "give_consent",
    "hand_in_material",
    "import_contestants",
    "index_document",
    "keep_template",
    "keep_upload",
    "missing_for",
    "missing_items",
    "move_up_next",
    "move_up_reserve",
    "nominate_extra",
    "open_participant_account",
    "open_upload",
    "pin_contestants_videos",
    "pin_videos",
    "plan_running_order",
    "preliminary_rulebook",
    "prepare_round",
    "preview_import",
    "propose_group_result",
    "propose_kinship",
    "recall_registration",
    "record_export",
    "record_finalists",
    "record_guardian_consent",
    "refuse_contestant",
    "refuse_registrations",
    "registration_faults",
    "remove_exclusion",
    "return_registrations",
    "roster_rows",
    "save_draft",
    "set_delegation",
    "set_draw_order",
    "set_outside_quota",
    "set_room_orders",
    "set_unit_order",
    "set_up_round",
    "start_registration",
    "submit_registration",
    "submit_unit_entries",
    "take_back_material",
    "take_phone_as_guardians",
    "typed_values",
    "unit_groups",
    "unit_row_faults",
    "use_shipped_template",
    "withdraw_contestant",
    "withdraw_finalist",
]
