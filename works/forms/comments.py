"""A reviewer's comments beside the marks; the service decides."""

from typing import Any

from django import forms

from scoring.models import SheetComment


class CommentsForm(forms.Form):
    """What to say to the office and to the author, and the version that was seen."""

    to_office = forms.CharField(
        label="给组委会的意见",
        required=False,
        strip=False,
        widget=forms.Textarea({"class": "form-control", "rows": 3, "maxlength": SheetComment.LONGEST}),
        help_text="只有组委会和评审会看得到。",
    )
    to_author = forms.CharField(
        label="给作者的意见",
        required=False,
        strip=False,
        widget=forms.Textarea({"class": "form-control", "rows": 3, "maxlength": SheetComment.LONGEST}),
        help_text="结果公布后由组委会放行，不显示是谁写的。请不要写出自己的姓名、单位。",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def refuse(self, message: str, errors: dict[str, Any]) -> None:
        """Put each sentence beside its field."""
        fields = {"office": "to_office", "author": "to_author"}
        for kind, sentence in errors.items():
            if kind in fields:
                self.add_error(fields[kind], sentence)
        if not errors:
            self.add_error(None, message)

    def saw(self, version: int) -> None:
        """The page that comes back shows what stands: saving what was typed is then a choice."""
        self.data = {name: self.data.get(name, "") for name in self.fields} | {"seen": str(version)}
