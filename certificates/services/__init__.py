"""What can be done with certificates and layouts."""

from certificates.services.issuing import (
    CHECK_ALPHABET,
    LEASE,
    MOST_ATTEMPTS,
    Award,
    check_character,
    claim_certificate,
    fail_certificate,
    finish_certificate,
    issue_certificates,
    make_file,
    retry_certificate,
    revoke_certificates,
    sweep_owed,
)
from certificates.services.layouts import adopt_layout, check_awards, save_layout

__all__ = [
    "CHECK_ALPHABET",
    "LEASE",
    "MOST_ATTEMPTS",
    "Award",
    "adopt_layout",
    "check_awards",
    "check_character",
    "claim_certificate",
    "fail_certificate",
    "finish_certificate",
    "issue_certificates",
    "make_file",
    "retry_certificate",
    "revoke_certificates",
    "save_layout",
    "sweep_owed",
]
