"""Comments that stand beside the marks of an assigned round."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from scoring.models import ScoreSheet, SheetComment


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of one sheet that stand; `version` is 0 while nothing was written."""

    version: int = 0
    to_office: str = ""
    to_author: str = ""

    def text_of(self, kind: str) -> str:
        return self.to_office if kind == SheetComment.Kind.OFFICE else self.to_author


def sheet_comments(sheet: ScoreSheet) -> Comments:
    """The comments of a sheet that stand; one query."""
    return comments_of([sheet.pk]).get(sheet.pk, Comments())


def comments_of(sheet_ids: Collection[int]) -> dict[int, Comments]:
    """By sheet the comments that stand, of those that ever had one; one query."""
    return _standing(SheetComment.objects.filter(sheet_id__in=sheet_ids))


def _standing(rows: Iterable[SheetComment]) -> dict[int, Comments]:
    """The newest text of each kind; both kinds share one numbering."""
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    versions: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: row.number):
        texts[row.sheet_id][row.kind] = row.text
        versions[row.sheet_id] = row.number
    return {
        sheet_id: Comments(
            versions[sheet_id], own.get(SheetComment.Kind.OFFICE, ""), own.get(SheetComment.Kind.AUTHOR, "")
        )
        for sheet_id, own in texts.items()
    }
