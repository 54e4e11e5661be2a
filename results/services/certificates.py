"""What a roster honours, as plain values for the certificates (design §2)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from accounts.selectors import find_unit
from certificates.services import Award
from core.models import Edition
from results.models import Result, Roster
from results.selectors import Row

WINNERS, TUTORS, UNITS = "winners", "tutors", "units"
FAMILIES = {WINNERS: "", TUTORS: "-tutor", UNITS: "-unit"}


@dataclass(frozen=True)
class Recipients:
    """颁发对象 of a batch from a roster: the winners (one certificate for each work, or for each author), the tutors
    named in rows of these tiers (none: of every honoured row), or these units."""

    kind: str = WINNERS
    each_author: bool = False
    tiers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def recipients_of(document: dict[str, Any]) -> Recipients:
    """What a batch kept; the winners' for a batch that kept nothing."""
    return Recipients(
        kind=document.get("kind", WINNERS),
        each_author=document.get("each_author", False),
        tiers=tuple(document.get("tiers", ())),
        units=tuple(document.get("units", ())),
    )


def certificate_family(result: Result, kind: str = WINNERS) -> str:
    """How the keys of all certificates of a result, for one kind of recipients, begin."""
    return f"result-{result.pk}{FAMILIES[kind]}:"


def default_prefix(edition: Edition) -> str:
    """The series that a result's certificates are numbered in; a rehearsal's numbers are told from real ones."""
    return f"{'演练' if edition.is_rehearsal else '科普'}〔{edition.year}〕"


def roster_source(result: Result, roster: Roster) -> str:
    return f"结果 {result.pk} · 定格成绩 No. {roster.snapshot.number} · 名册 v{roster.version}"


def awards_of(result: Result, roster: Roster, recipients: Recipients = Recipients()) -> list[Award]:
    """What the roster honours, in its order."""
    if recipients.kind == TUTORS:
        return list(_tutor_awards(result, roster, recipients))
    if recipients.kind == UNITS:
        return list(_unit_awards(result, roster, recipients))
    return list(_winner_awards(result, roster, each_author=recipients.each_author))


def honoured_rows(roster: Roster) -> list[Row]:
    """Rows with a tier or a title."""
    return [row for row in roster.rows if row["tier"] or row["titles"]]


def _winner_awards(result: Result, roster: Roster, *, each_author: bool) -> Iterator[Award]:
    """Tiers, then titles such as 十佳 (one person, one certificate each)."""
    for row in roster.rows:
        honours = [(row["tier"], row["tier_title"])] if row["tier"] else []
        honours += [(title["code"], title["title"]) for title in row["titles"]]
        several = each_author and len(row["recipients"]) > 1
        for code, title in honours:
            if not several:
                yield _award(result, roster, row, code, title)
                continue
            for place, person in enumerate(row["recipients"], start=1):
                yield _award(result, roster, row, f"{code}#{place}", title, person)


def _award(result: Result, roster: Roster, row: Row, code: str, title: str, author: Row | None = None) -> Award:
    recipients = row["recipients"]
    alone: Row = author or (recipients[0] if len(recipients) == 1 else {"user": None, "salutation": ""})
    work = f"作品《{row['title']}》" if row["title"] else ""
    return Award(
        award_key=f"{certificate_family(result)}{row['entry']}:{code}",
        recipient=author["name"] if author else "、".join(row["people"]),
        salutation=alone["salutation"],
        before=f"在{result.title}（{result.group_title}）中，{work}荣获",
        award=title,
        issuers=(result.edition.organiser_name,),
        source=roster_source(result, roster),
        recipient_user_id=alone["user"],
        fields=_fields(result, row),
        unit_id=row.get("unit_id"),
    )


def _tutor_awards(result: Result, roster: Roster, recipients: Recipients) -> Iterator[Award]:
    """Each tutor of an honoured row once, under the first work of his in the roster's order."""
    seen: set[tuple[str, str]] = set()
    for row in honoured_rows(roster):
        if recipients.tiers and row["tier"] not in recipients.tiers:
            continue
        for tutor in row["tutors"]:
            if (tutor, row["unit"]) in seen:
                continue
            seen.add((tutor, row["unit"]))
            yield Award(
                award_key=f"{certificate_family(result, TUTORS)}{row['entry']}:{tutor}"[:120],
                recipient=tutor,
                salutation="同志",
                before=f"在{result.title}（{result.group_title}）中，指导的作品《{row['title']}》获{row['tier_title']}，被评为",
                award="优秀指导教师",
                issuers=(result.edition.organiser_name,),
                source=roster_source(result, roster),
                fields=_fields(result, row),
                unit_id=row.get("unit_id"),
            )


def _unit_awards(result: Result, roster: Roster, recipients: Recipients) -> Iterator[Award]:
    """The chosen units, in the order in which the roster names them."""
    named = dict.fromkeys(row["unit"] for row in roster.rows if row["unit"])
    for unit in (name for name in named if name in recipients.units):
        known = find_unit(unit)
        yield Award(
            award_key=f"{certificate_family(result, UNITS)}{unit}"[:120],
            recipient=unit,
            salutation="",
            before=f"在{result.title}（{result.group_title}）中组织得力，荣获",
            award="优秀组织奖",
            issuers=(result.edition.organiser_name,),
            source=roster_source(result, roster),
            fields={"届次": result.edition.title, "比赛": result.title, "组别": result.group_title, "单位": unit},
            unit_id=known.pk if known else None,
        )


def _fields(result: Result, row: Row) -> dict[str, str]:
    """Further words that a layout may ask for, by placeholder."""
    fields = {
        "作品": row["title"],
        "届次": result.edition.title,
        "比赛": result.title,
        "组别": result.group_title,
        "单位": row["unit"],
        "作者": "、".join(row["people"]),
        "指导教师": "、".join(row["tutors"]),
    }
    return {name: words for name, words in fields.items() if words}
