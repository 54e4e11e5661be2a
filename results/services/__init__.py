"""From a locked ranking to the published list and its certificates; other apps import from here."""

from results.services.batches import check_certificates, draft_batch, issue_batch, result_of
from results.services.certificates import TUTORS, UNITS, WINNERS, Recipients, awards_of, default_prefix, recipients_of
from results.services.hiding import hide_entry, show_entry
from results.services.notices import draft_result_notice, notice_list_faults, publish_result_notice
from results.services.objection_acts import (
    accept_objection,
    assign_handler,
    decline_objection,
    note_objection,
    recuse_handler,
    reveal_objection,
    rule_objection,
    settle_objection,
    settling_fault,
)
from results.services.objections import lodge_objection, record_paper_objection
from results.services.publication import publish_result, set_publication, withdraw_result
from results.services.publicity import (
    Preview,
    closing_of,
    preview_publicity,
    set_publicity_days,
    start_publicity,
    start_refusals,
    withdraw_publicity,
)
from results.services.rosters import confirm_result, propose_result

__all__ = [
    "TUTORS",
    "UNITS",
    "WINNERS",
    "Preview",
    "Recipients",
    "accept_objection",
    "assign_handler",
    "awards_of",
    "check_certificates",
    "closing_of",
    "confirm_result",
    "decline_objection",
    "default_prefix",
    "draft_batch",
    "draft_result_notice",
    "hide_entry",
    "issue_batch",
    "lodge_objection",
    "note_objection",
    "notice_list_faults",
    "preview_publicity",
    "propose_result",
    "publish_result",
    "publish_result_notice",
    "recipients_of",
    "record_paper_objection",
    "recuse_handler",
    "result_of",
    "reveal_objection",
    "rule_objection",
    "set_publication",
    "set_publicity_days",
    "settle_objection",
    "settling_fault",
    "show_entry",
    "start_publicity",
    "start_refusals",
    "withdraw_publicity",
    "withdraw_result",
]
