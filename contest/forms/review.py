"""Shape of what is typed while registrations are reviewed; the services decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from contest.forms.registration import RegistrationForm
from contest.forms.widgets import CONTROL
from contest.models import Contestant
from contest.services import typed_values
from contest.services.batches import LONGEST_REASON, NEEDS_REASON, REASONS, BatchAct, joined_reason
from contest.services.exports import LONGEST_REASON as LONGEST_PURPOSE
from contest.services.notes import LONGEST_NOTE
from contest.services.review_sheet import HIDDEN
from core.text.masks import mask_id, mask_phone

DATE_TIME = "%Y-%m-%dT%H:%M"
# What the page of a registration shows masked stays out of its form too: left empty, it stays as it is.
SECRETS = ("id_number", "birth_date", "phone", "guardian_phone", "email", "details.address")


class BatchForm(forms.Form):
    """Why, and until when: for one registration or for many."""

    use_required_attribute = False
    reasons = forms.MultipleChoiceField(label="原因", required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label="自己写，或补充说明",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({**CONTROL, "rows": 2}),
    )
    due_at = forms.DateTimeField(
        label="请在此前补正",
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format=DATE_TIME),
        help_text="默认三个工作日后的 17:00，遇节假日请自行延后。",
        error_messages={"required": "请填写补正期限。", "invalid": "请写成 2026-11-27 17:00 这样的日期和时间。"},
    )

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = BatchAct(act)
        if self.act not in NEEDS_REASON:
            del self.fields["reasons"], self.fields["words"]
        else:
            reasons = self.fields["reasons"]
            assert isinstance(reasons, forms.MultipleChoiceField)
            reasons.choices = [(each, each) for each in REASONS[self.act]]
        if self.act != BatchAct.RETURN:
            del self.fields["due_at"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.act in NEEDS_REASON and not self.errors:
            reason = joined_reason(cleaned["reasons"], cleaned["words"])
            if not reason:
                self.add_error("words", "请勾选一条原因，或自己写一句；报名人会看到。")
            elif len(reason) > LONGEST_REASON:
                self.add_error("words", f"连同勾选的原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
            cleaned["reason"] = reason
        return cleaned


class RevealForm(forms.Form):
    """What somebody's numbers are wanted for."""

    use_required_attribute = False
    purpose = forms.CharField(
        label="查看完整证件号码和电话的用途",
        max_length=LONGEST_PURPOSE,
        widget=forms.TextInput({**CONTROL, "list": "purposes", "autocomplete": "off"}),
        error_messages={"required": "请写明用途，会记入台账。"},
    )


class NoteForm(forms.Form):
    use_required_attribute = False
    body = forms.CharField(
        label="给报名人留言",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({**CONTROL, "rows": 3}),
        error_messages={"required": "请写下要说的话。"},
    )


class OfficeRegistrationForm(RegistrationForm):
    """The registration form as the office corrects with it: numbers that were not asked to be shown are not in it.

    Left empty they stay as they are; typed, they replace what is stored.
    """

    @classmethod
    def of(cls, contestant: Contestant, data: Mapping[str, Any] | None = None) -> "OfficeRegistrationForm":
        stored = typed_values(contestant)
        shown = {name: text for name, text in stored.items() if name not in SECRETS}
        form = cls(_filled(data, stored), contest=contestant.contest, initial=shown)
        form.untyped = [name for name in SECRETS if data is not None and not str(data.get(name, "")).strip()]
        masks = {"id_number": mask_id, "phone": mask_phone, "guardian_phone": mask_phone}
        for name in SECRETS:
            if name in form.fields and (text := stored.get(name, "")):
                masked = masks[name](text) if name in masks else HIDDEN
                form.fields[name].widget.attrs["placeholder"] = f"{masked}（不改则留空）"
        return form

    untyped: Sequence[str] = ()

    def plain_differences(self, stored: Mapping[str, str], typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """As `differences`, of a number only that it differs."""
        shown = [
            {name: "（已遮盖）" if name in SECRETS else text for name, text in each.items()} for each in (stored, typed)
        ]
        return self.differences(shown[0], shown[1])

    def keep_masked(self) -> None:
        """Before the form is shown again: what was filled in for the check is taken out."""
        if self.is_bound:
            bare = QueryDict(mutable=True)
            bare.update({name: text for name, text in self.data.items() if name not in self.untyped})
            self.data = bare


def _filled(data: Mapping[str, Any] | None, stored: Mapping[str, str]) -> dict[str, Any] | None:
    if data is None:
        return None
    filled = {name: data.get(name, "") for name in data}
    new_document = bool(str(data.get("id_number", "")).strip())
    for name in SECRETS:
        if str(filled.get(name, "")).strip() or (name == "birth_date" and new_document):
            continue
        filled[name] = stored.get(name, "")
    return filled
