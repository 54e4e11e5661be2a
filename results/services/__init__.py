"""From a locked ranking to the published list and its certificates; other apps import from here."""

from results.services.batches import check_certificates, draft_batch, issue_batch, result_of
from results.services.certificates import TUTORS, UNITS, WINNERS, Recipients, awards_of, default_prefix, recipients_of
from results.services.publication import publish_result, set_publication, withdraw_result
from results.services.rosters import confirm_result, propose_result

__all__ = [
    "TUTORS",
    "UNITS",
    "WINNERS",
    "Recipients",
    "awards_of",
    "check_certificates",
    "confirm_result",
    "default_prefix",
    "draft_batch",
    "issue_batch",
    "propose_result",
    "publish_result",
    "recipients_of",
    "result_of",
    "set_publication",
    "withdraw_result",
]
