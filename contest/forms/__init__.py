"""Shape of what is typed in a contest's office; the services decide."""

from contest.forms.contests import ContestForm
from contest.forms.draws import LotsForm, OrderForm, RedrawForm
from contest.forms.registration import ContestantForm, LeaveForm, ReasonForm, RegistrationForm, UploadForm
from contest.forms.results import ProposeForm
from contest.forms.rounds import ChoiceForm, RoundForm, RunningOrderForm, breaks_text

__all__ = [
    "ChoiceForm",
    "ContestForm",
    "ContestantForm",
    "LeaveForm",
    "LotsForm",
    "OrderForm",
    "ProposeForm",
    "ReasonForm",
    "RedrawForm",
    "RegistrationForm",
    "RoundForm",
    "RunningOrderForm",
    "UploadForm",
    "breaks_text",
]
