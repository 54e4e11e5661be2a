"""Shape of a registration as it is typed or uploaded; the services decide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Contest, Contestant
from contest.services import AskedField, FieldFault, Registration, asked_fields, registration_faults, typed_values
from contest.services.documents import check_document, clean_document_number
from contest.services.registrations import LONGEST
from core.exceptions import DomainError
from core.text.dates import parse_date
from core.text.names import normalise_name
from core.text.phones import PhoneInvalid, normalise_phone

DETAIL = "details."
REQUIRED = "此项必须填写。"
_BIRTH = "请写成 2015-03-08 或 20150308 这样的日期，年份四位。"
_UNKNOWN_BIRTH = date(2000, 1, 1)
# Faults that only say that another field, which has its own message, is not there yet.
_OF_BIRTH = {"birth_differs_from_id", "age_group", "birth_date"}
_OF_GROUP = {"age_group", "guardian_required"}


class UploadForm(forms.Form):
    file = forms.FileField(label="报名汇总表（.xlsx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".xlsx"}))


class GroupChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument when running
    """组别 as one reads it."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


@dataclass(frozen=True)
class Section:
    """Some fields under one heading; `only_minors` where the group does not need them."""

    title: str
    fields: list[forms.BoundField]
    only_minors: bool = False


class RegistrationForm(forms.Form):
    """One registration, typed by whoever registers or by the office.

    Unbound with `initial=typed_values(contestant)` it shows a draft exactly as it was typed. `typed()` is what to keep
    of it whatever it holds; a valid form's `registration()` is what to hand in. With `complete` nothing may be left
    for later.
    """

    use_required_attribute = False
    complete = True

    def __init__(self, data: Mapping[str, Any] | None = None, *, contest: Contest, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.contest = contest
        self.groups = list(contest.groups.select_related("contest").order_by("pk"))
        self.asked = asked_fields(contest)
        self.fields["group"] = GroupChoice(
            queryset=contest.groups.select_related("contest").order_by("pk"),
            label="组别",
            empty_label=None,
            widget=forms.Select(SELECT),
            error_messages={"required": "请选择组别。", "invalid_choice": "请从列表中选择组别。"},
        )
        self.fields |= _fixed_fields()
        self.fields |= {f"{DETAIL}{each.spec.code}": _asked_field(each) for each in self.asked}
        for name, field in self.fields.items():
            if name != "group":
                field.error_messages["required"] = REQUIRED

    @classmethod
    def of(cls, contestant: Contestant, data: Mapping[str, Any] | None = None) -> "RegistrationForm":
        """The form of a registration that is there: as typed, or as stored."""
        return cls(data, contest=contestant.contest, initial=typed_values(contestant))

    def typed(self) -> dict[str, str]:
        """Everything as it was typed, wrong or not."""
        return {name: str(self.data.get(name, "")) for name in self.fields}

    def sections(self) -> Iterator[Section]:
        """The fields in the order in which people fill them in."""
        yield Section("参加哪一组", [self["group"]])
        yield Section("选手", [self[name] for name in ("name", "gender", "id_kind", "id_number", "birth_date")])
        if any(group.needs_guardian for group in self.groups):
            yield Section("监护人", [self["guardian_name"], self["guardian_phone"]], only_minors=True)
        yield Section("联系", [self["workplace"], self["phone"], self["email"]])
        more = [self[f"{DETAIL}{each.spec.code}"] for each in self.asked]
        yield Section("讲解", [self["title"], self["tutors"], *more, self["remark"]])

    def shown(self) -> list[tuple[str, str]]:
        """Label and text of everything that was filled in, for reading and printing."""
        texts = ((name, str(self[name].value() or "")) for name in self.fields)
        return [(str(self.fields[name].label), self.words(name, text)) for name, text in texts if text]

    def differences(self, stored: Mapping[str, str], typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Label and both texts of each field in which two versions of a registration differ."""
        return [
            (str(field.label), self.words(name, stored.get(name, "")), self.words(name, typed.get(name, "")))
            for name, field in self.fields.items()
            if stored.get(name, "") != typed.get(name, "")
        ]

    def words(self, name: str, text: str) -> str:
        """A value as a person reads it: of a choice its words."""
        choices = getattr(self.fields[name], "choices", ())
        return next((str(label) for value, label in choices if str(value) == text), text)

    def clean_name(self) -> str:
        return normalise_name(self.cleaned_data["name"])

    def clean_guardian_name(self) -> str:
        return normalise_name(self.cleaned_data["guardian_name"])

    def clean_id_kind(self) -> str:
        """Nearly everybody has an identity card; who has not, says so."""
        return self.cleaned_data["id_kind"] or Contestant.IdKind.ID_CARD

    def clean_id_number(self) -> str:
        return clean_document_number(self.cleaned_data["id_number"])

    def clean_birth_date(self) -> date | None:
        text = self.cleaned_data["birth_date"]
        if not text:
            return None
        day = parse_date(text)
        if not isinstance(day, date):
            raise forms.ValidationError(_BIRTH)
        return day

    def clean_phone(self) -> str:
        return _phone(self.cleaned_data["phone"])

    def clean_guardian_phone(self) -> str:
        text = self.cleaned_data["guardian_phone"]
        return _phone(text) if text else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._birth_date_from_number(cleaned)
        for fault in registration_faults(self._assembled(cleaned), complete=self.complete):
            if not self._is_said_already(fault):
                self.add_error(fault.field if fault.field in self.fields else None, fault.message)
        return cleaned

    def registration(self) -> Registration:
        """The registration of a form whose fields are clean."""
        return self._assembled(self.cleaned_data)

    def _birth_date_from_number(self, cleaned: dict[str, Any]) -> None:
        """An identity card tells the birth date: nobody need type it again."""
        if cleaned.get("birth_date") is not None or "birth_date" in self.errors:
            return
        try:
            number = cleaned.get("id_number", "")
            document = check_document(cleaned.get("id_kind", ""), number, today=self.contest.first_day)
        except DomainError:
            document = None
        if document is None or document.birth_date is None:
            self.add_error("birth_date", REQUIRED)
        else:
            cleaned["birth_date"] = document.birth_date

    def _assembled(self, cleaned: Mapping[str, Any]) -> Registration:
        group = cleaned.get("group") or self.groups[0]
        names = [*LONGEST, "gender", "id_kind", "id_number", "phone", "guardian_phone"]
        values = {name: cleaned.get(name) or "" for name in names}
        if not group.needs_guardian:
            values |= {"guardian_name": "", "guardian_phone": ""}
        details = {each.spec.code: cleaned.get(f"{DETAIL}{each.spec.code}") or "" for each in self.asked}
        birth_date = cleaned.get("birth_date") or _UNKNOWN_BIRTH
        return Registration(group=group, birth_date=birth_date, details=details, **values)

    def _is_said_already(self, fault: FieldFault) -> bool:
        if fault.field in self.errors:
            return True
        if "birth_date" in self.errors and fault.code in _OF_BIRTH:
            return True
        return "group" in self.errors and fault.code in _OF_GROUP


class ContestantForm(RegistrationForm):
    """The same, typed in by the office, which may leave for later what a workbook may."""

    complete = False


class LeaveForm(forms.Form):
    """A contestant leaves or is refused, with the reason."""

    kind = forms.ChoiceField(
        label="办理",
        choices=[("withdraw", "选手退出"), ("refuse", "资格不符，不予受理")],
        widget=forms.Select(SELECT),
    )
    reason = forms.CharField(label="原因", max_length=200, widget=forms.TextInput(CONTROL))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "请写明原因。"},
    )


def _fixed_fields() -> dict[str, forms.Field]:
    return {
        "name": _text("姓名", autocomplete="off"),
        "gender": _choice("性别", [("", "请选择"), *Contestant.Gender.choices]),
        "id_kind": _choice("证件类型", Contestant.IdKind.choices, required=False),
        "id_number": _text("证件号码", autocomplete="off", autocapitalize="characters", spellcheck="false"),
        "birth_date": _text(
            "出生日期", False, "如 2015-03-08。填了身份证号的可以不填。", inputmode="numeric", autocomplete="off"
        ),
        "workplace": _text("工作单位（学校）", autocomplete="organization"),
        "title": _text("讲解题目"),
        "tutors": _text("指导教师", False, "有两位的，用顿号隔开。"),
        "guardian_name": _text("监护人姓名", False, autocomplete="name"),
        "guardian_phone": _text("监护人电话", False, inputmode="tel", autocomplete="tel", type="tel"),
        "phone": _text("联系电话", inputmode="tel", autocomplete="tel", type="tel"),
        "email": forms.EmailField(
            label="电子邮箱",
            required=False,
            widget=forms.EmailInput({**CONTROL, "autocomplete": "email"}),
            error_messages={"invalid": "这不是电子邮箱地址，请核对，例如 name@example.com。"},
        ),
        "remark": _text("备注", False),
    }


def _asked_field(asked: AskedField) -> forms.Field:
    spec = asked.spec
    if spec.kind == "choice":
        choices = [("", "请选择"), *((each, each) for each in spec.choices)]
        return _choice(spec.label, choices, required=asked.required, help_text=spec.hint)
    if spec.kind == "long":
        widget: forms.Widget = forms.Textarea({**CONTROL, "rows": 5, "data-longest": spec.longest})
    elif spec.kind == "date":
        widget = forms.DateInput({**CONTROL, "type": "date"})
    else:
        widget = forms.TextInput(CONTROL)
    # Too long a text is for the service to name, with how many characters there are.
    return forms.CharField(label=spec.label, required=asked.required, help_text=spec.hint, widget=widget)


def _text(label: str, required: bool = True, help_text: str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=forms.TextInput({**CONTROL, **attrs})
    )


def _choice(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    messages = {"invalid_choice": "请从列表中选择。"}
    widget = forms.Select(SELECT)
    return forms.ChoiceField(label=label, choices=choices, widget=widget, error_messages=messages, **kwargs)


def _phone(text: str) -> str:
    try:
        return normalise_phone(text)
    except PhoneInvalid as error:
        raise forms.ValidationError(error.message) from error


__all__ = [
    "ContestantForm",
    "LeaveForm",
    "ReasonForm",
    "RegistrationForm",
    "Section",
    "UploadForm",
]
