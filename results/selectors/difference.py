"""What one roster says and another does not, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from results.models import Roster
from results.selectors.results import Row


@dataclass(frozen=True)
class Words:
    """One thing that a row says otherwise; "" where it says nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedRow:
    """A row that both rosters have and that does not say the same in both."""

    entry: str
    old: Row
    new: Row
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Difference:
    """Rows that came, that went, and that changed, in the order of their rosters; false where there are none."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[ChangedRow, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def roster_difference(old: Roster, new: Roster) -> Difference:
    """What `new` says otherwise than `old`, row by row of the same entry.

    It tells of what people read: names, units, titles, ranks, scores, awards, whom a certificate addresses. Which
    account belongs to a name is not among it.
    """
    before = {row["entry"]: row for row in old.rows}
    after = {row["entry"]: row for row in new.rows}
    compared = ((before[entry], row) for entry, row in after.items() if entry in before)
    return Difference(
        added=tuple(row for entry, row in after.items() if entry not in before),
        removed=tuple(row for entry, row in before.items() if entry not in after),
        changed=tuple(
            ChangedRow(row["entry"], earlier, row, words)
            for earlier, row in compared
            if (words := _words(earlier, row))
        ),
    )


def _words(old: Row, new: Row) -> tuple[Words, ...]:
    said = ((label, say(old), say(new)) for label, say in _SAYS.items())
    return tuple(Words(label, before, after) for label, before, after in said if before != after)


def _recipients(row: Row) -> str:
    return "、".join(each["name"] + (each.get("salutation") or "") for each in row.get("recipients", []))


_SAYS: dict[str, Callable[[Row], str]] = {
    "姓名": lambda row: "、".join(row["people"]),
    "单位": lambda row: row["unit"],
    "题目": lambda row: row["title"],
    "辅导教师": lambda row: "、".join(row["tutors"]),
    "名次": lambda row: str(row["rank"] or ""),
    "得分": lambda row: str(row["shown"] or ""),
    "奖项": lambda row: row["tier_title"] or "",
    "单项奖": lambda row: "、".join(title["title"] for title in row["titles"]),
    "晋级": lambda row: "晋级" if row["advances"] else "",
    "证书": _recipients,
}
