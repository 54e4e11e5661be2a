"""From a locked ranking to the published list and its certificates; other apps import from here."""

from results.services.certificates import issue_certificates
from results.services.publication import publish_result, set_publication, withdraw_result
from results.services.rosters import confirm_result, propose_result

__all__ = [
    "confirm_result",
    "issue_certificates",
    "propose_result",
    "publish_result",
    "set_publication",
    "withdraw_result",
]
