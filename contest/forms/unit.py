"""Shape of what a unit's coordinator sends: drafts read for submission, the order of the unit's entries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from contest.forms.registration import RegistrationForm
from contest.forms.widgets import CONTROL
from contest.models import Contestant
from contest.services import Registration, typed_values

_MOVE = re.compile(r"^(up|down)-(\d{1,18})$")


@dataclass(frozen=True)
class ReadEntries:
    """Drafts as read: registrations by the contestant's number, and those that cannot be read, with the reasons."""

    registrations: dict[int, Registration] = field(default_factory=dict)
    refused: list[tuple[Contestant, str]] = field(default_factory=list)


def read_entries(contestants: Sequence[Contestant]) -> ReadEntries:
    """What was typed into each draft, checked as its own page checks it."""
    read = ReadEntries()
    for one in contestants:
        form = RegistrationForm(typed_values(one), contest=one.contest)
        if form.is_valid():
            read.registrations[one.pk] = form.registration()
        else:
            read.refused.append((one, _faults(form)))
    return read


def _faults(form: RegistrationForm) -> str:
    labels = {name: each.label for name, each in form.fields.items()}
    return "".join(
        f"{labels[name]}：{errors[0]}" if name in labels else str(errors[0]) for name, errors in form.errors.items()
    )


class UnitOrderForm(forms.Form):
    """A unit's entries of a group with a number each, and perhaps a button that moves one up or down.

    Who got another number goes to that place, the others close ranks around: one number is enough to move somebody.
    """

    seen = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)
    move = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, entries: Sequence[Contestant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        for place, one in enumerate(entries, start=1):
            attrs = {**CONTROL, "inputmode": "numeric", "aria-label": f"{one.name or '未填姓名'}的推荐顺序"}
            self.fields[_name(one)] = forms.IntegerField(
                initial=place,
                required=False,
                min_value=1,
                max_value=len(entries),
                widget=forms.TextInput(attrs),
                error_messages={
                    "invalid": "请填写数字。",
                    "min_value": "请从 1 填起。",
                    "max_value": f"本组共 {len(entries)} 人，最大填 {len(entries)}。",
                },
            )

    def number_of(self, contestant: Contestant) -> forms.BoundField:
        """The field of one entry's number."""
        return self[_name(contestant)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[int, Contestant] = {}
        for place, one in self._moved():
            if place in taken:
                other = taken[place]
                self.add_error(_name(one), f"第 {place} 位已经给了{other.name or '另一人'}，请换一个数字。")
            taken[place] = one
        return cleaned

    def order(self) -> list[int]:
        """The contestants' numbers in the new order."""
        moved = self._moved()
        gone = {one.pk for _, one in moved}
        order = [one.pk for one in self.entries if one.pk not in gone]
        for place, one in sorted(moved, key=lambda pair: pair[0]):
            order.insert(place - 1, one.pk)
        return _step(order, self.cleaned_data.get("move", ""))

    def _moved(self) -> list[tuple[int, Contestant]]:
        found = []
        for place, one in enumerate(self.entries, start=1):
            number = self.cleaned_data.get(_name(one))
            if number is not None and number != place:
                found.append((number, one))
        return found


def _name(contestant: Contestant) -> str:
    return f"place-{contestant.pk}"


def _step(order: list[int], move: str) -> list[int]:
    """The order after one entry changed places with its neighbour."""
    found = _MOVE.match(move)
    if found is None or int(found[2]) not in order:
        return order
    place = order.index(int(found[2]))
    other = place - 1 if found[1] == "up" else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
