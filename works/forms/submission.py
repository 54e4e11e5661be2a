"""A work's form as it is typed: what to show of it, and what a browser sent. The services decide (read_typed)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from accounts.models import Unit
from works.models import Kind
from works.services.fields import FieldFault, FieldSpec, form_fields, form_parts
from works.services.typed import PARTS, Rows, row_count, typed_rows

CONTROL = {"class": "form-control"}
_ROW_LABELS = {
    "authors": {"name": "姓名", "workplace": "单位"},
    "volumes": {"isbn": "ISBN", "title": "分册名"},
}
_ROW_TITLES = {"authors": "第 {} 作者", "volumes": "第 {} 册"}
_INPUTS = {"phone": "tel", "email": "email", "url": "url"}
_MODES = {"count": "numeric", "percent": "decimal", "phone": "tel"}


@dataclass(frozen=True)
class ShownField:
    """One field with what was typed into it and what is wrong with that."""

    name: str
    label: str
    value: str
    spec: FieldSpec
    errors: tuple[str, ...] = ()

    @property
    def html_id(self) -> str:
        return f"id_{self.name.replace('.', '-')}"

    @property
    def input_type(self) -> str:
        return _INPUTS.get(self.spec.shape, "text")

    @property
    def input_mode(self) -> str:
        return _MODES.get(self.spec.shape, "")


@dataclass(frozen=True)
class ShownRow:
    """One author or volume in its place."""

    title: str
    place: int
    fields: list[ShownField]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class ShownPart:
    """Fields under one heading, below the rows if there are any."""

    title: str
    fields: list[ShownField]
    rows: str = ""
    lines: list[ShownRow] = field(default_factory=list)
    errors: tuple[str, ...] = ()


class WorkForm:
    """A work's form: `typed` exactly as it was typed, with the faults that the service found."""

    def __init__(
        self, kind: Kind, typed: Mapping[str, str], faults: Sequence[FieldFault] = (), units: Sequence[Unit] = ()
    ) -> None:
        self.kind = kind
        self.typed = dict(typed)
        self.units = units
        self._errors: dict[str, list[str]] = {}
        for fault in faults:
            self._errors.setdefault(fault.field, []).append(fault.message)

    @classmethod
    def sent(cls, kind: Kind, posted: Mapping[str, Any], units: Sequence[Unit] = ()) -> "WorkForm":
        """What a browser sent; keys that are no fields of the form are left out when it is kept."""
        names = {spec.name for spec in form_fields(kind)} | {"declared", "unit"}
        typed = {name: str(posted.get(name, "")) for name in names}
        for rows in PARTS:
            for place in range(1, row_count(dict.fromkeys(posted, ""), rows) + 1):
                typed |= {
                    f"{rows}.{place}.{part}": str(posted.get(f"{rows}.{place}.{part}", "")) for part in PARTS[rows]
                }
        return cls(kind, typed, units=units)

    def parts(self) -> Iterator[ShownPart]:
        """The form in the order in which people fill it in."""
        for part in form_parts(self.kind):
            fields = [self._field(spec.name, spec.label, spec) for spec in part.fields]
            if part.rows:
                errors = tuple(self._errors.get(part.rows, ()))
                yield ShownPart(part.title, fields, part.rows, list(self._rows(part.rows)), errors)
            else:
                yield ShownPart(part.title, fields)

    @property
    def declared(self) -> bool:
        return bool(self.typed.get("declared"))

    @property
    def unit(self) -> str:
        return self.typed.get("unit", "")

    @property
    def unit_errors(self) -> list[str]:
        return self._errors.get("unit", [])

    @property
    def declared_errors(self) -> list[str]:
        return self._errors.get("declared", [])

    def fault_lines(self) -> list[tuple[str, str, str]]:
        """Anchor, label and message of everything that is wrong."""
        labels = {shown.name: (shown.html_id, shown.label) for shown in self._all()}
        labels |= {
            "authors": ("part-authors", "作者"),
            "volumes": ("id_volumes", "ISBN"),
            "declared": ("id_declared", "原创承诺"),
            "unit": ("id_unit", "推荐单位"),
        }
        return [
            (*labels.get(name, ("content", "")), "".join(dict.fromkeys(messages)))
            for name, messages in self._errors.items()
        ]

    def differences(self, stored: Mapping[str, str], typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Label and both texts of each field in which two versions differ; authors and volumes as whole lists."""
        found = []
        for spec in form_fields(self.kind):
            if stored.get(spec.name, "") != typed.get(spec.name, ""):
                words = dict(spec.choices)
                one, other = stored.get(spec.name, ""), typed.get(spec.name, "")
                found.append((spec.label, words.get(one, one), words.get(other, other)))
        labels: dict[Rows, str] = {"authors": "作者", "volumes": "ISBN"}
        for rows, label in labels.items():
            one, other = row_words(stored, rows), row_words(typed, rows)
            if one != other:
                found.append((label, one, other))
        if bool(stored.get("declared")) != bool(typed.get("declared")):
            ticked = {True: "已勾选", False: "未勾选"}
            found.append(("原创承诺", ticked[bool(stored.get("declared"))], ticked[bool(typed.get("declared"))]))
        return found

    def _all(self) -> Iterator[ShownField]:
        for part in self.parts():
            yield from part.fields
            for line in part.lines:
                yield from (
                    ShownField(each.name, f"{line.title}{each.label}", each.value, each.spec) for each in line.fields
                )

    def _rows(self, rows: Rows) -> Iterator[ShownRow]:
        count = row_count(self.typed, rows)
        for place in range(1, count + 1):
            fields = [
                self._field(f"{rows}.{place}.{part}", label, FieldSpec(part, label, required=part in ("name", "isbn")))
                for part, label in _ROW_LABELS[rows].items()
            ]
            title = _ROW_TITLES[rows].format("一" if rows == "authors" and place == 1 else place)
            yield ShownRow(title, place, fields, place == 1, place == count)

    def _field(self, name: str, label: str, spec: FieldSpec) -> ShownField:
        return ShownField(name, label, self.typed.get(name, ""), spec, tuple(self._errors.get(name, ())))


def row_words(typed: Mapping[str, str], rows: Rows) -> str:
    """Authors or volumes as one line for reading."""
    first, second = PARTS[rows]
    lines = [(line[first].strip(), line[second].strip()) for line in typed_rows(typed, rows)]
    return "、".join(f"{one}（{other}）" if other else one for one, other in lines if one or other)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.TextInput(CONTROL), error_messages={"required": "请写明原因。"}
    )


class WorkbookForm(forms.Form):
    file = forms.FileField(label="推荐汇总表（.xlsx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".xlsx"}))


def units_to_choose() -> list[Unit]:
    """The units that an author may ask to recommend a work."""
    return list(Unit.objects.filter(is_active=True).order_by("name"))


__all__ = ["ReasonForm", "ShownPart", "WorkForm", "WorkbookForm", "row_words", "units_to_choose"]
