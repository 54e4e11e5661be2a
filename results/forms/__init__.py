"""Forms of results: rosters and certificates; objections."""

from results.forms.results import (
    IssueForm,
    PublicationForm,
    WithdrawForm,
)

__all__ = [
    "IssueForm",
    "PublicationForm",
    "WithdrawForm",
]
