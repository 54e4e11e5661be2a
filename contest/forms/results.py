"""Proposing a roster."""

from typing import Any

from django import forms

from contest.forms.widgets import CONTROL


class ProposeForm(forms.Form):
    """A reason, once there is an earlier version."""

    reason = forms.CharField(
        label="更正的缘由",
        max_length=300,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "这是更正后的名册，请写明更正的缘由。"},
    )

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = again
