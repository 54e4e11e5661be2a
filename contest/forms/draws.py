"""The running order: a public number, or the numbers that were drawn on the spot."""

from collections.abc import Sequence
from typing import Any

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Contestant, GroupRound


class LotsForm(forms.Form):
    public = forms.CharField(
        label="公开随机数",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        help_text="当众确定、谁也不能预先知道的数，例如：2026-11-20 双色球 2026134 期 03 08 14 19 27 31 + 11",
    )


class RedrawForm(forms.Form):
    reason = forms.CharField(
        label="重新抽签的原因",
        max_length=300,
        widget=forms.TextInput(CONTROL),
        help_text="由另一个账号（组委会或监督员）同意后才能重新抽签；原来的抽签仍在台账中。",
    )


class OrderForm(forms.Form):
    """What was drawn on the spot: a number for each contestant, the room too where there are several; witnesses."""

    witnesses = forms.CharField(
        label="见证人",
        max_length=120,
        widget=forms.TextInput(CONTROL),
        help_text="当场见证抽签的人，例如监督员和选手代表，写姓名。",
    )

    def __init__(
        self, *args: Any, contestants: Sequence[Contestant], rooms: Sequence[GroupRound] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contestants = contestants
        self.rooms = rooms if len(rooms) > 1 else ()
        for contestant in contestants:
            self.fields[f"number_{contestant.pk}"] = forms.IntegerField(
                label=f"{contestant.name}的抽签号",
                min_value=1,
                max_value=len(contestants),
                widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
            )
            if self.rooms:
                self.fields[f"room_{contestant.pk}"] = forms.TypedChoiceField(
                    label=f"{contestant.name}的赛场",
                    choices=[("", "赛场"), *((room.pk, room.room) for room in self.rooms)],
                    coerce=int,
                    widget=forms.Select(SELECT),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[tuple[int, int], str] = {}
        for contestant in self.contestants:
            number = cleaned.get(f"number_{contestant.pk}")
            if number is None:
                continue
            place = (cleaned.get(f"room_{contestant.pk}") or 0, number)
            if place in seen:
                self.add_error(f"number_{contestant.pk}", f"{number} 号已经给了{seen[place]}，请核对。")
            seen.setdefault(place, contestant.name)
        return cleaned

    def orders(self) -> list[list[int]]:
        """Contestants' ids, first to last, for each room."""
        given = self.cleaned_data
        places = {each.pk: given[f"number_{each.pk}"] for each in self.contestants}
        in_order = sorted(places, key=lambda pk: places[pk])
        if not self.rooms:
            return [in_order]
        return [[pk for pk in in_order if given[f"room_{pk}"] == room.pk] for room in self.rooms]

    def lines(self) -> list[tuple[Contestant, forms.BoundField, forms.BoundField | None]]:
        return [
            (each, self[f"number_{each.pk}"], self[f"room_{each.pk}"] if self.rooms else None)
            for each in self.contestants
        ]
