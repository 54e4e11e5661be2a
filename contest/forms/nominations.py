"""Nominating for the province: extra nominees, the delegation, restyled templates, the package."""

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Contestant, Delegation, DocumentTemplate
from contest.services.delegations import DelegationDetails
from contest.services.exports import LONGEST_REASON
from results.models import Result


class ExtraNomineeForm(forms.Form):
    """Somebody of the group outside the quota, with the ground."""

    contestant = forms.ModelChoiceField(
        label="选手", queryset=Contestant.objects.none(), empty_label="请选择", widget=forms.Select(SELECT)
    )
    reason = forms.CharField(
        label="依据",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        help_text="例如：省级科普基地推荐，不占本市名额。",
    )

    def __init__(self, *args: object, result: Result, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = self.fields["contestant"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Contestant.objects.filter(
            appearances__entry__round_id=result.round_id, status=Contestant.Status.ACCEPTED
        ).order_by("pk")


class DelegationForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument when running
    """代表队信息表, as it is typed; the service decides about phones and names."""

    leader_phone = forms.CharField(
        label="领队电话", max_length=40, widget=forms.TextInput({**CONTROL, "inputmode": "tel"})
    )
    contact_phone = forms.CharField(
        label="联系人电话", max_length=40, widget=forms.TextInput({**CONTROL, "inputmode": "tel"})
    )

    class Meta:
        model = Delegation
        fields = [
            "name",
            "leader_name",
            "leader_position",
            "leader_phone",
            "contact_name",
            "contact_phone",
            "contact_email",
            "address",
            "observers",
            "remark",
        ]
        widgets = {
            "name": forms.TextInput(CONTROL),
            "leader_name": forms.TextInput(CONTROL),
            "leader_position": forms.TextInput(CONTROL),
            "contact_name": forms.TextInput(CONTROL),
            "contact_email": forms.EmailInput(CONTROL),
            "address": forms.TextInput(CONTROL),
            "observers": forms.NumberInput(CONTROL),
            "remark": forms.TextInput(CONTROL),
        }

    def details(self) -> DelegationDetails:
        """The answers of a form whose fields are clean."""
        return DelegationDetails(**self.cleaned_data)


class TemplateForm(forms.Form):
    """A restyled Word template."""

    kind = forms.ChoiceField(label="文书", choices=DocumentTemplate.Kind.choices, widget=forms.Select(SELECT))
    file = forms.FileField(
        label="改好版式的模板（.docx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".docx"})
    )


class PurposeForm(forms.Form):
    """What personal data leaves the system for."""

    purpose = forms.CharField(
        label="用途",
        max_length=LONGEST_REASON,
        widget=forms.TextInput(CONTROL),
        help_text="材料含完整的证件号码和电话，用途记入台账。例如：报送省赛组委会。",
    )
