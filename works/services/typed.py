"""What was typed into a draft, as it was typed, and read as a work's content."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from core.spreadsheets import CellFault
from core.text.dates import Month, parse_date
from core.text.names import is_plausible_name, normalise_name
from core.text.phones import PhoneInvalid, normalise_phone
from works.engine.durations import parse_duration
from works.engine.isbn import IsbnInvalid, normalise_isbn
from works.exceptions import StaleWork
from works.models import Kind, Work
from works.services.columns import column_texts
from works.services.content import AuthorLine, Content, VolumeLine
from works.services.fields import AUTHOR_PARTS, DETAIL, VOLUME_PARTS, FieldFault, FieldSpec, form_fields, has_volumes

Rows = Literal["authors", "volumes"]
PARTS: dict[Rows, tuple[str, ...]] = {"authors": AUTHOR_PARTS, "volumes": VOLUME_PARTS}
MOST_ROWS = 100
# More than anybody writes into such a form; whatever is longer was not typed by a person.
MOST_TYPED = 30_000
_ROW_KEY = re.compile(r"^(authors|volumes)\.([1-9]\d{0,2})\.(name|workplace|isbn|title)$", re.ASCII)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
_URL = re.compile(r"^https?://[^\s/$.?#][^\s]*$", re.IGNORECASE)
_PERCENT = re.compile(r"^(\d{1,3}(?:\.\d{1,2})?)%?$", re.ASCII)
_COUNT = re.compile(r"^(\d{1,9})\s*[册本套]?$", re.ASCII)


def typed_values(work: Work) -> dict[str, str]:
    """What a form shows: the draft as it was typed, else the work as text.

    Keys are the fields of its form, asked ones `details.<code>`, rows `authors.1.name`, `volumes.1.isbn`, and
    `declared`.
    """
    if work.typed is None:
        return column_texts(work)
    values: dict[str, str] = json.loads(work.typed)
    return values


def packed(kind: Kind, typed: Mapping[str, str]) -> str:
    """The draft as its column keeps it; what is no field of the form is left out."""
    names = {spec.name for spec in form_fields(kind)} | {"declared", "unit"}
    return json.dumps({key: text for key, text in typed.items() if key in names or _ROW_KEY.match(key)})


def row_count(typed: Mapping[str, str], rows: Rows) -> int:
    """How many rows of authors or volumes a form shows: those that were typed, empty ones too; at least one."""
    numbers = [int(match[2]) for key in typed if (match := _ROW_KEY.match(key)) and match[1] == rows]
    return min(max(numbers, default=1), MOST_ROWS)


def typed_rows(typed: Mapping[str, str], rows: Rows) -> list[dict[str, str]]:
    """The rows as they were typed."""
    return [
        {part: typed.get(f"{rows}.{place}.{part}", "") for part in PARTS[rows]}
        for place in range(1, row_count(typed, rows) + 1)
    ]


def with_rows(typed: Mapping[str, str], rows: Rows, lines: list[dict[str, str]]) -> dict[str, str]:
    """The draft with other rows of authors or volumes."""
    kept = {key: text for key, text in typed.items() if not key.startswith(f"{rows}.")}
    fresh = {f"{rows}.{place}.{part}": line[part] for place, line in enumerate(lines, start=1) for part in PARTS[rows]}
    return kept | fresh


def moved_rows(lines: list[dict[str, str]], act: str, place: int) -> list[dict[str, str]]:
    """The rows after one act on the one in a place (from 1): `add`, `remove`, `up`, `down`."""
    found = list(lines)
    at = place - 1
    if act == "add":
        return [*found, dict.fromkeys(found[0] if found else (), "")]
    if act == "remove" and 0 <= at < len(found):
        del found[at]
    other = at - 1 if act == "up" else at + 1
    if act in ("up", "down") and 0 <= at < len(found) and 0 <= other < len(found):
        found[at], found[other] = found[other], found[at]
    return found


def refuse_stale(work: Work, seen: int | None, typed: Mapping[str, str]) -> None:
    """Raise StaleWork where somebody changed the row after the form was opened (pitfall 20).

    None where the caller saw no version, as a program that read the row just now.
    """
    if seen is None or seen == work.version:
        return
    raise StaleWork(
        "您打开这一页之后，这件作品已被改动，刚才的内容没有保存，也没有覆盖别人的改动。请对照两份内容，再决定保留哪一份。",
        stored=typed_values(work),
        version=work.version,
        typed=dict(typed),
    )


def read_typed(kind: Kind, typed: Mapping[str, str]) -> tuple[Content, list[FieldFault]]:
    """A draft read as content, and what cannot be read; what is only missing or too long content_faults says."""
    faults: list[FieldFault] = []
    values: dict[str, object] = {}
    details: dict[str, str] = {}
    for spec in form_fields(kind):
        text = typed.get(spec.name, "").strip()
        if not text:
            continue
        try:
            value = READERS[spec.shape](text, spec)
        except CellFault as fault:
            faults.append(FieldFault(spec.name, fault.code, fault.message))
            continue
        if spec.name.startswith(DETAIL):
            details[spec.name.removeprefix(DETAIL)] = str(value)
        else:
            values[spec.name] = value
    values = _settled(values)
    authors = tuple(_authors(typed, faults))
    volumes = tuple(_volumes(typed)) if has_volumes(kind) else ()
    content = Content(kind, values, authors, volumes, details, declared=bool(typed.get("declared", "").strip()))
    return content, faults


def _settled(values: dict[str, object]) -> dict[str, object]:
    """yes and no as the column keeps them."""
    if "ai_used" in values:
        values["ai_used"] = values["ai_used"] == "yes"
    return values


def _authors(typed: Mapping[str, str], faults: list[FieldFault]) -> list[AuthorLine]:
    """The rows that are not empty; one with a workplace only keeps its empty name, for the check to say so."""
    found = []
    for place, line in enumerate(typed_rows(typed, "authors"), start=1):
        name, workplace = normalise_name(line["name"]), line["workplace"].strip()
        if not name and not workplace:
            continue
        if name and not is_plausible_name(name):
            message = f"“{name[:20]}”不像姓名，每行只写一个人的姓名。"
            faults.append(FieldFault(f"authors.{place}.name", "name", message))
        found.append(AuthorLine(name, workplace))
    return found


def _volumes(typed: Mapping[str, str]) -> list[VolumeLine]:
    """The rows that are not empty, ISBNs normalised where they can be read."""
    found = []
    for line in typed_rows(typed, "volumes"):
        text = line["isbn"].strip()
        if not text and not line["title"].strip():
            continue
        try:
            text = normalise_isbn(text)
        except IsbnInvalid:
            text = unicodedata.normalize("NFKC", text)[:40]
        found.append(VolumeLine(text, line["title"].strip()))
    return found


def _text(text: str, spec: FieldSpec) -> str:
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    if spec.name == "title":
        return bare_title(plain)
    return plain


def bare_title(text: str) -> str:
    """A title without the 《》 around it; inner ones stay."""
    plain = text.strip()
    if plain[:1] == "《" and plain[-1:] == "》" and plain.count("《") == 1:
        return plain[1:-1].strip()
    return plain


def _choice(text: str, spec: FieldSpec) -> str:
    if text not in {value for value, _ in spec.choices}:
        raise CellFault("choice", f"请选择：{'、'.join(label for _, label in spec.choices)}。")
    return text


def _month(text: str, spec: FieldSpec) -> date:
    found = parse_date(text)
    if found is None:
        raise CellFault("date", "请写成 2025-03 这样的年月。")
    return date(found.year, found.month, 1)


def _day(text: str, spec: FieldSpec) -> date:
    found = parse_date(text)
    if found is None or isinstance(found, Month):
        raise CellFault("date", "请写成 2025-05-22 这样的日期，写明哪一天。")
    return found


def _count(text: str, spec: FieldSpec) -> int:
    match = _COUNT.match(unicodedata.normalize("NFKC", text).replace(",", ""))
    if match is None or not 0 < int(match[1]) <= spec.most:
        raise CellFault("number", f"请填 1 到 {spec.most} 的整数。" if spec.most < 1000 else "请只填数字，如 10000。")
    return int(match[1])


def _percent(text: str, spec: FieldSpec) -> Decimal:
    match = _PERCENT.match("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None or Decimal(match[1]) > 100:
        raise CellFault("percent", "请填 0 到 100 的数，最多两位小数，如 5 或 7.5。")
    return Decimal(match[1])


def _duration(text: str, spec: FieldSpec) -> int:
    seconds = parse_duration(text)
    if seconds is None:
        raise CellFault("duration", "请写成 3分31秒 或 3:31 的样子。")
    return seconds


def _phone(text: str, spec: FieldSpec) -> str:
    try:
        return normalise_phone(text)
    except PhoneInvalid as invalid:
        raise CellFault("phone", invalid.message) from invalid


def _email(text: str, spec: FieldSpec) -> str:
    address = unicodedata.normalize("NFKC", text).lower()
    if not _EMAIL.match(address):
        raise CellFault("email", "这不是电子邮箱地址，请核对，例如 name@example.com。")
    return address


def read_url(text: str) -> str:
    """An address of the web. Raises CellFault."""
    address = "".join(text.split())
    if not _URL.match(address) or len(address) > 300:
        shown = address if len(address) <= 60 else f"{address[:60]}…"
        raise CellFault("url", f"“{shown}”不是网址，请填写完整的链接，以 https:// 或 http:// 开头。")
    return address


READERS: dict[str, Callable[[str, FieldSpec], object]] = {
    "text": _text,
    "long": _text,
    "choice": _choice,
    "month": _month,
    "day": _day,
    "count": _count,
    "percent": _percent,
    "duration": _duration,
    "phone": _phone,
    "email": _email,
    "url": lambda text, spec: read_url(text),
}
