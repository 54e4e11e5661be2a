"""Forms of results: rosters and certificates; objections."""

from results.forms.publicity import HideForm, PublicityDaysForm, StartPublicityForm, WithdrawPublicityForm
from results.forms.results import (
    IssueForm,
    PublicationForm,
    WithdrawForm,
)

__all__ = [
    "HideForm",
    "IssueForm",
    "PublicationForm",
    "PublicityDaysForm",
    "StartPublicityForm",
    "WithdrawForm",
    "WithdrawPublicityForm",
]
