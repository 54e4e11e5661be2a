"""What a caller wants of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.spreadsheets.cells import Reader


@dataclass(frozen=True)
class Column:
    """A column that the caller wants: its name for programs, the headings it may stand under (the first is ours),
    what makes a value of its cells, and whether a row may leave it empty.

    `fallbacks` are headings that may mean it, and count where no other does: 单位 beside 学校 is something else.
    """

    name: str
    aliases: Sequence[str]
    reader: Reader
    required: bool = False
    fallbacks: Sequence[str] = ()

    @property
    def heading(self) -> str:
        return self.aliases[0]
