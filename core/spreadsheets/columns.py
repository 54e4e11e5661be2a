"""What a caller wants of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.spreadsheets.cells import Reader


@dataclass(frozen=True)
class Column:
    """A column that the caller wants: its name for programs, the headings it may stand under (the first is ours),
    what makes a value of its cells, and whether a row may leave it empty.

    `fallbacks` are headings that may mean it, and count where no other does: 单位 beside 学校 is something else.
    `reads_nothing`: 无 and / are an answer for the reader, not an empty cell (是否使用 AI：无).
    """

    name: str
    aliases: Sequence[str]
    reader: Reader
    required: bool = False
    fallbacks: Sequence[str] = ()
    reads_nothing: bool = False

    @property
    def heading(self) -> str:
        return self.aliases[0]
