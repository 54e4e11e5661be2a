"""Shape of a unit's order of its works of a kind."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from works.forms.submission import CONTROL
from works.models import Work

_MOVE = re.compile(r"^(up|down)-(\d{1,18})$", re.ASCII)


class WorkOrderForm(forms.Form):
    """A unit's works of a kind with a number each, and perhaps a button that moves one up or down.

    What got another number goes to that place, the others close ranks around: one number is enough to move a work.
    """

    seen = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)
    move = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, works: Sequence[Work], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.works = works
        for place, one in enumerate(works, start=1):
            attrs = {**CONTROL, "inputmode": "numeric", "aria-label": f"{one.title or '未填名称'}的推荐顺序"}
            self.fields[_name(one)] = forms.IntegerField(
                initial=place,
                required=False,
                min_value=1,
                max_value=len(works),
                widget=forms.TextInput(attrs),
                error_messages={
                    "invalid": "请填写数字。",
                    "min_value": "请从 1 填起。",
                    "max_value": f"这一类共 {len(works)} 件，最大填 {len(works)}。",
                },
            )

    def number_of(self, work: Work) -> forms.BoundField:
        """The field of one work's number."""
        return self[_name(work)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[int, Work] = {}
        for place, one in self._moved():
            if place in taken:
                other = taken[place]
                self.add_error(_name(one), f"第 {place} 位已经给了《{other.title or '另一件'}》，请换一个数字。")
            taken[place] = one
        return cleaned

    def order(self) -> list[int]:
        """The works' numbers in the order that was asked for."""
        moved = self._moved()
        fixed = {place: one.pk for place, one in moved}
        rest = iter([one.pk for one in self.works if one not in [each for _, each in moved]])
        order = [fixed[place] if place in fixed else next(rest) for place in range(1, len(self.works) + 1)]
        found = _MOVE.match(self.cleaned_data.get("move", ""))
        if found is None or int(found[2]) not in order:
            return order
        at = order.index(int(found[2]))
        other = at - 1 if found[1] == "up" else at + 1
        if 0 <= other < len(order):
            order[at], order[other] = order[other], order[at]
        return order

    def _moved(self) -> list[tuple[int, Work]]:
        """Works with another number than they had."""
        return [
            (number, one)
            for place, one in enumerate(self.works, start=1)
            if isinstance(number := self.cleaned_data.get(_name(one)), int) and number != place
        ]


def _name(work: Work) -> str:
    return f"place-{work.pk}"
