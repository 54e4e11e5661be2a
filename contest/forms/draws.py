"""The running order: a public number, or the numbers that were drawn on the spot."""

from collections.abc import Sequence
from typing import Any

from django import forms

from contest.forms.widgets import CONTROL
from contest.models import Contestant


class LotsForm(forms.Form):
    public = forms.CharField(
        label="公开随机数",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        help_text="当众确定、谁也不能预先知道的数，例如：2026-11-20 双色球 2026134 期 03 08 14 19 27 31 + 11",
    )


class OrderForm(forms.Form):
    """The order that was drawn on the spot: a number for each contestant, and a reason if it changes an earlier one."""

    def __init__(self, *args: Any, contestants: Sequence[Contestant], again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contestants = contestants
        for contestant in contestants:
            self.fields[f"number_{contestant.pk}"] = forms.IntegerField(
                label=f"{contestant.name}的抽签号",
                min_value=1,
                max_value=len(contestants),
                widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
            )
        if again:
            self.fields["reason"] = forms.CharField(label="更改原因", max_length=200, widget=forms.TextInput(CONTROL))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[int, str] = {}
        for contestant in self.contestants:
            number = cleaned.get(f"number_{contestant.pk}")
            if number is None:
                continue
            if number in seen:
                self.add_error(f"number_{contestant.pk}", f"{number} 号已经给了{seen[number]}，请核对。")
            seen.setdefault(number, contestant.name)
        return cleaned

    def order(self) -> list[int]:
        """Contestants' ids, first to last."""
        numbers = {contestant.pk: self.cleaned_data[f"number_{contestant.pk}"] for contestant in self.contestants}
        return sorted(numbers, key=lambda pk: numbers[pk])

    def lines(self) -> list[tuple[Contestant, forms.BoundField]]:
        return [(contestant, self[f"number_{contestant.pk}"]) for contestant in self.contestants]
