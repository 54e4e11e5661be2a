"""Comments that stand beside the marks of an assigned round."""

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
    """The comments of a sheet that stand, the newest text of each kind; both kinds share one numbering; one query."""
    rows = list(sheet.comments.order_by("number").values_list("number", "kind", "text"))
    texts = {kind: text for _, kind, text in rows}
    version = rows[-1][0] if rows else 0
    return Comments(version, texts.get(SheetComment.Kind.OFFICE, ""), texts.get(SheetComment.Kind.AUTHOR, ""))
