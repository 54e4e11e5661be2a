"""Shape of what is typed in a contest's office; the services decide."""

from contest.forms.contests import ContestForm, RoundForm
from contest.forms.draws import LotsForm, OrderForm
from contest.forms.registration import ContestantForm, LeaveForm, ReasonForm, UploadForm
from contest.forms.results import ProposeForm

__all__ = [
    "ContestForm",
    "ContestantForm",
    "LeaveForm",
    "LotsForm",
    "OrderForm",
    "ProposeForm",
    "ReasonForm",
    "RoundForm",
    "UploadForm",
]
