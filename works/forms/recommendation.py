"""What an organiser sends about recommendations to the province; the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from works.models import WordTemplate
from works.selectors.recommendations import Candidate
from works.services.recommendations import LONGEST_REASON

_CONTROL = {"class": "form-control"}


class RecommendForm(forms.Form):
    """A number beside each winner that is recommended; `seen` is the list that was on the page."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(_CONTROL),
        help_text="顺序与获奖名次不同，或者并列的要分先后时填写。",
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], standing: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        self.fields["seen"].initial = ",".join(str(pk) for pk in standing)
        places = {pk: place for place, pk in enumerate(standing, start=1)}
        for each in candidates:
            label = f"《{each.work.title}》的推荐顺序"
            self.fields[self._name(each)] = forms.IntegerField(
                label=label,
                required=False,
                min_value=1,
                max_value=999,
                initial=places.get(each.work.pk),
                widget=forms.NumberInput({**_CONTROL, "class": "form-control order", "aria-label": label}),
                error_messages={"invalid": f"{label}应为整数。"},
            )

    @staticmethod
    def _name(candidate: Candidate) -> str:
        return f"place-{candidate.work.pk}"

    def lines(self) -> list[tuple[Candidate, forms.BoundField]]:
        """Each winner with its control."""
        return [(each, self[self._name(each)]) for each in self.candidates]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        numbers = [place for each in self.candidates if (place := cleaned.get(self._name(each))) is not None]
        if len(set(numbers)) != len(numbers):
            self.add_error(None, "有两件作品的推荐顺序相同，请改成不同的数字。")
        return cleaned

    def chosen(self) -> list[int]:
        """Ids of the chosen works, first to last."""
        numbered = [(self.cleaned_data[self._name(each)], each.work.pk) for each in self.candidates]
        return [pk for place, pk in sorted((place, pk) for place, pk in numbered if place is not None)]

    def seen_list(self) -> list[int]:
        """The list that was on the page; what nobody could have seen is no list."""
        parts = self.cleaned_data["seen"].split(",")
        return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16]


class WithdrawForm(forms.Form):
    """Why a work is no longer recommended."""

    reason = forms.CharField(
        label="不再推荐的理由",
        max_length=LONGEST_REASON,
        widget=forms.TextInput(_CONTROL),
        error_messages={"required": "请写明不再推荐的理由。"},
    )


class TemplateForm(forms.Form):
    """A restyled Word template."""

    document = forms.ChoiceField(
        label="文书", choices=WordTemplate.Document.choices, widget=forms.Select({"class": "form-select"})
    )
    file = forms.FileField(
        label="改好版式的模板（.docx）", widget=forms.ClearableFileInput({**_CONTROL, "accept": ".docx"})
    )


class PurposeForm(forms.Form):
    """What personal data leaves the system for."""

    purpose = forms.CharField(
        label="用途",
        max_length=200,
        widget=forms.TextInput(_CONTROL),
        help_text="材料含联系人的电话和邮箱，用途记入台账。例如：报送省级评选。",
        error_messages={"required": "导出联系方式须写明用途。"},
    )
