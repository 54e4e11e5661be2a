"""Between a rulebook's document and the text that stands in the editor; what cannot be read stays for the engine."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from scoring.forms.organising import read_clock
from scoring.forms.rulebook_fields import AGGREGATION, LISTS, PARTS, ROUNDING, SINGLE, Leaf, Rows, Typed, asked

Document = Mapping[str, Any]
_WHOLE = re.compile(r"[0-9]{1,6}")


# -- from a document ---------------------------------------------------------------------------------------------


def typed_from(document: Document) -> Typed:
    """What the editor shows of a document that is valid."""
    return {
        **{leaf.key: document[leaf.key] for leaf in SINGLE},
        **{key: {leaf.key: str(document[key][leaf.key]) for leaf in leaves} for key, leaves in PARTS.items()},
        "segments": [_typed_row(each, ("criteria",)) for each in document["segments"]],
        "penalties": [_typed_penalty(each) for each in document["penalties"]],
        "tie_chain": [{"step": _step_text(each)} for each in document["tie_chain"]],
        "groups": [_typed_group(each) for each in document["groups"]],
    }


def _typed_row(row: Document, lists: tuple[str, ...] = ()) -> Typed:
    typed: Typed = {key: str(value) for key, value in row.items() if key not in lists}
    return typed | {key: [_typed_row(each) for each in row.get(key, [])] for key in lists}


def _typed_penalty(row: Document) -> Typed:
    minutes, seconds = divmod(row["limit_seconds"], 60)
    return {
        **{key: "" if value is None else str(value) for key, value in row.items()},
        "limit_seconds": f"{minutes}:{seconds:02}",
        "stop": "on" if row["stop"] else "",
    }


def _typed_group(row: Document) -> Typed:
    return {**_typed_row(row, ("tiers", "titles")), "tiers": [_typed_tier(each) for each in row["tiers"]]}


def _typed_tier(row: Document) -> Typed:
    size = f"percent {row['percent_rounding']}" if "percent" in row else "rest" if "rest" in row else "count"
    return {
        "code": row["code"],
        "title": row["title"],
        "number": str(row.get("count", row.get("percent", ""))),
        "size": size,
        "advances": "on" if row["advances"] else "",
    }


def _step_text(step: Document) -> str:
    return " ".join(str(step[key]) for key in ("kind", "segment", "criterion") if key in step)


# -- from a POST -------------------------------------------------------------------------------------------------


def typed_from_post(posted: Mapping[str, str]) -> Typed:
    """What was typed; rows that were taken away in the browser leave no gap."""
    typed: Typed = {leaf.key: _text(posted, leaf.key) for leaf in SINGLE}
    for key, leaves in PARTS.items():
        typed[key] = {leaf.key: _text(posted, f"{key}.{leaf.key}") for leaf in leaves}
    return typed | {rows.key: _posted_rows(posted, rows, rows.key) for rows in LISTS}


def _posted_rows(posted: Mapping[str, str], rows: Rows, path: str) -> list[Typed]:
    place = re.compile(re.escape(path) + r"\[([0-9]{1,4})\]\.")
    numbers = sorted({int(match[1]) for match in map(place.match, posted) if match})
    found = []
    for number in numbers:
        at = f"{path}[{number}]"
        row: Typed = {leaf.key: _text(posted, f"{at}.{leaf.key}") for leaf in rows.leaves}
        found.append(row | {each.key: _posted_rows(posted, each, f"{at}.{each.key}") for each in rows.lists})
    return found


def _text(posted: Mapping[str, str], name: str) -> str:
    return posted.get(name, "").replace("\r\n", "\n").strip()


# -- to a document -----------------------------------------------------------------------------------------------


def document_from(typed: Typed) -> dict[str, Any]:
    """The document as typed: numbers read where they are numbers, everything else left for parse_rulebook to name."""
    return {
        "format": "mingping-rulebook/1",
        "title": typed["title"],
        "segments": [_segment(each) for each in typed["segments"]],
        "aggregation": _values(AGGREGATION, typed["aggregation"]),
        "penalties": [_values(LISTS[1].leaves, each) for each in typed["penalties"]],
        "rounding": _values(ROUNDING, typed["rounding"]),
        "tie_chain": [_step(each["step"]) for each in typed["tie_chain"]],
        "boundary": typed["boundary"],
        "groups": [_group(each) for each in typed["groups"]],
    }


def _values(leaves: tuple[Leaf, ...], row: Typed) -> dict[str, Any]:
    return {leaf.key: value_of(leaf, row.get(leaf.key, "")) for leaf in leaves if asked(leaf.only, row)}


def value_of(leaf: Leaf, text: str) -> object:
    """What a control's text says in a document; text that cannot be read stays text."""
    if leaf.kind == "check":
        return text == "on"
    if leaf.kind in ("points", "whole", "clock"):
        text = unicodedata.normalize("NFKC", text).replace(" ", "")
        if not text and leaf.optional:
            return None
    if leaf.kind == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    if leaf.kind == "clock":
        try:
            return read_clock(text)
        except ValidationError:
            return text
    return text


def _segment(row: Typed) -> dict[str, Any]:
    segments = LISTS[0]
    (criteria,) = segments.lists
    document = _values(segments.leaves, row)
    if asked(criteria.only, row):
        document["criteria"] = [_values(criteria.leaves, each) for each in row["criteria"]]
    return document


def _step(text: str) -> dict[str, str]:
    return dict(zip(("kind", "segment", "criterion"), text.split(" "), strict=False))


def _group(row: Typed) -> dict[str, Any]:
    groups = LISTS[3]
    _, titles = groups.lists
    return {
        **_values(groups.leaves, row),
        "tiers": [_tier(each) for each in row["tiers"]],
        "titles": [_values(titles.leaves, each) for each in row["titles"]],
    }


def _tier(row: Typed) -> dict[str, Any]:
    document: dict[str, Any] = {"code": row["code"], "title": row["title"], "advances": row["advances"] == "on"}
    number = unicodedata.normalize("NFKC", row["number"]).replace(" ", "")
    kind, _, rounding = row["size"].partition(" ")
    if kind == "count":
        return document | {"count": int(number) if _WHOLE.fullmatch(number) else number}
    if kind == "percent":
        return document | {"percent": number, "percent_rounding": rounding}
    return document | {"rest": True}
